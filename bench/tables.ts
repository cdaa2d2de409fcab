/** Results as Markdown. */

import type { PartResult, SubjectResult } from "./part.js";

/** `1234567.8` as `1,234,568`. */
function format(value: number | undefined, digits: number): string {
  if (value === undefined) return "–";
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function ratio(subject: SubjectResult, reference: string, quantity: string): string {
  const value = subject.ratios[reference]?.[quantity];
  return value === undefined ? "" : format(value, 2);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** A part's medians, and the ratios to its references in the same rounds. */
export function formatPart({ title, quantities, subjects }: PartResult): string {
  const references = [...new Set(subjects.flatMap(({ ratios }) => Object.keys(ratios)))];
  const compared = quantities.filter((quantity) => quantity.compared);
  const columns = [
    "",
    ...quantities.map((quantity) => quantity.title),
    ...references.flatMap((reference) => compared.map((quantity) => `${quantity.title} ÷ ${reference}`)),
  ];
  const rows = subjects.map((subject) =>
    row([
      subject.name,
      ...quantities.map(({ name, digits }, index) =>
        subject.absent !== undefined && index === 0 ? subject.absent : format(subject.medians[name], digits),
      ),
      ...references.flatMap((reference) => compared.map(({ name }) => ratio(subject, reference, name))),
    ]),
  );
  const alignment = row(columns.map((_, index) => (index === 0 ? "---" : "--:")));
  return [`### ${title}`, "", row(columns), alignment, ...rows, ""].join("\n");
}

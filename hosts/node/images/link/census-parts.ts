/**
 * Step 8: which source each byte of the linked module's code is of, for hosts/xs/census, as an assembler's table. A
 * source stands behind those that need it, as modules do in an archive.
 */

/** A range of the archive that comes from one source. */
export interface Part {
  readonly offset: number;
  readonly source: string;
}

/** Ranges, in the order of the archive: each goes to where the next one begins. */
export function partsOf(places: readonly Part[]): Part[] {
  return places.filter(({ source }, index) => source !== places[index - 1]?.source);
}

export function censusParts(parts: readonly Part[]): string {
  // rollup has what others need first.
  const sources = [...new Set(parts.map(({ source }) => source))].reverse();
  const rows = parts.map(({ offset, source }) => `\t.word ${offset}, ${sources.indexOf(source)}\n`);
  const labels = sources.map((_, index) => `\t.word .Lsource${index}\n`);
  const texts = sources.map((source, index) => `.Lsource${index}:\t.asciz ${JSON.stringify(source)}\n`);
  return `\t.section .rodata.census,"a"
\t.balign 4
\t.globl census_parts
census_parts:
${rows.join("")}\t.globl census_parts_end
census_parts_end:
\t.globl census_sources
census_sources:
${labels.join("")}\t.globl census_sources_end
census_sources_end:
${texts.join("")}`;
}

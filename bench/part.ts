/** What is measured, of whom: a part of the benchmark has several subjects that do the same work. */

/** What one measurement gave: values by the names of the part's quantities. */
export type Measurement = Readonly<Record<string, number>>;

export interface Quantity {
  readonly name: string;
  /** How the table calls it, with its unit. */
  readonly title: string;
  /** Digits behind the point. */
  readonly digits: number;
  /** It is compared with that of the references. */
  readonly compared?: true;
}

/** A program, or a part of one, that is measured. */
export interface Subject {
  readonly name: string;
  /** Why it cannot be measured here; undefined where it can. */
  readonly absent?: string | undefined;
  measure(): Promise<Measurement>;
  /** Ends what it runs in the background. */
  stop?(): Promise<void>;
}

export interface Part {
  readonly name: string;
  readonly title: string;
  readonly quantities: readonly Quantity[];
  /** The subjects that the others are compared with. */
  readonly references: readonly string[];
  /** In place of the usual number of rounds. */
  readonly rounds?: number;
  /** Starts what is measured. */
  subjects(): Promise<readonly Subject[]>;
}

export interface SubjectResult {
  readonly name: string;
  readonly absent?: string;
  readonly rounds: readonly Measurement[];
  readonly medians: Measurement;
  /** Median of the ratios to each reference in the same round: by its name, then by quantity. */
  readonly ratios: Readonly<Record<string, Measurement>>;
}

export interface PartResult {
  readonly name: string;
  readonly title: string;
  readonly quantities: readonly Quantity[];
  readonly subjects: readonly SubjectResult[];
}

/** The middle one of sorted values; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function medianOfEach(
  quantities: readonly Quantity[],
  rounds: readonly Measurement[],
): Record<string, number> {
  return Object.fromEntries(
    quantities.map(({ name }) => [name, median(rounds.map((round) => round[name]!))]),
  );
}

/**
 * Measures all subjects in turn, round by round, so that what disturbs the machine disturbs all; each round begins
 * with another one. The ratios are those within a round.
 */
export async function runPart(part: Part, usualRounds: number): Promise<PartResult> {
  const { name, title, quantities, references, rounds = usualRounds } = part;
  const subjects = await part.subjects();
  const present = subjects.filter(({ absent }) => absent === undefined);
  const measurements = new Map<Subject, Measurement[]>(subjects.map((subject) => [subject, []]));
  try {
    for (let round = 0; round < rounds; round += 1)
      for (let turn = 0; turn < present.length; turn += 1) {
        const subject = present[(turn + round) % present.length]!;
        measurements.get(subject)!.push(await subject.measure());
      }
  } finally {
    for (const subject of subjects) await subject.stop?.();
  }
  const resultOf = (subject: Subject): SubjectResult => {
    const own = measurements.get(subject)!;
    const { absent } = subject;
    if (absent !== undefined) return { name: subject.name, absent, rounds: [], medians: {}, ratios: {} };
    const ratios = Object.fromEntries(
      references.flatMap((reference) => {
        const other = present.find((candidate) => candidate.name === reference && candidate !== subject);
        if (!other) return [];
        const theirs = measurements.get(other)!;
        const perRound = own.map((measurement, round) =>
          Object.fromEntries(
            quantities.map(({ name: key }) => [key, measurement[key]! / theirs[round]![key]!]),
          ),
        );
        return [[reference, medianOfEach(quantities, perRound)]];
      }),
    );
    return { name: subject.name, rounds: own, medians: medianOfEach(quantities, own), ratios };
  };
  return { name, title, quantities, subjects: subjects.map(resultOf) };
}

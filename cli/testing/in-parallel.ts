/** Several files of tests at a time, each in a process of its own. */

import { availableParallelism } from "node:os";

/** More than so many only wait for each other. */
const WORKERS_MAXIMUM = 4;

/** @returns what `work` makes of each item, in their order */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index]!);
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), WORKERS_MAXIMUM) }, worker));
  return results;
}

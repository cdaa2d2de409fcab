/**
 * Which entry is evicted where a table of limited size is full: nobody can take all places, and hold them against others.
 */

interface Entry {
  readonly peer: { readonly address: string; readonly port: number };
}

/**
 * The first entry of the endpoint that has the most, where one more of `newcomer` would not make it the one that has the
 * most; undefined where nobody is to give way. Security contexts through which an endpoint is reached count together.
 */
export function entryToEvict<T extends Entry>(entries: readonly T[], newcomer: Entry["peer"]): T | undefined {
  const counts = new Map<string, number>();
  for (const { peer } of entries) counts.set(keyOf(peer), (counts.get(keyOf(peer)) ?? 0) + 1);
  let most = (counts.get(keyOf(newcomer)) ?? 0) + 1;
  let found: T | undefined;
  for (const entry of entries) {
    const count = counts.get(keyOf(entry.peer))!;
    if (count <= most) continue;
    most = count;
    found = entry;
  }
  return found;
}

function keyOf({ address, port }: Entry["peer"]): string {
  return `${address} ${port}`;
}

/** Whose the names of properties and modules in an image's table of keys are. */

/** What all share. */
export const SHARED = "shared";

/** The feature whose folder a module lies in, or the folder itself. */
export function featureOf(path: string): string | undefined {
  return /^src\/applications\/([^/]+)\//u.exec(path)?.[1];
}

/** The features of modules, in order. */
export function featuresAmong(modules: Iterable<string>): string[] {
  return [...new Set([...modules].map(featureOf).filter((feature) => feature !== undefined))].sort();
}

export interface NameOwner {
  /** Of texts with their ends. */
  readonly bytes: number;
  readonly count: number;
}

/**
 * A name that only modules of one feature use is that feature's, any other is shared. So a feature's budget line pays
 * for the names that an image without it would not have.
 *
 * @param users what coapsule-xsc wrote with --names: a module and a name a line
 * @returns by feature, or {@link SHARED}
 */
export function namesByOwner(users: string): Map<string, NameOwner> {
  const ownerOf = new Map<string, string>();
  for (const line of users.split("\n").filter((each) => each !== "")) {
    const tab = line.indexOf("\t");
    const owner = featureOf(line.slice(0, tab)) ?? SHARED;
    const name = line.slice(tab + 1);
    const former = ownerOf.get(name) ?? owner;
    ownerOf.set(name, former === owner ? owner : SHARED);
  }
  const owners = new Map<string, NameOwner>();
  for (const [name, owner] of ownerOf) {
    const { bytes, count } = owners.get(owner) ?? { bytes: 0, count: 0 };
    owners.set(owner, { bytes: bytes + Buffer.byteLength(name) + 1, count: count + 1 });
  }
  return owners;
}

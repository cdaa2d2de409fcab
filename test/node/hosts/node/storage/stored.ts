/** What the program that is killed stores: in each commit its number, and a row of a table that follows from it. */

export const DOMAIN = "program";
export const COMMIT_KEY = "commit";
export const TABLE = "row";
export const TABLE_ROWS = 7;

export function commitOf(value: ArrayBuffer | undefined): number {
  return value === undefined ? 0 : new DataView(value).getUint32(0);
}

export function encodeCommit(commit: number): Uint8Array {
  const value = new Uint8Array(4);
  new DataView(value.buffer).setUint32(0, commit);
  return value;
}

/** The row that a commit writes, up to 600 bytes: several records. */
export function rowOf(commit: number): Uint8Array {
  return new Uint8Array((commit * 37) % 600).fill(commit);
}

/** Sources of a user in a folder of their own. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Runs `use` with a folder, outside the repository, of files by their path; it is gone afterwards. */
export async function withSources(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => void | Promise<void>,
): Promise<void> {
  // Its name is awkward on purpose.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "coapsule ä-")));
  try {
    writeSources(folder, files);
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes files into it. */
export function writeSources(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

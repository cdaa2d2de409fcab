/**
 * Makes of an image's modules what a linker would: one module without what nobody uses, its constants written where
 * they are used, its private members lowered. What it does is what the modules do; the text is for an engine, not for
 * readers: its source map says where it comes from.
 *
 * The same modules always give the same bytes.
 */

import { bundleModules, shake, type Entry } from "./bundle.js";
import { inlineConstants } from "./constants.js";
import { shortenFields } from "./fields.js";
import { lowerPrivateMembers } from "./private-members.js";
import type { Text } from "./syntax.js";
import { removeUnusedMembers } from "./unused-members.js";

/** What goes may have been all that used something else. */
const ROUNDS_MAXIMUM = 10;

/** @param entries absolute paths @throws {LinkError} for what an image cannot have */
export async function linkModules(entries: readonly Entry[]): Promise<Text> {
  let text = await shake(await bundleModules(entries), [inlineConstants]);
  for (let round = 0; round < ROUNDS_MAXIMUM; round += 1) {
    let removed = 0;
    const next = await shake(text, [
      (module) => {
        removed = removeUnusedMembers(module);
      },
    ]);
    if (removed === 0) break;
    text = next;
  }
  return shake(text, [lowerPrivateMembers, shortenFields]);
}

/**
 * Makes of an image's modules what a linker would: one module without what nobody uses, its constants written where
 * they are used, its private members lowered. What it does is what the modules do; the text is for an engine, not for
 * readers: its source map says where it comes from.
 *
 * The same modules always give the same bytes.
 */

import { bundleModules, shake, type Edit, type Entry } from "./bundle.js";
import { inlineConstants } from "./constants.js";
import { shortenFields } from "./fields.js";
import { lowerPrivateMembers } from "./private-members.js";
import type { Module, Text } from "./syntax.js";
import { removeUnusedMembers } from "./unused-members.js";

/** What goes may have been all that used something else. */
const ROUNDS_MAXIMUM = 10;

/**
 * @param entries absolute paths @param isExternal whether an import stays one: on Node.js, where tests are linked
 * @throws {LinkError} for what an image cannot have
 */
export async function linkModules(
  entries: readonly Entry[],
  isExternal?: (specifier: string) => boolean,
): Promise<Text> {
  // In one round what goes may leave other members unused; what else only they used, the next round finds out.
  let removed = 0;
  const remove = (module: Module): void => {
    removed += removeUnusedMembers(module);
  };
  let text = await bundleModules(entries, isExternal);
  let changes: readonly Edit[] = [inlineConstants, remove, remove];
  for (let round = 0; round < ROUNDS_MAXIMUM; round += 1) {
    removed = 0;
    text = await shake(text, changes);
    if (removed === 0) break;
    changes = [remove, remove];
  }
  return shake(text, [lowerPrivateMembers, shortenFields]);
}

/** `--edhoc-peer` on both sides: whom `--edhoc` trusts. RFC 9528 §3.5. */

import type { Command } from "commander";
import { collectText } from "../option-values.js";

export interface EdhocFlags {
  /** Files of credentials of peers. */
  readonly edhocPeer?: readonly string[];
}

export function addPeerOption(command: Command, description: string): Command {
  return command.option("--edhoc-peer <path>", description, collectText);
}

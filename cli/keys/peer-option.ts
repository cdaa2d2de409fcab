/** What goes with `--edhoc` on both sides: whom it trusts, and how sessions are completed. RFC 9528 §3.5, §3.9. */

import { Option, type Command } from "commander";
import { EDHOC_FLOWS, type EdhocFlow } from "../../src/security/edhoc/combined/edhoc-client.js";
import { collectText } from "../option-values.js";

export interface EdhocFlags {
  /** Files of credentials of peers. */
  readonly edhocPeer?: readonly string[];
  readonly edhocFlow?: EdhocFlow;
}

export function addPeerOption(command: Command, description: string): Command {
  return command.option("--edhoc-peer <path>", description, collectText);
}

export function addFlowOption(command: Command, description: string): Command {
  return command.addOption(new Option("--edhoc-flow <flow>", description).choices(EDHOC_FLOWS));
}

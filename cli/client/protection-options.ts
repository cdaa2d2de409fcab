/** `--oscore` and `--edhoc` of commands that ask: their requests are protected end to end. RFC 8613, RFC 9528. */

import { Option, type Command } from "commander";
import type { RequestOptions } from "../../src/coap/request-options.js";
import { addFlowOption, addPeerOption, type EdhocFlags } from "../keys/peer-option.js";

export interface ProtectionFlags extends EdhocFlags {
  /** The file of a security context. */
  readonly oscore?: string;
  /** The file of our credential. */
  readonly edhoc?: string;
}

/** @param conflicts names of options that they do not go with */
export function addProtectionOptions(command: Command, conflicts: readonly string[] = []): Command {
  command
    .addOption(
      new Option(
        "--oscore <path>",
        "protect messages with the security context in this file: see coapsule key",
      ).conflicts([...conflicts, "edhoc"]),
    )
    .addOption(
      new Option(
        "--edhoc <path>",
        "protect them with keys that EDHOC agrees on, by the credential in this file: see coapsule key",
      ).conflicts([...conflicts]),
    );
  addPeerOption(command, "the public credential of the server, for --edhoc; repeatable");
  return addFlowOption(
    command,
    "how --edhoc sends message_3: combined with the first request, or sequential where the server does not take that; sequential; message-4 waits for the server's confirmation, too",
  );
}

/** What makes a request a protected one. */
export function protectionOptions({
  oscore,
  edhoc,
}: ProtectionFlags): Pick<RequestOptions, "securityContext"> {
  const securityContext = oscore ?? edhoc;
  return securityContext === undefined ? {} : { securityContext };
}

/** Whether requests are protected. What goes with `--edhoc` alone is a mistake that is told where `--edhoc` is read. */
export function isProtected({ oscore, edhoc, edhocPeer, edhocFlow }: ProtectionFlags): boolean {
  return (oscore ?? edhoc ?? edhocPeer ?? edhocFlow) !== undefined;
}

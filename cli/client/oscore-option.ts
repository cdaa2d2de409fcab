/** `--oscore` of commands that ask: their requests are protected end to end. RFC 8613. */

import { Option, type Command } from "commander";
import type { RequestOptions } from "../../src/coap/client/request-options.js";

export interface OscoreFlags {
  /** The file of a security context. */
  readonly oscore?: string;
}

/** @param conflicts names of options that it does not go with */
export function addOscoreOption(command: Command, conflicts: readonly string[] = []): Command {
  const description = "protect messages with the security context in this file: see coapsule key";
  return command.addOption(new Option("--oscore <path>", description).conflicts([...conflicts]));
}

/** What makes a request a protected one. */
export function protectionOptions({ oscore }: OscoreFlags): Pick<RequestOptions, "securityContext"> {
  return oscore === undefined ? {} : { securityContext: oscore };
}

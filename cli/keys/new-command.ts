import { Command, Option } from "commander";
import { createCredentialFiles, type CredentialChoice } from "../../services/credentials/credential-file.js";
import { USES_OF_CURVE } from "../../services/credentials/credential-record.js";
import { UsageError } from "../exit-code.js";
import { addExamples } from "../help.js";
import { addJsonOption, type JsonFlags } from "../json/option.js";
import { parseKid } from "../option-values.js";
import { CREDENTIAL_FIELDS_HELP, presentCredential } from "./present.js";

/** RFC 9528 §3.5.2 */
const FILE_HELP = `
A file of a credential is JSON with the names of CWT and COSE, bytes in hexadecimal:
  use                         static-dh or signature
  sub                         whose it is
  cnf.COSE_Key                kty, kid, crv, x, y; in one's own file, whose rights are 0600, d, the private key, too
The public file may be read by everybody, but a peer must get it over a way on which nobody changes it: who has the
private key of a credential that a peer trusts is let in.`;

interface NewFlags extends CredentialChoice, JsonFlags {}

/** `coapsule key new` */
export function newCommand(): Command {
  const summary = "Make a key for EDHOC: a file for this side, and what is public of it for the peers";
  const uses = [...new Set(Object.values(USES_OF_CURVE).flat())];
  const command = new Command("new")
    .summary(summary)
    .description(`${summary}.`)
    .argument("<path>", "the file for this side, with the private key")
    .argument("[public-path]", "the file for the peers; phone.pub.json for phone.json where absent")
    .addOption(
      new Option("--curve <name>", "of the key: P-256 is for cipher suites 2 and 3, the others for 0 and 1")
        .choices(Object.keys(USES_OF_CURVE))
        .default("P-256"),
    )
    .addOption(
      new Option(
        "--use <use>",
        "what the key is for: signatures make messages longer; X25519 has none, Ed25519 nothing else",
      ).choices(uses),
    )
    .option("--kid <hex>", "key identifier, which messages have in place of the credential", parseKid)
    .option("--subject <text>", "whose key it is; otherwise the name of the file");
  addJsonOption(command, CREDENTIAL_FIELDS_HELP);
  command.addHelpText("after", FILE_HELP);
  addExamples(command, [
    ["coapsule key new phone.json", "phone.json is ours, phone.pub.json for the peers"],
    ["coapsule key new door.json door.pub --use signature", "a key that signs"],
    ["coapsule key new node7.json --curve X25519 --kid 0107", "of cipher suite 0"],
  ]);
  return command.action((path: string, publicPath: string | undefined) => {
    const { json, ...choice } = command.opts<NewFlags>();
    const { curve = "P-256", use } = choice;
    if (use !== undefined && !USES_OF_CURVE[curve].includes(use))
      throw new UsageError(`expected ${USES_OF_CURVE[curve].join(" or ")} as --use of ${curve}, got ${use}`);
    const peersPath = publicPath ?? defaultPublicPath(path);
    presentCredential(createCredentialFiles(path, peersPath, choice), json, peersPath);
  });
}

function defaultPublicPath(path: string): string {
  return path.endsWith(".json") ? path.replace(/json$/u, "pub.json") : `${path}.pub`;
}

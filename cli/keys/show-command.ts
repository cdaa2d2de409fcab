import { Command } from "commander";
import { readContextFile } from "../../services/credentials/context-file.js";
import { isContextFile, readCredential } from "../../services/credentials/credential-file.js";
import { readKeyFile } from "../../services/credentials/secret-file.js";
import { addExamples } from "../help.js";
import { addJsonOption, type JsonFlags } from "../json/option.js";
import { CONTEXT_FIELDS_HELP, CREDENTIAL_FIELDS_HELP, presentContext, presentCredential } from "./present.js";

/** `coapsule key show` */
export function showCommand(): Command {
  const summary = "Show what of a security context or a credential is public";
  const command = new Command("show").summary(summary).description(`${summary}: never a secret.`);
  command.argument("<path>", "its file");
  addJsonOption(command, `${CONTEXT_FIELDS_HELP}\n${CREDENTIAL_FIELDS_HELP}`);
  addExamples(command, [
    ["coapsule key show phone.json", "the IDs of a context, or the public key of a credential"],
    ["coapsule key show phone.pub.json --json | jq -r .credential", "the credential in CBOR, in hexadecimal"],
  ]);
  return command.action((path: string) => {
    const { json } = command.opts<JsonFlags>();
    const file = readKeyFile(path);
    if (isContextFile(file)) presentContext(readContextFile(path), json);
    else presentCredential(readCredential(file), json);
  });
}

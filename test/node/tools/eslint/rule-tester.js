// @ts-check
/** ESLint's rule tester, set up for this project's TypeScript. */

import { RuleTester } from "eslint";
import { join } from "node:path";
import { repositoryRoot } from "../../../../tools/repository.js";
import tseslint from "typescript-eslint";

/** @typedef {import("@typescript-eslint/utils").TSESLint.RuleModule<string, []>} Rule */
/** @typedef {{ code: string, path?: string }} Valid a snippet, and the file of the repository that it stands in */
/** @typedef {Valid & { errors: string[] }} Invalid with the ids of the messages, in order of their places */

const tester = new RuleTester({ languageOptions: { parser: tseslint.parser } });

/** @param {Valid} snippet */
const inFile = ({ code, path = "src/area/subject.ts" }) => ({ code, filename: join(repositoryRoot, path) });

/**
 * Declares one mocha test a snippet.
 *
 * @param {string} name
 * @param {Rule} rule
 * @param {{ valid: (string | Valid)[], invalid: Invalid[] }} snippets
 */
export function testRule(name, rule, { valid, invalid }) {
  tester.run(name, /** @type {import("eslint").Rule.RuleModule} */ (/** @type {unknown} */ (rule)), {
    valid: valid.map((snippet) => inFile(typeof snippet === "string" ? { code: snippet } : snippet)),
    invalid: invalid.map((snippet) => ({
      ...inFile(snippet),
      errors: snippet.errors.map((messageId) => ({ messageId })),
    })),
  });
}

// @ts-check
/** Rule: imports point down the layers of ./layers.js. */

import { importedPath, upwardImport } from "./layers.js";
import { pathInRepository } from "./source-path.js";
import { visitSpecifiers } from "./specifiers.js";

/** @type {import("@typescript-eslint/utils").TSESLint.RuleModule<"upward" | "beside", []>} */
export const importsPointDown = {
  meta: {
    type: "problem",
    docs: { description: "imports only point down the layers" },
    schema: [],
    messages: {
      upward: "{{from}} must not import {{to}}: imports only point down (tools/eslint/layers.js)",
      beside:
        "{{from}} must not import {{to}}, a layer of the same rank that USES in tools/eslint/layers.js does not name for it",
    },
  },
  defaultOptions: [],
  create(context) {
    const path = pathInRepository(context.filename);
    return visitSpecifiers((specifier, node) => {
      if (!specifier.startsWith(".")) return;
      const broken = upwardImport(path, importedPath(path, specifier));
      if (broken === undefined) return;
      const messageId = broken.from.rank === broken.to.rank ? "beside" : "upward";
      context.report({ node, messageId, data: { from: broken.from.name, to: broken.to.name } });
    });
  },
};

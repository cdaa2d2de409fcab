// @ts-check
import { documentedExports } from "../../../../tools/eslint/documented-exports.js";
import { testRule } from "./rule-tester.js";

testRule("coapsule/documented-exports", documentedExports, {
  valid: [
    "/** Hex text. */ export function toHex() {}",
    '/** Hex. RFC 4648 §8. */\nimport { a } from "./a.js";\n/** As text. */\nexport function toHex() {}',
    "/** Peers. */\nconst LIMIT = 1;\nexport class Peer {}",
    "/** Hex. */\nconst a = 1;\nfunction inner() {}",
    "/** Hex. */\nexport function f(a: string): void;\nexport function f(a: number): void;\nexport function f() {}",
  ],
  invalid: [
    { code: "export const a = 1;", errors: ["heading"] },
    { code: 'import { a } from "./a.js";', errors: ["heading"] },
    { code: "// Hex.\nexport const a = 1;", errors: ["heading"] },
    { code: "/** Hex. */\nconst a = 1;\nexport function toHex() {}", errors: ["undocumented"] },
    { code: "/** Hex. */\nconst a = 1;\n// As text.\nexport function toHex() {}", errors: ["undocumented"] },
  ],
});

// @ts-check
import { noBareImport } from "../../../../tools/eslint/no-bare-import.js";
import { testRule } from "./rule-tester.js";

testRule("coapsule/no-bare-import", noBareImport, {
  valid: [
    'import { a } from "./a.js";',
    'import type { a } from "../../a.js";',
    'export * from "./a.js";',
    'await import("./a.js");',
  ],
  invalid: [
    { code: 'import { readFileSync } from "node:fs";', errors: ["bare"] },
    { code: 'import Timer from "timer";', errors: ["bare"] },
    { code: 'import type { Socket } from "node:dgram";', errors: ["bare"] },
    { code: 'export * from "cbor2";', errors: ["bare"] },
    { code: 'import { a } from "./a";', errors: ["bare"] },
    { code: 'import { a } from "./a.ts";', errors: ["bare"] },
    { code: 'import { a } from "/a.js";', errors: ["bare"] },
    { code: 'await import("cbor2");', errors: ["bare"] },
    { code: "await import(name);", errors: ["computed"] },
    { code: 'type A = import("node:fs").Stats;', errors: ["bare"] },
  ],
});

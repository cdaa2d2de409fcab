// @ts-check
import { coapsule } from "./tools/eslint/index.js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** Code that runs on every engine, and lies in read-only memory on a device. */
const portable = ["src/**/*.ts", "simulators/**/*.ts", "test/portable.ts", "test/portable/**/*.ts"];
/** Modules of the XS host: no other engine loads them, but they lie in read-only memory all the same. */
const readOnly = [...portable, "templates/**/*.ts", "hosts/xs/**/*.ts", "bench/subjects/device.ts"];
/** Collects the tests while their modules load, before anything is read-only. */
const loadedEarly = ["simulators/testing/registry.ts"];

/** @type {import("eslint").Linter.RulesRecord} */
const correctness = {
  eqeqeq: "error",
  "max-lines": ["error", { max: 400 }],
  "no-async-promise-executor": "error",
  "no-cond-assign": "error",
  "no-constant-binary-expression": "error",
  "no-empty": "error",
  "no-eval": "error",
  "no-extend-native": "error",
  "no-loss-of-precision": "error",
  "no-misleading-character-class": "error",
  "no-new-func": "error",
  "no-prototype-builtins": "error",
  "no-self-assign": "error",
  "no-self-compare": "error",
  "no-sparse-arrays": "error",
  "no-template-curly-in-string": "error",
  "no-unreachable-loop": "error",
  "no-unsafe-finally": "error",
  "no-useless-escape": "error",
  "no-var": "error",
  "no-warning-comments": ["error", { terms: ["todo", "fixme", "xxx", "hack"], location: "anywhere" }],
  "object-shorthand": "error",
  "prefer-const": "error",
  "prefer-object-has-own": "error",
};

/** @type {import("eslint").Linter.RuleEntry} */
const unusedNames = ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true }];

/**
 * What the type-checked presets leave out, or ask for more strictly than this project needs.
 *
 * @type {import("eslint").Linter.RulesRecord}
 */
const typed = {
  "@typescript-eslint/consistent-type-exports": "error",
  "@typescript-eslint/consistent-type-imports": "error",
  "@typescript-eslint/explicit-module-boundary-types": "error",
  "@typescript-eslint/no-confusing-void-expression": [
    "error",
    { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
  ],
  // An empty callback is a decision; an empty block (no-empty) is not.
  "@typescript-eslint/no-empty-function": "off",
  "@typescript-eslint/no-import-type-side-effects": "error",
  // With noUncheckedIndexedAccess, `bytes[i]!` is how one reads a typed array inside its bounds.
  "@typescript-eslint/no-non-null-assertion": "off",
  // A spread string gives its code points, which is what the codecs work on.
  "@typescript-eslint/no-misused-spread": ["error", { allow: ["string"] }],
  "@typescript-eslint/no-shadow": "error",
  // It takes a field that it saw false to be false still after a call or an await.
  "@typescript-eslint/no-unnecessary-condition": "off",
  "@typescript-eslint/no-unused-vars": unusedNames,
  // A class may be a namespace of static functions with a private constructor.
  "@typescript-eslint/no-extraneous-class": ["error", { allowStaticOnly: true }],
  // An interface with one signature can be documented member by member, and grow.
  "@typescript-eslint/prefer-function-type": "off",
  "@typescript-eslint/prefer-readonly": "error",
  "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
  "@typescript-eslint/return-await": ["error", "error-handling-correctness-only"],
  "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
};

const portableSyntax = [
  {
    selector: "CallExpression[callee.property.name='normalize'][arguments.0.value=/^NFK?[CD]$/]",
    message: "String.prototype.normalize throws on a device.",
  },
  { selector: "Literal[regex.pattern=/\\\\[pP]\\{/]", message: "\\p{} is a SyntaxError on a device." },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0], CallExpression[callee.name='Date']",
    message: "The time comes through a port: platform.clock.",
  },
  {
    selector:
      ":matches(ClassDeclaration, ClassExpression)[superClass.name=/Error$/] AssignmentExpression[left.object.type='ThisExpression'][left.property.name='name']",
    message: 'Write `override name = "…"` as a field: the prototype of a preloaded class is frozen.',
  },
];

const portableProperties = [
  { object: "Date", property: "now", message: "The time comes through a port: platform.clock." },
  { object: "Math", property: "random", message: "Randomness comes through a port: platform.random." },
];

export default defineConfig(
  { ignores: ["build/", "coverage/", "node_modules/", "test/portable/vectors/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.js", "bin/coapsule"],
    plugins: { "@typescript-eslint": tseslint.plugin },
    rules: { ...correctness, "@typescript-eslint/no-unused-vars": unusedNames },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { coapsule },
    rules: { ...correctness, ...typed, "coapsule/imports-point-down": "error" },
  },
  {
    files: portable,
    rules: {
      "coapsule/no-bare-import": "error",
      "no-restricted-globals": ["error", "globalThis", "Intl"],
      "no-restricted-properties": ["error", ...portableProperties],
      "no-restricted-syntax": ["error", ...portableSyntax],
    },
  },
  {
    files: readOnly,
    ignores: loadedEarly,
    rules: {
      "coapsule/no-changed-module-state": "error",
      "coapsule/no-module-let": "error",
      "coapsule/no-module-regexp": "error",
      "coapsule/no-mutable-static": "error",
      "coapsule/no-self-construction": "error",
    },
  },
  {
    files: ["src/**/*.ts"],
    rules: {
      "coapsule/documented-exports": "error",
      // What a promise job throws would end a device: each promise is waited for, or ends in a catch.
      "@typescript-eslint/no-floating-promises": ["error", { ignoreVoid: false }],
      "no-restricted-syntax": [
        "error",
        ...portableSyntax,
        {
          selector: ":function[async=true][generator=true]",
          message:
            "Write the iterator by hand (next, return, Symbol.asyncIterator): generators are dear on a device.",
        },
        {
          selector: "CallExpression[callee.property.name='slice'][arguments.length=0]",
          message: "slice() of a Buffer is a view: new Uint8Array(bytes) copies.",
        },
      ],
    },
  },
  // Learns whether the engine brings a test runner.
  { files: ["test/portable.ts"], rules: { "no-restricted-globals": ["error", "Intl"] } },
  {
    files: ["test/**/*.test.ts"],
    rules: {
      "coapsule/test-asserts": "error",
      // A test may assert that a function returns nothing, spread a literal, and pass a look-alike.
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-misused-spread": "off",
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      // What a set-up function returns is taken apart by name.
      "@typescript-eslint/unbound-method": "off",
    },
  },
);

/**
 * What the engine calls although no program names it: the one table of it. A built-in is in an image when the image's
 * bytecode names it, when C code that is in the image calls it, or by a line here. `test/node/…/strip.test.ts` compares
 * it with the engine's sources: a name that they look up must be in one of the tables.
 */

/** Functions that a program asks for by another name than the engine's builder has. */
export const OTHER_NAMES: Readonly<Record<string, RegExp>> = {
  // One function makes all typed arrays.
  fx_TypedArray: /^(?:Big)?(?:Uint|Int|Float)\d+(?:Clamped)?Array$|^TypedArray$/u,
};

/** Names that the engine looks up, with what makes it do so. Built-ins of these names stay. */
export const LOOKED_UP: Readonly<Record<string, string>> = {
  Symbol_asyncIterator: "for await, and yield* in asynchronous generators",
  Symbol_hasInstance: "instanceof",
  Symbol_iterator: "for-of, spread, destructuring of arrays, yield*, and constructors that take an iterable",
  Symbol_species: "methods that make an object of the same class: subarray, slice, map, then",
  Symbol_toPrimitive: "operators and conversions of objects",
  Symbol_toStringTag: "Object.prototype.toString",
  add: "new Set(iterable)",
  byteLength: "array buffers that are copied",
  constructor: "species, and await of a promise",
  dotAll: "flags of a regular expression",
  exec: "methods of texts that take regular expressions",
  flags: "regular expressions that are copied, and replaceAll",
  global: "flags of a regular expression",
  hasIndices: "flags of a regular expression",
  ignoreCase: "flags of a regular expression",
  get: "descriptors of properties",
  join: "an array becomes a text",
  message: "an error becomes a text",
  multiline: "flags of a regular expression",
  name: "an error becomes a text",
  next: "for-of, spread, destructuring, yield*",
  parse: "new Date(text)",
  resolve: "Promise.all and its like",
  return: "a loop that is left, destructuring that takes no more",
  set: "new Map(iterable), and descriptors of properties",
  source: "a regular expression that is copied",
  stack: "the host's report of an error that nobody handles",
  sticky: "flags of a regular expression",
  then: "await, and promises that are resolved with others",
  throw: "yield*",
  toISOString: "a date becomes JSON",
  toJSON: "JSON.stringify",
  toLocaleString: "its elements', by an array's",
  toString: "operators, templates, conversions to texts",
  unicode: "flags of a regular expression",
  valueOf: "operators, conversions to numbers",
};

/** Of these names only the built-ins of one class stay: the engine looks for them nowhere else. */
export const LOOKED_UP_IN: Readonly<Record<string, string>> = { parse: "Date", toISOString: "Date" };

/** Names that the engine looks up, too, for which no built-in has to stay. */
export const NOT_KEPT: Readonly<Record<string, string>> = {
  Symbol_isConcatSpreadable: "no built-in has it",
  Symbol_match: "only to find out whether something is a regular expression",
  Symbol_unscopables: "with, which modules have not",
  __xsbug_script_: "the debugger",
  as: "modules made by programs",
  bindings: "modules made by programs",
  cause: "data of errors",
  configurable: "data of descriptors",
  done: "data of iterators' results",
  enumerable: "data of descriptors",
  export: "modules made by programs",
  freeze: "Object.freeze of what is in an object, which asks for it by this name",
  from: "modules made by programs",
  groups: "data of matches",
  import: "modules made by programs",
  index: "data of matches",
  isFrozen: "Object.freeze with true, which is no ECMAScript",
  lastIndex: "data of regular expressions",
  length: "data of arrays, texts and functions",
  maxByteLength: "an option of constructors",
  needsImport: "modules made by programs",
  needsImportMeta: "modules made by programs",
  prototype: "data of constructors",
  proxy: "data of Proxy.revocable",
  raw: "data of templates",
  sort: "the debugger's list of properties",
  value: "data of iterators' results and descriptors",
  writable: "data of descriptors",
};

/** Built-ins that a construct of the language calls, whatever is named: constructs as `coapsule-xsc --uses` has them. */
export const OF_CONSTRUCTS: Readonly<Record<string, readonly string[]>> = {
  "object-spread": ["fx_Object_copy"],
  regexp: ["fx_RegExp"],
};

/** Always there: what the engine makes objects of by itself, and the errors that the host in C makes. */
export const ALWAYS: readonly string[] = [
  "fx_Array",
  "fx_ArrayBuffer",
  "fx_Enumerator",
  "fx_Error",
  "fx_Object",
  "fx_Object_assign",
  "fx_Promise",
  "fx_TypedArray",
];

/** Classes of objects that exist only where a program names the class, or writes a construct that makes one. */
export const MADE_BY: Readonly<Record<string, readonly string[]>> = {
  AsyncGenerator: ["async-generator"],
  AsyncGeneratorFunction: ["async-generator"],
  Atomics: [],
  BigInt: ["bigint"],
  Compartment: [],
  DataView: [],
  Date: [],
  FinalizationRegistry: [],
  Generator: ["generator"],
  GeneratorFunction: ["generator"],
  JSON: [],
  Map: [],
  Math: [],
  ModuleSource: [],
  Proxy: [],
  Reflect: [],
  RegExp: ["regexp"],
  Set: [],
  SharedArrayBuffer: [],
  WeakMap: [],
  WeakRef: [],
  WeakSet: [],
};

/** Names of methods that make an object of a class which the program does not name. */
export const MAKERS: Readonly<Record<string, RegExp>> = {
  BigInt: /^(?:get|set)?Big(?:Int|Uint)64(?:Array)?$/u,
  RegExp: /^(?:match|matchAll|search)$/u,
};

/** The engine's own functions that nothing reaches without an object of the class; by object file. */
export const INTERNALS: Readonly<Record<string, { readonly object: string; readonly pattern: RegExp }>> = {
  Compartment: { object: "xsModule", pattern: /^fx(?:LoadVirtualModule|MapModule|ExecuteVirtualModule)/u },
  BigInt: { object: "xsBigInt", pattern: /^fx(?:BigInt_|BigIntegerTo)/u },
  Proxy: { object: "xsProxy", pattern: /^fxProxy/u },
  RegExp: { object: "xsRegExp", pattern: /^fxInitializeRegExp$/u },
};

/** Tables of the engine's functions that only objects of the class refer to: one stub takes the place of all in a table. */
export const TABLES: Readonly<Record<string, string>> = {
  Atomics: "gxTypeAtomics",
  Proxy: "gxProxyBehavior",
};

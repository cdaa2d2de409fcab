// @ts-check
/**
 * The peers of the interoperability tests: each has its programs and its tests in test/interop/peers/NAME/. Those of
 * further registries run in `make interop`, the others in `make test`.
 *
 *   node tools/interop/peers.js    prints what holds the tests of `make interop`, as a pattern
 */

import { isMain } from "../repository.js";

/** @typedef {"cargo" | "go" | "java" | "maven" | "python"} ToolName */

/**
 * @typedef {object} Peer
 * @property {string} name
 * @property {"Debian" | "npm" | "PyPI" | "Maven Central" | "Go modules" | "crates.io"} registry
 * @property {readonly ToolName[]} [tools] that install and run it: see tools.js
 */

/** @type {readonly Peer[]} */
export const PEERS = Object.freeze([
  { name: "libcoap", registry: "Debian" },
  { name: "tshark", registry: "Debian" },
  { name: "node-coap", registry: "npm" },
  { name: "aiocoap", registry: "PyPI", tools: ["python"] },
  { name: "californium", registry: "Maven Central", tools: ["java", "maven"] },
  { name: "coapthon3", registry: "PyPI", tools: ["python"] },
  { name: "go-coap", registry: "Go modules", tools: ["go"] },
  { name: "pycose", registry: "PyPI", tools: ["python"] },
  { name: "rust", registry: "crates.io", tools: ["cargo"] },
]);

/** Whose packages `make` and `make test` install anyway. */
const BASIC = Object.freeze(["Debian", "npm"]);

/** Peers of `make interop`. */
export const FURTHER_PEERS = Object.freeze(PEERS.filter(({ registry }) => !BASIC.includes(registry)));

/** Where the compiled tests of a peer are. @param {string} name or several as a pattern */
export function testsOf(name) {
  return `build/js/test/interop/peers/${name}/**/*.test.js`;
}

/** All tests that are not among those of `make test`. */
export const FURTHER_TESTS = testsOf(`{${FURTHER_PEERS.map(({ name }) => name).join()}}`);

if (isMain(import.meta)) console.log(FURTHER_TESTS);

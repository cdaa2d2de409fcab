// @ts-check
/**
 * The layers of the repository, lowest first. A file may import from its own layer and from lower ones:
 *
 *   cli → simulators → services → hosts → firmware → src/index → src/image → src/device
 *       → src/applications/* → src/security → src/coap → src/net → src/cose → src/cbor, src/crypto, src/storage
 *       → src/bytes, src/timers → src/ports
 *
 * Within src/coap and src/security:
 *
 *   endpoint → bodies/qblock, cache, stateless → server, client → requesting → bodies/block → reliable → messaging
 *       → transport → files of src/coap itself, which are words of all (errors, limits, …) → codec
 *   edhoc/combined → edhoc/coap → oscore/layer → oscore/contexts, oscore/message → oscore, edhoc
 *
 * Layers with the same rank do not know each other, but for those that USES names. test/ may import everything; nobody
 * imports bench/.
 */

import { posix } from "node:path";

/**
 * @typedef {object} Layer
 * @property {string} name what messages call it; files with the same name may import each other
 * @property {number} rank a file may import from lower ranks
 */

/**
 * Pattern of the path, name and rank; the first that matches counts. `*` in a name stands for the folder behind
 * it in the path: applications do not know each other, and neither do hosts.
 *
 * @type {readonly (readonly [pattern: RegExp, name: string, rank: number])[]}
 */
const LAYERS = [
  [/^src\/ports\//u, "src/ports", 0],
  [/^src\/bytes\//u, "src/bytes", 10],
  [/^src\/timers\//u, "src/timers", 10],
  [/^src\/storage\//u, "src/storage", 20],
  [/^src\/cbor\//u, "src/cbor", 20],
  [/^src\/crypto\//u, "src/crypto", 20],
  [/^src\/cose\//u, "src/cose", 30],
  [/^src\/net\//u, "src/net", 35],
  [/^src\/coap\/codec\//u, "src/coap/codec", 40],
  [/^src\/coap\/endpoint\.ts$/u, "src/coap/endpoint.ts", 50],
  [/^src\/coap\/[^/]+\.ts$/u, "src/coap", 41],
  [/^src\/coap\/transport\//u, "src/coap/transport", 42],
  [/^src\/coap\/messaging\//u, "src/coap/messaging", 43],
  [/^src\/coap\/reliable\//u, "src/coap/reliable", 44],
  [/^src\/coap\/bodies\/block\//u, "src/coap/bodies/block", 45],
  [/^src\/coap\/requesting\//u, "src/coap/requesting", 46],
  [/^src\/coap\/server\//u, "src/coap/server", 47],
  [/^src\/coap\/client\//u, "src/coap/client", 47],
  [/^src\/coap\/bodies\/qblock\//u, "src/coap/bodies/qblock", 48],
  [/^src\/coap\/cache\//u, "src/coap/cache", 48],
  [/^src\/coap\/stateless\//u, "src/coap/stateless", 48],
  [/^src\/coap\/([^/]+)\//u, "src/coap/*", 48],
  [/^src\/security\/oscore\/message\//u, "src/security/oscore/message", 61],
  [/^src\/security\/oscore\/contexts\//u, "src/security/oscore/contexts", 61],
  [/^src\/security\/oscore\/layer\//u, "src/security/oscore/layer", 62],
  [/^src\/security\/edhoc\/coap\//u, "src/security/edhoc/coap", 63],
  [/^src\/security\/edhoc\/combined\//u, "src/security/edhoc/combined", 64],
  [/^src\/security\/[^/]+\//u, "src/security/*", 60],
  [/^src\/feature\.ts$/u, "src/feature.ts", 65],
  [/^src\/applications\/[^/]+\//u, "src/applications/*", 70],
  [/^src\/(?:configuration|device)\.ts$/u, "src/device", 80],
  [/^src\/image\.ts$/u, "src/image", 81],
  [/^src\/index\.ts$/u, "src/index.ts", 90],
  [/^firmware\//u, "firmware", 92],
  [/^hosts\/[^/]+\//u, "hosts/*", 100],
  [/^services\//u, "services", 110],
  [/^simulators\//u, "simulators", 120],
  [/^cli\//u, "cli", 130],
  [/^bench\//u, "bench", 135],
  [/^fuzz\//u, "fuzz", 130],
  // The one file through which portable tests reach the simulators.
  [/^test\/portable\.ts$/u, "test/portable", 125],
  [/^test\/portable\//u, "test/portable", 96],
  [/^test\//u, "test", 140],
];

/**
 * Which layers may use another one of their rank, and which: applications do not know each other otherwise, and
 * neither do hosts. Each line is a decision: the user, and those that it uses; nobody is used by one that it uses.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const USES = {
  "hosts/esp32": ["hosts/xs"],
  "hosts/node": ["hosts/xs"],
};

/**
 * @param {string} path relative to the repository, with `/`
 * @returns {Layer | undefined} undefined for a path outside every layer, such as tools/
 */
export function layerOf(path) {
  const found = LAYERS.find(([pattern]) => pattern.test(path));
  if (found === undefined) return undefined;
  const [, name, rank] = found;
  return { name: name.replace("*", path.split("/")[name.split("/").indexOf("*")] ?? ""), rank };
}

/**
 * @param {string} from path of the importing file, relative to the repository
 * @param {string} specifier relative, as written in the import (`../coap/codec/code.js`)
 * @returns {string} path of the imported source, relative to the repository
 */
export function importedPath(from, specifier) {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/u, ".ts");
}

/**
 * @param {string} from path of the importing file
 * @param {string} to path of the imported file
 * @param {Readonly<Record<string, readonly string[]>>} uses which layers may use another one of their rank
 * @returns {{ from: Layer, to: Layer } | undefined} the two layers where `from` must not import `to`
 */
export function upwardImport(from, to, uses = USES) {
  const source = layerOf(from);
  const target = layerOf(to);
  if (source === undefined || target === undefined) return undefined;
  const testsFromOutside = to.startsWith("test/") && !from.startsWith("test/");
  const isNamed = target.rank === source.rank && uses[source.name]?.includes(target.name) === true;
  if (!testsFromOutside && (target.name === source.name || target.rank < source.rank || isNamed))
    return undefined;
  return { from: source, to: target };
}

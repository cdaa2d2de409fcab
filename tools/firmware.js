// @ts-check
/**
 * Makes of each image of firmware/, once it is compiled, the main module that the XS host runs:
 * build/js/firmware/NAME/xs.js. It has the ports that the image's features need, and no others.
 *
 * Ends with 1 where a feature has no line in firmware/budgets.json, and says the line to add.
 */

import {
  APPLICATIONS,
  FIRMWARE,
  featureNames,
  imageNames,
  reachedFeatures,
  reachedModules,
} from "./images.js";
import { readFileSync, statSync } from "node:fs";
import { isMain, repositoryRoot } from "./repository.js";
import { join } from "node:path";
import { listFiles } from "./sources.js";
import { writeChanged } from "./write.js";

/**
 * @typedef {"crypto" | "storage"} Need a port that not every image carries
 * @typedef {object} FeatureLine what a feature may take; bench/size measures it
 * @property {number} flashBytes
 * @property {number} idleBytes of RAM
 * @property {Need[]} needs
 * @typedef {Record<string, FeatureLine>} FeatureLines
 */

/** What a byte of emitted JavaScript, with its comments, becomes once it is linked: bytecode and preloaded memory. */
const FLASH_PER_EMITTED_BYTE = 0.65;
/** What a new line suggests: budgets are multiples of it. */
const BUDGET_UNIT = 512;

const IMPORTS = Object.freeze({
  crypto: 'import { crypto } from "../../hosts/xs/crypto.js";',
  storage: 'import { openKeyValue } from "../../hosts/xs/storage.js";',
});

/**
 * @param {string} image its name
 * @param {ReadonlySet<Need>} needs of its features
 * @returns {string} the main module
 */
export function mainModule(image, needs) {
  const ports = [
    ...(needs.has("crypto") ? ["crypto"] : []),
    ...(needs.has("storage") ? ["openKeyValue"] : []),
  ];
  return [
    `import image from "../${image}.js";`,
    'import { deviceMain } from "../../hosts/xs/device-main.js";',
    ...Object.entries(IMPORTS).flatMap(([need, line]) =>
      needs.has(/** @type {Need} */ (need)) ? [line] : [],
    ),
    "",
    `export default deviceMain(image, {${ports.length > 0 ? ` ${ports.join(", ")} ` : ""}});`,
    "",
  ].join("\n");
}

/**
 * @param {string[]} features that there are
 * @param {FeatureLines} lines
 * @param {(feature: string) => number} emittedBytes of JavaScript of a feature
 * @returns {string[]} what is wrong, a message each
 */
export function checkLines(features, lines, emittedBytes) {
  const missing = features.filter((name) => !Object.hasOwn(lines, name));
  const stale = Object.keys(lines).filter((name) => !features.includes(name));
  return [
    ...missing.map((name) => {
      const flashBytes = Math.ceil((emittedBytes(name) * FLASH_PER_EMITTED_BYTE) / BUDGET_UNIT) * BUDGET_UNIT;
      const line = { flashBytes, idleBytes: 4 * BUDGET_UNIT, needs: [] };
      return (
        `${FIRMWARE}/budgets.json: ${APPLICATIONS}/${name} has no line; add to "features", with what it needs of ` +
        `"crypto" and "storage":\n    ${JSON.stringify(name)}: ${JSON.stringify(line)}`
      );
    }),
    ...stale.map((name) => `${FIRMWARE}/budgets.json: "features" has ${name}, which ${APPLICATIONS} has not`),
  ];
}

function main() {
  const emitted = join(repositoryRoot, "build/js");
  /** @type {{ features: FeatureLines }} */
  const { features: lines } = JSON.parse(
    readFileSync(join(repositoryRoot, FIRMWARE, "budgets.json"), "utf8"),
  );
  const messages = checkLines(featureNames(repositoryRoot), lines, (feature) => {
    const folder = `${APPLICATIONS}/${feature}`;
    const modules = listFiles(emitted, folder).filter((path) => path.endsWith(".js"));
    return modules.reduce((sum, path) => sum + statSync(join(emitted, path)).size, 0);
  });
  for (const message of messages) console.error(message);
  if (messages.length > 0) {
    process.exitCode = 1;
    return;
  }
  for (const name of imageNames(repositoryRoot)) {
    const features = reachedFeatures(reachedModules(emitted, `${FIRMWARE}/${name}`, ".js"));
    const needs = new Set(features.flatMap((feature) => lines[feature]?.needs ?? []));
    writeChanged(join(emitted, FIRMWARE, name, "xs.js"), mainModule(name, needs));
  }
}

if (isMain(import.meta)) main();

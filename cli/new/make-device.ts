/** Makes a folder for a device: a copy of templates/device, in which the device has its name. */

import {
  cpSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { PACKAGE, packageVersion } from "../../hosts/node/package.js";
import { FailureError, UsageError } from "../exit-code.js";

const TEMPLATE = join(PACKAGE, "templates/device");
/** The device's name in the template. */
const TEMPLATE_NAME = "my-device";
/** npm leaves files of these names out of packages, or takes a folder for a package of its own. */
const RENAMED: readonly (readonly [from: string, to: string])[] = [
  ["gitignore", ".gitignore"],
  ["package.template.json", "package.json"],
];
const NAMED = ["package.json", "README.md"];

/** npm's rule for new packages: at most 214 characters, in lower case, safe in a URI, not beginning with a dot or underscore. */
const NAME = /^(?:@[a-z\d~-][a-z\d._~-]*\/)?[a-z\d~-][a-z\d._~-]*$/u;
const MAX_NAME_LENGTH = 214;
/** npm takes them for something else. */
const RESERVED = ["node_modules", "favicon.ico"];

/**
 * @param directory path of the folder that is made
 * @returns lines that tell what was made, and what to do with it
 * @throws {UsageError} for a bad name
 * @throws {FailureError} where something of that name exists
 */
export function makeDevice(name: string, directory: string): string[] {
  checkName(name);
  const folder = resolve(directory);
  if (lstatSync(folder, { throwIfNoEntry: false }) !== undefined)
    throw new FailureError(`${directory} exists already: expected the name of a folder that does not`);
  mkdirSync(dirname(folder), { recursive: true });
  // Not recursive: in a folder that takes none, such as /proc, Node.js would try for ever.
  mkdirSync(folder);
  try {
    fill(folder, name);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const place = relative(process.cwd(), folder);
  return [
    `made ${place}: a device with one sensor, and its tests. Now:`,
    "",
    `  cd ${/^[\w./-]+$/u.test(place) ? place : `'${place}'`}`,
    "  npx coapsule device ./device.ts --watch",
    "",
    "README.md says how to go on.",
  ];
}

function checkName(name: string): void {
  if (!NAME.test(name) || name.length > MAX_NAME_LENGTH || RESERVED.includes(name))
    throw new UsageError(
      `expected a name as npm has them, in lower case letters, digits, and - . _ between them, such as my-device; got ${JSON.stringify(name)}`,
    );
}

function fill(folder: string, name: string): void {
  cpSync(TEMPLATE, folder, { recursive: true });
  for (const [from, to] of RENAMED) renameSync(join(folder, from), join(folder, to));
  for (const path of NAMED) {
    const text = readFileSync(join(folder, path), "utf8");
    writeFileSync(join(folder, path), text.replaceAll(TEMPLATE_NAME, name));
  }
  pinVersion(join(folder, "package.json"));
  linkPackage(folder);
}

/** The device is built with the version that made its folder. */
function pinVersion(path: string): void {
  const manifest = JSON.parse(readFileSync(path, "utf8")) as { readonly devDependencies: object };
  const devDependencies = { ...manifest.devDependencies, coapsule: packageVersion() };
  const pinned = { ...manifest, devDependencies };
  writeFileSync(path, `${JSON.stringify(pinned, null, 2)}\n`);
}

/** The package that runs is there at once, for npx and for editors; `npm install` puts a copy in its place. */
function linkPackage(folder: string): void {
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  symlinkSync(PACKAGE, join(modules, "coapsule"));
  symlinkSync("../coapsule/bin/coapsule", join(modules, ".bin/coapsule"));
}

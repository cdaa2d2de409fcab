// @ts-check
/** What `make run` makes before the device starts, in order: targets of the Makefile, which know what is out of date. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../repository.js";

/**
 * @typedef {object} Phase
 * @property {string} name for people
 * @property {string} log name of the file below build/log that gets its output
 * @property {readonly string[]} command
 * @property {number} seconds that it takes where nothing is made yet: two cores, a fast network
 * @property {number} megabytes that it downloads then, where no cache has them
 * @property {() => boolean} isMade whether it was made before; it may be out of date then
 * @property {Counted} [counted] what of its output is counted
 *
 * @typedef {object} Counted
 * @property {string} of what one line is for
 * @property {RegExp} line of the output
 * @property {readonly string[]} plan command that tells what would be done
 * @property {RegExp} planned a line of its output for each line that will be counted
 */

/** @param {string} path @returns {string} its text; "" where there is no such file */
function textOf(path) {
  const whole = join(repositoryRoot, path);
  return existsSync(whole) ? readFileSync(whole, "utf8") : "";
}

/** @param {string[]} paths @returns {() => boolean} whether there is one of them */
function hasOne(...paths) {
  return () => paths.some((path) => existsSync(join(repositoryRoot, path)));
}

/**
 * make, without the job slots of the make that has started us, whose pipe we have not.
 *
 * @param {string} program
 * @returns {readonly string[]} what stands before its targets
 */
function makeCommand(program) {
  const flags = (process.env["MAKEFLAGS"] ?? "").replace(
    /(?:^| )(?:-j\d*|--jobserver-(?:auth|fds)=\S+)/gu,
    "",
  );
  return ["env", `MAKEFLAGS=${flags.trim()}`, program];
}

/**
 * @param {string} program make's command
 * @param {NodeJS.Platform} platform
 * @returns {readonly Phase[]}
 */
export function phasesOf(program, platform = process.platform) {
  const make = makeCommand(program);
  const packages = "node_modules/.installed-lock.json";
  const portable = [
    {
      name: "npm packages",
      log: "packages",
      command: [...make, packages],
      seconds: 8,
      megabytes: 70,
      isMade: () => textOf(packages) !== "" && textOf(packages) === textOf("package-lock.json"),
    },
    {
      name: "TypeScript",
      log: "typescript",
      command: [...make, "command"],
      seconds: 15,
      megabytes: 0,
      // What is compiled last.
      isMade: hasOne("build/tsbuildinfo/cli.json"),
    },
  ];
  if (platform !== "linux") return portable;
  return [
    ...portable,
    {
      name: "C sources",
      log: "sources",
      command: [...make, "-C", "hosts/xs", "fetch", "fetch-crypto"],
      seconds: 3,
      megabytes: 20,
      isMade: hasOne("build/xs/crypto-sources/.fetched"),
    },
    {
      name: "XS engine",
      log: "engine",
      command: [...make, "xs"],
      seconds: 10,
      megabytes: 0,
      isMade: hasOne("build/xs/linux32/coapsule-xs", "build/xs/linux64/coapsule-xs"),
      counted: { of: "files", line: /^ {2}CC /u, plan: [...make, "-n", "xs"], planned: /^echo " {2}CC /u },
    },
  ];
}

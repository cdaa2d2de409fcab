// @ts-check
/** The tools of others that install and run peers: which version is wanted, which is there, and how to get one. */

import { spawnSync } from "node:child_process";

/** @typedef {import("./peers.js").ToolName} ToolName */

/**
 * @typedef {object} Tool
 * @property {string} title
 * @property {string} wanted the lowest version, such as 1.26
 * @property {string[]} command that prints the version
 * @property {RegExp} version finds it there
 * @property {string} source where a newer one comes from
 */

/** @type {Readonly<Record<ToolName, Tool>>} */
export const TOOLS = Object.freeze({
  cargo: {
    title: "Rust (cargo)",
    // What the crates of Cargo.lock ask for.
    wanted: "1.88",
    command: ["cargo", "--version"],
    version: /^cargo (\d+\.\d+)/u,
    source: "rustup installs it; the package cargo of Debian 12 is 0.66, and too old",
  },
  go: {
    title: "Go",
    // What go-coap asks for in its go.mod.
    wanted: "1.26",
    command: ["go", "version"],
    version: /go(\d+\.\d+)/u,
    source: "the archive of the Go project has it; the package golang-go of Debian 12 is 1.19, and too old",
  },
  java: {
    title: "a JDK (javac)",
    wanted: "17.0",
    command: ["javac", "-version"],
    version: /^javac (\d+(?:\.\d+)?)/u,
    source: "Debian's package default-jdk-headless",
  },
  maven: {
    title: "Maven (mvn)",
    wanted: "3.6",
    command: ["mvn", "--version"],
    version: /Apache Maven (\d+\.\d+)/u,
    source: "Debian's package maven",
  },
  python: {
    title: "Python with venv",
    wanted: "3.10",
    command: [
      "python3",
      "-c",
      "import ensurepip, venv, sys; print('python %d.%d' % (sys.version_info.major, sys.version_info.minor))",
    ],
    version: /^python (\d+\.\d+)/u,
    source: "Debian's package python3-venv",
  },
});

/**
 * @param {string} found
 * @param {string} wanted
 */
function isOlder(found, wanted) {
  const [major = 0, minor = 0] = found.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split(".").map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}

/**
 * @param {ToolName} name
 * @returns {string | undefined} what is wrong with a tool, and what helps; undefined where it is there
 */
export function complaintAbout(name) {
  const { title, wanted, command, version, source } = TOOLS[name];
  const [program = "", ...args] = command;
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    env: { ...process.env, GOTOOLCHAIN: "local" },
  });
  const output = status === 0 ? version.exec(`${stdout}${stderr}`) : null;
  const found = output?.[1];
  if (found !== undefined && !isOlder(found, wanted)) return undefined;
  const state = found ?? (error === undefined ? "one that does not run" : "none");
  return `${title} ${wanted} or later is wanted, found ${state}: ${source}`;
}

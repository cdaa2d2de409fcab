// @ts-check
/**
 * Finds and ends all that a command has started, also what left its process group: a board in QEMU has a group of its
 * own, so that Ctrl-C reaches it as an order. Each process inherits a mark in its environment.
 */

import { randomUUID } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";

const VARIABLE = "COAPSULE_STEP";

/** @returns {{ mark: string, env: NodeJS.ProcessEnv }} an environment that is told by its mark */
export function markedEnvironment() {
  // Without make's job slots: the command would look for a pipe that is not there.
  const { MAKEFLAGS: _flags, MAKELEVEL: _level, ...env } = process.env;
  const mark = randomUUID();
  // A step may run steps: the marks of all around it stay.
  return { mark, env: { ...env, [VARIABLE]: `${env[VARIABLE] ?? ""} ${mark}` } };
}

/** @param {string} mark @returns {number[]} processes that have it; none where there is no /proc */
function marked(mark) {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/u.test(name) && environmentOf(name).includes(mark))
      .map(Number);
  } catch {
    return [];
  }
}

/** @param {string} pid */
function environmentOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return "";
  }
}

/** @param {number} pid a process, or a group as a negative number */
function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

/**
 * Ends every process that has the mark, and the process group.
 *
 * @param {string} mark
 * @param {number | undefined} group
 */
export function endMarked(mark, group) {
  if (group !== undefined) kill(-group);
  for (const pid of marked(mark)) kill(pid);
}

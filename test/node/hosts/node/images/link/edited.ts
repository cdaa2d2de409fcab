/** Small modules that a step of the linker edits, and what they come to. */

import assert from "node:assert/strict";
import { parseModule, type Module } from "../../../../../../hosts/node/images/link/syntax.js";

/** The text of a module after a step. */
export function edited(code: string, ...steps: readonly ((module: Module) => unknown)[]): string {
  let text = code;
  for (const step of steps) {
    const module = parseModule(text);
    step(module);
    text = module.edits.toString();
  }
  return text;
}

/** The default export of a module. */
export async function evaluate(code: string): Promise<unknown> {
  const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { default: unknown };
  return module.default;
}

/** What a module comes to must be the same after the steps. @returns its text then */
export async function assertSame(
  code: string,
  expected: unknown,
  ...steps: readonly ((module: Module) => unknown)[]
): Promise<string> {
  assert.deepEqual(await evaluate(code), expected, "before");
  const text = edited(code, ...steps);
  assert.deepEqual(await evaluate(text), expected, text);
  return text;
}

/** From bytecode to source: which byte of an image's archive comes from which line of which file. */

import { LEAST_UPPER_BOUND, TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import type { SourceMap } from "./syntax.js";

/** From this byte of the archive on. */
export interface Place {
  readonly offset: number;
  /** Path of the source, or of the module itself where the map knows none. */
  readonly source: string;
  /** Of the source. */
  readonly line: number;
  /** Of the linked module, 0 where it is another module's. */
  readonly linkedLine: number;
}

/** What a line of the linked module comes from. */
export type Lines = (line: number) => { readonly source: string; readonly line: number } | undefined;

/** Where lines come from. A line of the linked module is of the source of the first thing on it; one without any, of the line before. */
export function readLines(map: SourceMap): Lines {
  const trace = new TraceMap({ ...map, version: 3 });
  const known = new Map<number, { source: string; line: number } | undefined>();
  return function find(line) {
    if (line < 1) return undefined;
    if (!known.has(line)) {
      const { source, line: own } = originalPositionFor(trace, { line, column: 0, bias: LEAST_UPPER_BOUND });
      known.set(line, source === null ? find(line - 1) : { source, line: own });
    }
    return known.get(line);
  };
}

/**
 * @param text that `coapsule-xsc --places` wrote
 * @param linked name of the module that `map` is of
 */
export function readPlaces(text: string, linked: string, map: SourceMap): Place[] {
  const lines = readLines(map);
  const places: Place[] = [];
  let module = "";
  for (const entry of text.split("\n")) {
    const [, offset, line] = /^(\d+) (\d+)$/u.exec(entry) ?? [];
    if (offset === undefined) {
      module = entry;
      continue;
    }
    // What has no line belongs to what is before it.
    if (line === "0") continue;
    const found = module === linked ? lines(Number(line)) : undefined;
    places.push({
      offset: Number(offset),
      source: found?.source ?? module,
      line: found?.line ?? Number(line),
      linkedLine: module === linked ? Number(line) : 0,
    });
  }
  return places;
}

/** Memory that is in use after a collection. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes of the heap and of array buffers that something still refers to. */
export function liveBytes(): number {
  // The second one waits for what the first gives back: array buffers are freed on a thread of their own.
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

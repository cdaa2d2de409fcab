/** Key-value storage of a device without flash memory: it goes on without what it would have kept. */

import type { KeyValue } from "../../src/ports/key-value.js";

export const noStorage: KeyValue = {
  open() {
    throw new Error("there is no storage (Linux: start the host with --flash FILE)");
  },
};

/** Commits a counter under two keys again and again, says each number when it is stored, and never ends. */

import { writeSync } from "node:fs";
import { FileFlash } from "../../../../hosts/node/storage/file-flash.js";
import { FlashKeyValue } from "../../../../src/storage/flash/key-value.js";

const [path = ""] = process.argv.slice(2);
const store = new FlashKeyValue(new FileFlash({ path, blocks: 4 }));
const stored = store.read("a", "first");
let count = stored === undefined ? 0 : new DataView(stored).getUint32(0);
for (;;) {
  count += 1;
  const value = new Uint8Array(100);
  new DataView(value.buffer).setUint32(0, count);
  store.commit([
    { domain: "a", key: "first", value },
    { domain: "a", key: "second", value },
  ]);
  writeSync(1, `${count}\n`);
}

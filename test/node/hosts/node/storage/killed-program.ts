/** Commits a number and a row of a table again and again, says each with a number of a counter once it is stored, and never ends. */

import { writeSync } from "node:fs";
import { FileFlash } from "../../../../../hosts/node/storage/file-flash.js";
import { Counter } from "../../../../../src/storage/counter.js";
import { FlashKeyValue } from "../../../../../src/storage/flash/key-value.js";
import { Table } from "../../../../../src/storage/table.js";
import { COMMIT_KEY, commitOf, DOMAIN, encodeCommit, rowOf, TABLE, TABLE_ROWS } from "./stored.js";

/** So small that the counter is stored often. */
const COUNTER_STEP = 3;

const [path = ""] = process.argv.slice(2);
const store = new FlashKeyValue(new FileFlash({ path }));
const domain = store.open({ path: DOMAIN });
const table = new Table(domain, TABLE, TABLE_ROWS);
const counter = new Counter(domain, "counter", COUNTER_STEP);
for (let commit = commitOf(store.read(DOMAIN, COMMIT_KEY)) + 1; ; commit += 1) {
  store.commit([
    { domain: DOMAIN, key: table.keyOf(commit % TABLE_ROWS), value: rowOf(commit) },
    { domain: DOMAIN, key: COMMIT_KEY, value: encodeCommit(commit) },
  ]);
  writeSync(1, `${commit} ${counter.next()}\n`);
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodePlatform } from "../../../../../hosts/node/platform.js";
import { NodeKeyValue } from "../../../../../hosts/node/storage/key-value.js";
import { testKeyValuePort } from "../../../../portable/storage/port.js";

describe("the key-value port on Node", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "coapsule-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  describe("in a directory", () => testKeyValuePort(() => new NodeKeyValue(join(folder, "values"))));

  describe("in a device's flash memory", () =>
    testKeyValuePort(() => nodePlatform({ flash: join(folder, "flash") }).keyValue));
});

import assert from "node:assert/strict";
import { binaryOf } from "../host.js";
import { describeCases, runCases } from "./compared-cases.js";

describeCases(50);

describe("an image without Ed25519", () => {
  it("says so when it is asked for that", async () => {
    const { code, stderr } = await runCases(binaryOf("linux32"), 1);
    assert.notEqual(code, 0);
    assert.match(stderr, /algorithm not supported: Ed25519/u);
  });
});

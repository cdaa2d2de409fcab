import { describe, NorFlash, SeededRandom, World } from "../../portable.js";
import { FlashKeyValue } from "../../../src/storage/flash/key-value.js";
import { MemoryKeyValue } from "../../../src/storage/memory.js";
import { testKeyValuePort } from "./port.js";

describe("the key-value port in memory", () => testKeyValuePort(() => new MemoryKeyValue()));

describe("the key-value port of a simulated host", () =>
  testKeyValuePort(() => new World({ seed: 1 }).host("fd00::1").keyValue));

describe("the key-value port in flash", () =>
  testKeyValuePort(
    () => new FlashKeyValue(new NorFlash({ blocks: 4, blockLength: 4096, random: new SeededRandom(1) })),
  ));

import { assert, describe, it, NorFlash, SeededRandom } from "../../portable.js";
import { FlashKeyValue } from "../../../src/storage/flash/key-value.js";
import { StorageCorruptError, StorageFormatError } from "../../../src/storage/limits.js";
import { migrate, SCHEMA_KEY, type Migration } from "../../../src/storage/schema.js";

function makeFlash(): NorFlash {
  return new NorFlash({ blocks: 3, blockLength: 2048, random: new SeededRandom(5) });
}

function get(store: FlashKeyValue, key: string): number[] | undefined {
  const value = store.read("a", key);
  return value === undefined ? undefined : [...new Uint8Array(value)];
}

/** From 0: `name` becomes `label`. From 1: `label` gets a byte in front. */
const MIGRATIONS: readonly Migration[] = [
  (domain) => [
    { key: "label", value: new Uint8Array(domain.read("name")!) },
    { key: "name", value: undefined },
  ],
  (domain) => [{ key: "label", value: new Uint8Array([9, ...new Uint8Array(domain.read("label")!)]) }],
];

describe("versions of what is stored", () => {
  it("an empty domain has the newest version at once", () => {
    const store = new FlashKeyValue(makeFlash());
    migrate(store, "a", MIGRATIONS);
    assert.deepEqual(store.keys("a"), [SCHEMA_KEY]);
    assert.deepEqual(get(store, SCHEMA_KEY), [2]);
  });

  it("one without a version goes through all steps, one of the newest through none", () => {
    const store = new FlashKeyValue(makeFlash());
    store.commit([{ domain: "a", key: "name", value: new Uint8Array([1]) }]);
    migrate(store, "a", MIGRATIONS);
    migrate(store, "a", MIGRATIONS);
    assert.deepEqual([get(store, "name"), get(store, "label")], [undefined, [9, 1]]);
  });

  it("leaves what a later firmware has written", () => {
    const store = new FlashKeyValue(makeFlash());
    migrate(store, "a", MIGRATIONS);
    assert.throws(() => migrate(store, "a", MIGRATIONS.slice(1)), StorageFormatError, "at most version 1");
    store.commit([{ domain: "a", key: SCHEMA_KEY, value: new Uint8Array(5) }]);
    assert.throws(() => migrate(store, "a", MIGRATIONS), StorageCorruptError, "got 5 bytes");
  });

  it("a power cut at any flash operation leaves one version or the next, and the next start goes on", () => {
    let cuts = 0;
    for (let operation = 1; operation <= 8; operation += 1)
      for (let bytes = 0; bytes < 80; bytes += 13) {
        const flash = makeFlash();
        new FlashKeyValue(flash).commit([{ domain: "a", key: "name", value: new Uint8Array([1]) }]);
        flash.cutPower({ atOperation: operation, afterBytes: bytes });
        try {
          migrate(new FlashKeyValue(flash), "a", MIGRATIONS);
        } catch (error) {
          if (!flash.isOff) throw error;
          cuts += 1;
        }
        flash.restorePower();
        const store = new FlashKeyValue(flash);
        const [version = 0] = get(store, SCHEMA_KEY) ?? [];
        const found = [get(store, "name"), get(store, "label")];
        assert.deepEqual(
          found,
          [
            [[1], undefined],
            [undefined, [1]],
            [undefined, [9, 1]],
          ][version],
        );
        migrate(store, "a", MIGRATIONS);
        assert.deepEqual(get(new FlashKeyValue(flash), "label"), [9, 1]);
      }
    assert.ok(cuts > 12, `${cuts} cuts`);
  });
});

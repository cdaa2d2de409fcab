import { encodeUtf8 } from "../../../../../src/bytes/utf8.js";
import { Directory } from "../../../../../src/applications/rd/directory/directory.js";
import { startResourceDirectory } from "../../../../../src/applications/rd/directory/service.js";
import { RegistrationStorage } from "../../../../../src/applications/rd/directory/storage.js";
import { Endpoint } from "../../../../../src/coap/endpoint.js";
import { Site } from "../../../../../src/coap/server/site.js";
import type { KeyValueStorage } from "../../../../../src/ports/key-value.js";
import { MemoryKeyValue } from "../../../../../src/storage/memory.js";
import { DirectoryWorld, assertMatch } from "./directory-world.js";
import { openRegistrations, registration, storedKeys } from "./stored-registrations.js";
import { World, assert, describe, it } from "../../../../portable.js";

describe("a directory's storage", () => {
  it("RFC 9176 §5: registrations outlive a restart, at the same location, for what is left of their lifetime", async () => {
    const lab = new DirectoryWorld();
    const location = await lab.register("ep=a&lt=600&et=x");
    await lab.register("ep=b&lt=60");
    await lab.register("ep=c");
    const before = await lab.lookup("ep?et=x");
    await lab.delete(await lab.register("ep=c"));
    lab.service.close();
    await lab.advanceS(300);
    lab.start();
    assert.equal(await lab.lookup("ep"), before);
    assert.equal(await lab.register("ep=a&lt=600&et=x"), location);
    await lab.advanceS(601);
    assert.equal(await lab.lookup("ep"), "");
  });

  it("begins lifetimes anew where nobody knows the time", async () => {
    const lab = new DirectoryWorld({}, { withClock: false });
    await lab.register("ep=a&lt=60");
    lab.service.close();
    await lab.advanceS(300);
    lab.start();
    assert.ok((await lab.lookup("ep")) !== "");
    await lab.advanceS(61);
    assert.equal(await lab.lookup("ep"), "");
  });

  it("without a storage, ends with the directory", async () => {
    const world = new World({ seed: 1 });
    const host = world.host("fd00::1");
    const { client } = new Endpoint(world.host("fd00::2"));
    const first = startResourceDirectory(host, { port: 5683 });
    await world.time.until(client.post("coap://[fd00::1]/rd?ep=a"));
    assert.equal(first.directory.size, 1);
    first.close();
    assert.equal(startResourceDirectory(host, { port: 5683 }).directory.size, 0);
  });

  it("a refreshed registration is stored with its new lifetime", async () => {
    const lab = new DirectoryWorld();
    const location = await lab.register("ep=a&lt=60");
    await lab.advanceS(50);
    await lab.post(location);
    lab.service.close();
    await lab.advanceS(50);
    lab.start();
    assert.ok((await lab.lookup("ep")) !== "");
  });

  it("after a power cut in the midst of writing has the old registration", () => {
    const keyValue = new MemoryKeyValue();
    openRegistrations(keyValue).save({ registration: registration(9000) });
    const before = storedKeys(keyValue);
    const domain = keyValue.open({ path: "rd" });
    const interrupted = new RegistrationStorage(
      {
        read: (key) => domain.read(key),
        write: (key, value) => {
          if (!key.includes(".")) throw new Error("power cut");
          domain.write(key, value);
        },
        delete: (key) => domain.delete(key),
        [Symbol.iterator]: () => domain[Symbol.iterator](),
        close: () => domain.close(),
      },
      { log: () => undefined },
    );
    assert.throws(() => interrupted.save({ registration: registration(9500) }), Error, "power cut");
    assert.ok(storedKeys(keyValue).join() !== before.join());
    assert.equal(openRegistrations(keyValue).load()[0]?.registration.document.length, 9000);
    assert.deepEqual(storedKeys(keyValue), before);
  });

  it("leaves out and removes what cannot be read, and says so", () => {
    const keyValue = new MemoryKeyValue();
    const domain = keyValue.open({ path: "rd" });
    const head = (text: string, parts = 0): Uint8Array => Uint8Array.of(0, parts, ...encodeUtf8(text));
    domain.write("r00000001", Uint8Array.of(0));
    domain.write("r00000002", head("{}"));
    domain.write("r00000003", head("not JSON"));
    domain.write("r00000004", head(JSON.stringify({ registration: registration(1) })));
    domain.write("r00000005", head("{", 1));
    domain.write("r00000006.0.0", encodeUtf8("orphan"));
    const lines: string[] = [];
    assert.deepEqual(openRegistrations(keyValue, lines).load(), []);
    assert.equal(lines.length, 5);
    assert.deepEqual(storedKeys(keyValue), []);
  });

  it("a storage that fails costs a line on the console, not the registration", async () => {
    const world = new World({ seed: 1 });
    const host = world.host("fd00::1");
    const lines: string[] = [];
    const full: KeyValueStorage = {
      read: () => undefined,
      write: () => {
        throw new Error("full");
      },
      delete: () => undefined,
      [Symbol.iterator]: () => [][Symbol.iterator](),
      close: () => undefined,
    };
    const { timers, clock, random } = host;
    const console = { log: (line: string) => lines.push(line) };
    const platform = { timers, clock, random, console };
    const site = new Site();
    const endpoint = new Endpoint(host, { port: 5683, site });
    const directory = new Directory(site, {
      platform,
      keyValue: { open: () => full },
      client: () => endpoint.client,
    });
    const { client } = new Endpoint(world.host("fd00::2"));
    await world.time.until(client.post("coap://[fd00::1]/rd?ep=a"));
    assert.equal(directory.size, 1);
    assertMatch(lines.join("\n"), /^rd: registration [\da-f]{8} not stored: Error: full$/u);
  });
});

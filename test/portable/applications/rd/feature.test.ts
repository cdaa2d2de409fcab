import { assert, describe, it } from "../../../portable.js";
import { FORBIDDEN, SERVICE_UNAVAILABLE, TOO_MANY_REQUESTS } from "../../../../src/coap/codec/code.js";
import { RequestError } from "../../../../src/coap/server/request-error.js";
import { text } from "../../../../src/coap/server/response.js";
import { UriError } from "../../../../src/coap/codec/uri.js";
import { RegistrationParameterError } from "../../../../src/applications/rd/parameters.js";
import {
  RANDOM_NAME_BYTES,
  resourceDirectory,
  type ResourceDirectoryFeature,
  type ResourceDirectoryOptions,
} from "../../../../src/applications/rd/feature.js";
import {
  MAX_RETRY_MS,
  MIN_RETRY_MS,
  REFRESH_PART,
  REMOVAL_TIMEOUT_MS,
} from "../../../../src/applications/rd/registrant.js";
import { Scene } from "./fakes.js";

const RD = "coap://[fd00::1]/rd";

/** Starts the feature on the scene's endpoint. */
function start(
  { host, endpoint, site }: Scene,
  options: Partial<ResourceDirectoryOptions> = {},
  lines: string[] = [],
): ResourceDirectoryFeature {
  const feature = resourceDirectory({ server: RD, ep: "node1", lt: 600, ...options });
  const { udp, timers, clock, random, keyValue } = host;
  const platform = {
    udp,
    timers,
    clock,
    random,
    keyValue,
    console: { log: (line: string) => lines.push(line) },
  };
  feature.start({ platform, endpoint, site });
  return feature;
}

function addResource({ site }: Scene, path: string): void {
  site.add(path, { get: () => text("1"), rt: "temperature-c" });
}

describe("being found, as a feature", () => {
  it("RFC 9176 §4.3, §5: finds the directory and registers what /.well-known/core lists", async () => {
    const scene = new Scene();
    const lines: string[] = [];
    const feature = start(scene, { server: "coap://[fd00::1]", d: "floor-3" }, lines);
    // Mounted after the start, as a later feature does.
    addResource(scene, "sensors/temp");
    await scene.advance(1000);
    assert.deepEqual(scene.take(), ['POST /rd?ep=node1&d=floor-3&lt=600 </sensors/temp>;rt="temperature-c"']);
    assert.equal(feature.location, "coap://[fd00::1]/rd/4521");
    assert.deepEqual(lines, ["rd: registered at coap://[fd00::1]/rd/4521"]);
  });

  it("RFC 9176 §5.3.1: updates before each end of the lifetime", async () => {
    const scene = new Scene();
    start(scene);
    await scene.advance(3_600_000);
    const asked = scene.take();
    assert.equal(asked[0], "POST /rd?ep=node1&lt=600");
    assert.ok(asked.length >= 3_600_000 / 600_000);
    for (const update of asked.slice(1)) assert.equal(update, "POST /rd/4521");
    for (const [index, atMs] of scene.askedAtMs.entries())
      if (index > 0) {
        const pauseMs = atMs - scene.askedAtMs[index - 1]!;
        assert.ok(pauseMs < 600_000 && pauseMs >= 600_000 * REFRESH_PART, `${pauseMs}`);
      }
  });

  it("RFC 9176 §5: with the longest lifetime it updates within what a timer takes, with the shortest before its end", async () => {
    const longest = new Scene();
    start(longest, { lt: 4_294_967_295 });
    await longest.advance(0x7fffffff + 1000);
    assert.deepEqual(longest.take(), ["POST /rd?ep=node1&lt=4294967295", "POST /rd/4521"]);
    const shortest = new Scene();
    start(shortest, { lt: 1 });
    await shortest.advance(3000);
    assert.equal(shortest.take().length, 4);
  });

  it("RFC 9176 §5.3.1: registers again after 4.04", async () => {
    const scene = new Scene();
    start(scene);
    await scene.advance(1000);
    scene.isKnown = false;
    await scene.advance(600_000);
    assert.deepEqual(scene.take(), ["POST /rd?ep=node1&lt=600", "POST /rd/4521", "POST /rd?ep=node1&lt=600"]);
  });

  it("RFC 9176 §5: replaces the links when they have changed", async () => {
    const scene = new Scene();
    start(scene);
    await scene.advance(1000);
    addResource(scene, "new");
    await scene.advance(600_000);
    assert.deepEqual(scene.take(), [
      "POST /rd?ep=node1&lt=600",
      'POST /rd?ep=node1&lt=600 </new>;rt="temperature-c"',
    ]);
  });

  it("RFC 9176 §5.3.2: removes its registration when it stops, and asks no more", async () => {
    const scene = new Scene();
    const feature = start(scene);
    await scene.advance(1000);
    await scene.until(feature.stop());
    await scene.until(feature.stop());
    assert.deepEqual(scene.take(), ["POST /rd?ep=node1&lt=600", "DELETE /rd/4521"]);
    assert.equal(feature.location, undefined);
    await scene.advance(3_600_000);
    assert.deepEqual(scene.take(), []);
  });

  it("gives up taking leave of a directory that is gone, after a while", async () => {
    const scene = new Scene();
    const lines: string[] = [];
    const feature = start(scene, {}, lines);
    await scene.advance(1000);
    scene.world.network.setConditions({ loss: 1 });
    const stoppedAtMs = scene.world.time.nowMs;
    await scene.until(feature.stop());
    assert.ok(scene.world.time.nowMs - stoppedAtMs <= REMOVAL_TIMEOUT_MS + 1);
    assert.equal(lines.length, 2);
    assert.ok(lines[1]!.startsWith("rd: registration not removed: TimeoutError"), lines[1]);
  });

  it("stops while it registers, and before it began", async () => {
    const scene = new Scene();
    const feature = start(scene);
    await scene.until(feature.stop());
    await scene.advance(1000);
    assert.deepEqual(scene.take(), []);
    scene.world.network.setConditions({ delayMs: [100, 100] });
    const second = start(scene);
    await scene.advance(50);
    await scene.until(second.stop());
    await scene.advance(3_600_000);
    assert.deepEqual(scene.take(), ["POST /rd?ep=node1&lt=600"]);
    assert.equal(second.location, undefined);
  });

  it("RFC 9176 §4.1: asks a directory that does not work out more and more rarely", async () => {
    const scene = new Scene();
    const lines: string[] = [];
    scene.directory.close();
    start(scene, { server: "coap://[fd00::1]" }, lines);
    await scene.advance(12 * 3_600_000);
    const pausesS = lines.map((line) => {
      assert.ok(line.startsWith("rd: not registered (RefusedError"), line);
      return Number(line.slice(line.lastIndexOf("in ") + 3, -2));
    });
    assert.ok(pausesS[0]! >= MIN_RETRY_MS / 1000 && pausesS[0]! <= (1.5 * MIN_RETRY_MS) / 1000);
    assert.ok(pausesS[4]! >= (16 * MIN_RETRY_MS) / 1000);
    assert.ok(
      Math.max(...pausesS) >= MAX_RETRY_MS / 1000 && Math.max(...pausesS) <= (1.5 * MAX_RETRY_MS) / 1000,
    );
    assert.ok(lines.length < 25, `${lines.length}`);
  });

  it("RFC 9176 §5: after a failure tries the next interface, and after the last discovery again", async () => {
    const scene = new Scene();
    const { asked } = scene;
    scene.directory.site.add("other", {
      rt: "core.rd",
      post: () => {
        asked.push("POST /other");
        throw new RequestError(FORBIDDEN, "not you");
      },
    });
    scene.answers.push(new RequestError(FORBIDDEN, "not you"));
    const feature = start(scene, { server: "coap://[fd00::1]" });
    await scene.advance(90_000);
    assert.deepEqual(scene.take(), ["POST /rd?ep=node1&lt=600", "POST /other", "POST /rd?ep=node1&lt=600"]);
    assert.equal(feature.location, "coap://[fd00::1]/rd/4521");
  });

  it("RFC 9176 §5: waits as long as 5.03 asks for", async () => {
    const scene = new Scene();
    scene.answers.push(new RequestError(SERVICE_UNAVAILABLE, "full", { maxAge: 1000 }));
    start(scene);
    await scene.advance(999_000);
    assert.equal(scene.take().length, 1);
    await scene.advance(501_000);
    assert.equal(scene.take().length, 1);
  });

  it("RFC 8516 §4, §5: waits as long as 4.29 asks for; an hour, and half of it by chance, where it asks for more", async () => {
    for (const code of [SERVICE_UNAVAILABLE, TOO_MANY_REQUESTS]) {
      const scene = new Scene();
      scene.answers.push(new RequestError(code, "busy", { maxAge: 4_294_967_295 }));
      start(scene);
      await scene.advance(5_402_000);
      const [first = 0, second = 0] = scene.askedAtMs;
      assert.ok(second - first >= 3_600_000 && second - first <= 5_401_000, `${second - first}`);
    }
  });

  it("RFC 9176 §7.1.1: without a name takes a random one, and keeps it", async () => {
    const scene = new Scene();
    const { ep: _ep, ...nameless } = { ep: "", server: RD, lt: 600 };
    for (let life = 0; life < 2; life += 1) {
      const feature = resourceDirectory(nameless);
      feature.start({ platform: scene.host, endpoint: scene.endpoint, site: scene.site });
      await scene.advance(1000);
      await scene.until(feature.stop());
    }
    const [first, , second] = scene.take();
    assert.equal(first, second);
    const digits = 2 * RANDOM_NAME_BYTES;
    assert.equal(first?.length, "POST /rd?ep=&lt=600".length + digits);
  });

  it("refuses a server that is no URI, and parameters that are not allowed, before it begins", () => {
    const scene = new Scene();
    assert.throws(() => start(scene, { server: "rd.example" }), UriError);
    assert.throws(() => start(scene, { ep: "" }), RegistrationParameterError);
    assert.throws(() => start(scene, { lt: 0 }), RegistrationParameterError);
  });
});

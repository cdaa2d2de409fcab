import everything from "../../firmware/everything.js";
import minimal from "../../firmware/minimal.js";
import standard from "../../firmware/standard.js";
import { qBlock } from "../../src/coap/bodies/qblock/q-block.js";
import { Endpoint } from "../../src/coap/endpoint.js";
import { text } from "../../src/coap/server/response.js";
import { defaultConfiguration } from "../../src/configuration.js";
import { Device } from "../../src/device.js";
import type { Feature } from "../../src/feature.js";
import { image, startImage } from "../../src/image.js";
import { World, assert, describe, it } from "../portable.js";

const DEVICE = "fd00::2";

function greeting(words: string): Feature {
  return {
    name: "greeting",
    start: ({ site }) => void site.add("hello", { get: () => text(words) }),
  };
}

function featureNames(features: readonly Feature[]): string[] {
  return features.map(({ name }) => name);
}

describe("an image", () => {
  it("makes a device of its features, which its configuration reaches", async () => {
    const own = image({
      configuration: { words: { type: "text", default: "hello", help: "what it says" } },
      features: ({ words }) => [greeting(words)],
    });
    assert.deepEqual(Object.keys(own.configuration), ["port", "amplificationFactor", "words"]);
    const world = new World({ seed: 1 });
    const host = world.host(DEVICE);
    const values = { ...defaultConfiguration(own.configuration), words: "good morning", port: 5700 };
    const device = await world.time.until(startImage(own, host, values));
    assert.deepEqual(host.lines, ["device: serving coap on port 5700"]);
    const { client } = new Endpoint(world.host("fd00::1"));
    const response = await world.time.until(client.get(`coap://[${DEVICE}]:5700/hello`));
    assert.equal(response.text(), "good morning");
    await device.stop();
  });

  it("may have no configuration of its own", () => {
    const own = image({ features: () => [greeting("hello")] });
    assert.deepEqual(defaultConfiguration(own.configuration), { port: 5683, amplificationFactor: 3 });
  });

  it("is larger from minimal over standard to everything, and has no directory where none is named", () => {
    const ofMinimal = featureNames(minimal.features(defaultConfiguration(minimal.configuration)));
    const ofStandard = featureNames(standard.features(defaultConfiguration(standard.configuration)));
    const values = defaultConfiguration(everything.configuration);
    assert.deepEqual(ofMinimal, ["time"]);
    assert.deepEqual(ofStandard.slice(0, 3), ["time", "keys", "diagnostics"]);
    assert.deepEqual(featureNames(everything.features(values)), ofStandard);
    const registered = everything.features({ ...values, rd: "coap://[fd00::1]" });
    assert.deepEqual(featureNames(registered), [...ofStandard, "rd"]);
  });

  it("minimal runs on a host without cryptography, and standard says that it does not", async () => {
    const world = new World({ seed: 1 });
    const device = await world.time.until(
      startImage(minimal, world.host(DEVICE), defaultConfiguration(minimal.configuration)),
    );
    assert.ok(device.endpoint);
    await device.stop();
    await world.time.until(
      assert.rejects(
        startImage(standard, world.host("fd00::3"), defaultConfiguration(standard.configuration)),
        Error,
        "keys: expected a host with cryptography, got one without",
      ),
    );
  });
});

describe("endpoint options of features", () => {
  it("are asked for before the endpoint opens, again at each start", async () => {
    const world = new World({ seed: 1 });
    const seen: string[] = [];
    const feature: Feature = {
      name: "asked",
      endpointOptions: () => {
        seen.push("options");
        return {};
      },
      start: ({ endpoint }) => void seen.push(`start at ${endpoint.port}`),
      stop: () => void seen.push("stop"),
    };
    const device = new Device(world.host(DEVICE), [feature]);
    for (let round = 0; round < 2; round += 1) {
      await world.time.until(device.start());
      await device.stop();
    }
    const once = ["options", "start at 5683", "stop"];
    assert.deepEqual(seen, [...once, ...once]);
  });

  it("come from one feature each, or the device does not start", async () => {
    const world = new World({ seed: 1 });
    const qBlockAs = (name: string): Feature => ({
      name,
      endpointOptions: () => ({ qBlock: qBlock() }),
      start: () => undefined,
    });
    const device = new Device(world.host(DEVICE), [qBlockAs("first"), qBlockAs("second")]);
    await world.time.until(
      assert.rejects(device.start(), Error, "second: the endpoint has the option qBlock already"),
    );
    assert.equal(device.endpoint, undefined);
  });
});

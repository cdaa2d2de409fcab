import { Device, Endpoint } from "coapsule";
import { World, assert, describe, it } from "coapsule/testing";
import { temperature, type TemperatureSensor } from "./temperature.js";

const PERIOD_MS = 2000;
const URI = "coap://[fd00::1]/temperature";

/** A sensor that shows these values, one after the other; the last one stays. It counts how often it is read. */
class FakeSensor implements TemperatureSensor {
  readonly #values: readonly number[];
  reads = 0;

  constructor(values: readonly number[]) {
    this.#values = values;
  }

  celsius(): number {
    const value = this.#values[Math.min(this.reads, this.#values.length - 1)] ?? 0;
    this.reads += 1;
    return value;
  }
}

interface Scene {
  readonly world: World;
  readonly sensor: FakeSensor;
  readonly device: Device;
  readonly asker: Endpoint;
}

/** A device with that sensor, and somebody who asks it, in a world whose time is virtual. */
async function start(...values: readonly number[]): Promise<Scene> {
  const world = new World({ seed: 1 });
  const sensor = new FakeSensor(values);
  const device = new Device(world.host("fd00::1"), [temperature({ sensor, periodMs: PERIOD_MS })]);
  await device.start();
  return { world, sensor, device, asker: new Endpoint(world.host("fd00::2")) };
}

describe("temperature", () => {
  it("says how warm it is, with one decimal", async () => {
    const { world, asker } = await start(21);
    const response = await world.time.until(asker.client.get(URI));
    assert.equal(response.text(), "21.0");
  });

  it("tells whoever observes it when it has changed, and not before", async () => {
    const { world, asker } = await start(21, 21, 21.04, 21.5);
    const observation = await world.time.until(asker.client.observe(URI));
    const seen: string[] = [];
    for (let count = 0; count < 2; count += 1) {
      const { value } = await world.time.until(observation.next());
      seen.push(`${value?.text() ?? "the end"} after ${Math.floor(world.time.nowMs / PERIOD_MS)} periods`);
    }
    assert.deepEqual(seen, ["21.0 after 0 periods", "21.5 after 3 periods"]);
  });

  it("is found in the list of resources", async () => {
    const { world, asker } = await start(21);
    const response = await world.time.until(asker.client.get("coap://[fd00::1]/.well-known/core"));
    assert.ok(response.text().includes("</temperature>"), response.text());
  });

  it("reads its sensor no more when the device has stopped", async () => {
    const { world, sensor, device } = await start(21);
    await world.time.advance(2 * PERIOD_MS);
    assert.equal(sensor.reads, 3);
    await device.stop();
    await world.time.advance(10 * PERIOD_MS);
    assert.equal(sensor.reads, 3);
  });
});

import { BAD_REQUEST, NOT_ACCEPTABLE } from "../../../../../src/coap/codec/code.js";
import { ResponseError } from "../../../../../src/coap/errors.js";
import { startResourceDirectory } from "../../../../../src/applications/rd/directory/service.js";
import { Endpoint } from "../../../../../src/coap/endpoint.js";
import { DirectoryWorld, assertMatch } from "./directory-world.js";
import { World, assert, describe, it } from "../../../../portable.js";

async function assertRefused(code: number, request: Promise<unknown>): Promise<void> {
  const refusal = await assert.rejects(request, ResponseError);
  assert.equal(refusal.code, code);
}

/** The payload of the 6th response of RFC 6690 §5, which RFC 9176 §6.3 registers twice. */
const SENSORS =
  '</sensors>;ct=40;title="Sensor Index",' +
  '</sensors/temp>;rt="temperature-c";if="sensor",' +
  '</sensors/light>;rt="light-lux";if="sensor",' +
  '<http://www.example.com/sensors/t123>;anchor="/sensors/temp";rel="describedby",' +
  '</t>;anchor="/sensors/temp";rel="alternate"';

/** As figure 22 shows it, in the order of attributes in which it was registered. */
function figure22(host: string): string {
  return (
    `<coap://${host}/sensors>;ct=40;title="Sensor Index",` +
    `<coap://${host}/sensors/temp>;rt="temperature-c";if="sensor",` +
    `<coap://${host}/sensors/light>;rt="light-lux";if="sensor",` +
    `<http://www.example.com/sensors/t123>;anchor="coap://${host}/sensors/temp";rel="describedby",` +
    `<coap://${host}/t>;anchor="coap://${host}/sensors/temp";rel="alternate"`
  );
}

async function twoSensors(): Promise<DirectoryWorld> {
  const lab = new DirectoryWorld();
  const platform = "et=tag:example.com,2020:platform";
  await lab.register(`ep=sensor1&base=coap://sensor1.example.com&${platform}`, SENSORS);
  await lab.register(`ep=sensor2&base=coap://sensor2.example.com&${platform}&d=floor-3`, SENSORS);
  return lab;
}

describe("look-ups in a directory", () => {
  it("RFC 9176 §6.3: resources of all endpoints of a type, resolved as in figure 22", async () => {
    const lab = await twoSensors();
    assert.equal(
      await lab.lookup("res?et=tag:example.com,2020:platform"),
      `${figure22("sensor1.example.com")},${figure22("sensor2.example.com")}`,
    );
  });

  it("RFC 9176 §6.4: endpoints with ep, d, base, further attributes and rt, but without lt", async () => {
    const lab = new DirectoryWorld();
    const first = await lab.register("ep=node5&lt=600&et=x");
    const second = await lab.register("ep=node7&d=floor-3&base=coap://%5B2001:db8:3::129%5D:61616&flag");
    assert.equal(
      await lab.lookup("ep"),
      `</${first}>;ep="node5";base="coap://[fd00::2]:61616";et="x";rt="core.rd-ep",` +
        `</${second}>;ep="node7";d="floor-3";base="coap://[2001:db8:3::129]:61616";flag;rt="core.rd-ep"`,
    );
  });

  it("RFC 9176 §6.2: all criteria have to match, those of the endpoint too; `*` matches any end", async () => {
    const lab = await twoSensors();
    const temp = '<coap://sensor2.example.com/sensors/temp>;rt="temperature-c";if="sensor"';
    assert.equal(await lab.lookup("res?rt=temperature-c&d=floor-3"), temp);
    assert.equal(await lab.lookup("res?rt=temp*&ep=sensor2"), temp);
    assert.equal(await lab.lookup("res?rt=temp*&ep=sensor3"), "");
    assert.equal(await lab.lookup("res?href=coap://sensor2.example.com/sensors/temp"), temp);
    assert.equal(
      await lab.lookup("res?anchor=coap://sensor2.example.com/*&rel=alternate"),
      '<coap://sensor2.example.com/t>;anchor="coap://sensor2.example.com/sensors/temp";rel="alternate"',
    );
  });

  it("RFC 9176 §6.2: an endpoint matches where one of its resources does, or its own link", async () => {
    const lab = await twoSensors();
    const location = await lab.register("ep=lamp", "</lamp>;rt=light");
    const names = async (query: string): Promise<string[]> =>
      [...(await lab.lookup(`ep?${query}`)).matchAll(/;ep="([^"]*)"/gu)].map(([, name = ""]) => name);
    assert.deepEqual(await names("rt=light-lux"), ["sensor1", "sensor2"]);
    assert.deepEqual(await names("rt=light"), ["lamp"]);
    for (const href of [`/${location}`, `coap://[fd00::1]/${location}`, "/rd/*"])
      assert.ok((await names(`href=${encodeURIComponent(href)}`)).includes("lamp"), href);
    assert.deepEqual(await names(`href=/${location}`), ["lamp"]);
    assert.deepEqual(await names("href=coap://h/*"), []);
    assert.equal(await lab.lookup(`res?href=/${location}`), '<coap://[fd00::2]:61616/lamp>;rt="light"');
    assert.deepEqual(await names("rt=core.rd-ep"), ["sensor1", "sensor2", "lamp"]);
  });

  it("RFC 9176 §6.2: one of several values of rt and if matches", async () => {
    const lab = new DirectoryWorld();
    await lab.register("ep=a", '</a>;if="example.regname tag:example.net,2020:sensor"');
    assert.ok((await lab.lookup("res?if=tag:example.net,2020:sensor")) !== "");
    assert.equal(await lab.lookup("res?if=tag:example.net"), "");
  });

  it("RFC 9176 §6.2: pages of count links, as in figure 21", async () => {
    const lab = new DirectoryWorld();
    const links = (from: number, to: number, base: string): string =>
      Array.from({ length: to - from }, (_, index) => `<${base}/res/${from + index}>;ct=60`).join(",");
    const base = "coap://[2001:db8:3::123]:61616";
    await lab.register(`ep=a&base=${encodeURIComponent(base)}`, links(0, 12, ""));
    assert.equal(await lab.lookup("res?page=0&count=5"), links(0, 5, base));
    assert.equal(await lab.lookup("res?page=1&count=5"), links(5, 10, base));
    assert.equal(await lab.lookup("res?page=2&count=5"), links(10, 12, base));
    assert.equal(await lab.lookup("res?page=3&count=5"), "");
    assert.equal(await lab.lookup("res?count=1&ep=a"), links(0, 1, base));
    assert.equal(await lab.lookup("res?count=0"), "");
    assertMatch(await lab.lookup("ep?count=1&page=0"), /^[^,]+$/u);
  });

  it("RFC 9176 §6.2: answers 4.00 to a page without count, and to what is no number", async () => {
    const lab = new DirectoryWorld();
    for (const query of ["page=0", "count=x", "count=", "count=-1", "page=1.5&count=1", "count=1234567890"])
      await assertRefused(BAD_REQUEST, lab.lookup(`res?${query}`));
    const get = lab.client.get("coap://[fd00::1]/rd-lookup/ep", { accept: 50 });
    await assertRefused(NOT_ACCEPTABLE, lab.until(get));
  });

  it("RFC 9176 §6.2: an empty list where nothing matches, with 2.05", async () => {
    const lab = new DirectoryWorld();
    assert.equal(await lab.lookup("res"), "");
    assert.equal(await lab.lookup("ep?ep=a"), "");
  });

  it("RFC 9176 §6.2: observers see new resources, changed ones, and their end, as in figure 20", async () => {
    const lab = new DirectoryWorld();
    const observer = lab.endpoint("fd00::9").client;
    const observation = await lab.until(observer.observe("coap://[fd00::1]/rd-lookup/res?rt=light"));
    const next = async (): Promise<string> => (await lab.until(observation.next())).value?.text() ?? "ended";
    assert.equal(await next(), "");
    const location = await lab.register("ep=a&lt=50", "</west>;rt=light");
    assert.equal(await next(), '<coap://[fd00::2]:61616/west>;rt="light"');
    await lab.post(`${location}?base=coap://h`);
    assert.equal(await next(), '<coap://h/west>;rt="light"');
    await lab.advanceS(51);
    assert.equal(await next(), "");
    await lab.until(observation.cancel());
  });

  it("RFC 9176 §6.1, §6.4: what is link-local is shown without a zone, and only on its link", async () => {
    const lab = new DirectoryWorld();
    const onLink = lab.endpoint("fe80::2", 5683).client;
    const other = lab.endpoint("fe80::3", 5683).client;
    await lab.until(onLink.post("coap://[fe80::1%25eth0]/rd?ep=a&x=1"));
    await lab.until(onLink.post("coap://[fe80::1%25eth0]/rd?ep=b&base=coap://%5Bfe80::7%5D"));
    assert.equal(await lab.lookup("ep"), "");
    const response = await lab.until(other.get("coap://[fe80::1%25eth0]/rd-lookup/ep"));
    assertMatch(response.text(), /ep="a";base="coap:\/\/\[fe80::2\]".*ep="b";base="coap:\/\/\[fe80::7\]"/u);
  });

  it("RFC 9176 §6.1: what is link-local in IPv4 is shown to who asks from such an address", async () => {
    const world = new World({ seed: 1 });
    startResourceDirectory(world.host("169.254.0.1"), { port: 5683 });
    const { client } = new Endpoint(world.host("169.254.0.2"), { port: 5683 });
    await world.time.until(client.post("coap://169.254.0.1/rd?ep=a"));
    const response = await world.time.until(client.get("coap://169.254.0.1/rd-lookup/ep"));
    assertMatch(response.text(), /;base="coap:\/\/169\.254\.0\.2"/u);
  });
});

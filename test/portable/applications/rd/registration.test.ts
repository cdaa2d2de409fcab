import { assert, describe, it } from "../../../portable.js";
import type { ClientResponse } from "../../../../src/coap/client-response.js";
import { CREATED } from "../../../../src/coap/codec/code.js";
import { LinkFormatError } from "../../../../src/coap/codec/link-format.js";
import { ClientErrorResponse, ProtocolError } from "../../../../src/coap/errors.js";
import { discoverDirectory, NoDirectoryError } from "../../../../src/applications/rd/discovery.js";
import { lookupEndpoints, lookupResources, lookupUri } from "../../../../src/applications/rd/lookup.js";
import {
  register,
  registerSimply,
  removeRegistration,
  updateRegistration,
} from "../../../../src/applications/rd/registration.js";
import { Scene } from "./fakes.js";

const RD = "coap://[fd00::1]/rd";

describe("single operations on a directory", () => {
  it("RFC 9176 §4.3: finds its interfaces by their resource types", async () => {
    const { endpoint, world } = new Scene();
    const found = await world.time.until(discoverDirectory(endpoint.client, "coap://[fd00::1]"));
    assert.deepEqual(found, {
      registration: ["coap://[fd00::1]/rd"],
      endpointLookup: ["coap://[fd00::1]/rd-lookup/ep"],
      resourceLookup: ["coap://[fd00::1]/rd-lookup/res"],
    });
  });

  it("RFC 9176 §4.3: takes URIs of any host and scheme, and one of several types", async () => {
    const text = '<coap+tcp://h/rd>;rt="core.rd",<rd>;rt="core.rd",</all>;rt="core.rd core.rd-lookup-res"';
    const client = { get: () => Promise.resolve({ text: () => text } as unknown as ClientResponse) };
    assert.deepEqual(await discoverDirectory(client, "coap://[fd00::1]:61616"), {
      registration: ["coap+tcp://h/rd", "coap://[fd00::1]:61616/all"],
      endpointLookup: [],
      resourceLookup: ["coap://[fd00::1]:61616/all"],
    });
  });

  it("RFC 9176 §4.3: passes over interfaces whose URIs are none, where there are others", async () => {
    const malformed = ["coap://[::1/rd", "coap://h:99999/rd", "coap://user:secret@h/rd", "coap:/rd"];
    const text = [...malformed, "/rd"].map((target) => `<${target}>;rt="core.rd"`).join();
    const client = { get: () => Promise.resolve({ text: () => text } as unknown as ClientResponse) };
    const { registration } = await discoverDirectory(client, "coap://[fd00::1]");
    assert.deepEqual(registration, ["coap://[fd00::1]/rd"]);
  });

  it("RFC 9176 §4.3: says so where there is none", async () => {
    const { directory, world } = new Scene();
    const { client } = directory;
    await assert.rejects(
      world.time.until(discoverDirectory(client, "coap://[fd00::2]:5683/ignored")),
      NoDirectoryError,
    );
  });

  it("RFC 9176 §5: registers links, and gets the location", async () => {
    const scene = new Scene();
    const links = [
      {
        target: "/sensors/temp",
        attributes: [
          ["rt", "temperature-c"],
          ["if", "sensor"],
        ],
      },
    ] as const;
    const location = await scene.until(register(scene.endpoint.client, RD, { ep: "node1", lt: 600 }, links));
    assert.equal(location, "coap://[fd00::1]/rd/4521");
    assert.deepEqual(scene.take(), [
      'POST /rd?ep=node1&lt=600 </sensors/temp>;rt="temperature-c";if="sensor"',
    ]);
  });

  it("RFC 9176 §5: takes no answer without Location-Path, or with Location-Query", async () => {
    const scene = new Scene();
    scene.answers.push({ code: CREATED }, { code: CREATED, locationPath: ["rd"], locationQuery: ["a"] });
    for (let attempt = 0; attempt < 2; attempt += 1)
      await assert.rejects(
        scene.until(register(scene.endpoint.client, RD, { ep: "node1" }, [])),
        ProtocolError,
      );
  });

  it("RFC 9176 §5.1: registers simply, without payload and base", async () => {
    const scene = new Scene();
    await scene.until(registerSimply(scene.endpoint.client, "coap://[fd00::1]", { lt: 6000, ep: "node1" }));
    assert.deepEqual(scene.take(), ["POST /.well-known/rd?ep=node1&lt=6000"]);
  });

  it("RFC 9176 §5.3.1, §5.3.2: updates without payload, and removes", async () => {
    const scene = new Scene();
    const { client } = scene.endpoint;
    const location = await scene.until(register(client, RD, { ep: "endpoint1" }, []));
    await scene.until(updateRegistration(client, location));
    await scene.until(updateRegistration(client, location, { base: "coaps://new.example.com" }));
    await scene.until(removeRegistration(client, location));
    await assert.rejects(scene.until(updateRegistration(client, location)), ClientErrorResponse);
    assert.deepEqual(scene.take(), [
      "POST /rd?ep=endpoint1",
      "POST /rd/4521",
      "POST /rd/4521?base=coaps://new.example.com",
      "DELETE /rd/4521",
      "POST /rd/4521",
    ]);
  });
});

describe("looking up", () => {
  it("RFC 9176 §6.1: gives the links of resources", async () => {
    const scene = new Scene();
    scene.found = '<coap://[2001:db8:3::123]:61616/temp>;rt="tag:example.org,2020:temperature"';
    const links = await scene.until(
      lookupResources(scene.endpoint.client, "coap://[fd00::1]/rd-lookup/res", {
        search: [["rt", "tag:example.org,2020:temperature"]],
        page: 0,
        count: 5,
      }),
    );
    assert.deepEqual(scene.take(), ["GET /rd-lookup/res?rt=tag:example.org,2020:temperature&page=0&count=5"]);
    assert.deepEqual(links, [
      {
        target: "coap://[2001:db8:3::123]:61616/temp",
        attributes: [["rt", "tag:example.org,2020:temperature"]],
      },
    ]);
  });

  it("RFC 9176 §6.4: gives endpoints with name, sector and base", async () => {
    const scene = new Scene();
    // Figure 23 of the RFC.
    scene.found =
      '</rd/1234>;base="coap://[2001:db8:3::127]:61616";ep=node5;et="tag:example.com,2020:platform";ct=40;rt=core.rd-ep,' +
      '</rd/4521>;base="coap://[2001:db8:3::129]:61616";ep=node7;et="tag:example.com,2020:platform";ct=40;d=floor-3;rt=core.rd-ep';
    const found = await scene.until(lookupEndpoints(scene.endpoint.client, "coap://[fd00::1]/rd-lookup/ep"));
    assert.deepEqual(
      found.map(({ registration, name, sector, base }) => ({ registration, name, sector, base })),
      [
        {
          registration: "coap://[fd00::1]/rd/1234",
          name: "node5",
          sector: undefined,
          base: "coap://[2001:db8:3::127]:61616",
        },
        {
          registration: "coap://[fd00::1]/rd/4521",
          name: "node7",
          sector: "floor-3",
          base: "coap://[2001:db8:3::129]:61616",
        },
      ],
    );
  });

  it("RFC 9176 §6.4: takes an arbitrary URI for the name of a registration", async () => {
    const scene = new Scene();
    scene.found = "<coap+x://elsewhere/1>;ep=a,<odd>;ep=b";
    const found = await scene.until(lookupEndpoints(scene.endpoint.client, "coap://[fd00::1]/rd-lookup/ep"));
    assert.deepEqual(
      found.map(({ registration }) => registration),
      ["coap+x://elsewhere/1", "odd"],
    );
  });

  it("RFC 9176 §6.2: an empty answer is no links, and a page needs a count", async () => {
    const scene = new Scene();
    const uri = "coap://[fd00::1]/rd-lookup/res";
    assert.deepEqual(await scene.until(lookupResources(scene.endpoint.client, uri)), []);
    assert.throws(() => lookupUri(uri, { page: 1 }), RangeError);
  });

  it("holds as many links as it is allowed, and refuses one more", async () => {
    const scene = new Scene();
    scene.found = "<coap://h/1>,<coap://h/2>";
    const lookup = (links: number): Promise<unknown> =>
      scene.until(lookupResources(scene.endpoint.client, "coap://[fd00::1]/rd-lookup/res", {}, { links }));
    assert.equal(((await lookup(2)) as unknown[]).length, 2);
    await assert.rejects(lookup(1), LinkFormatError);
  });
});

import { implicitBase } from "../../../../../src/applications/rd/directory/registration.js";
import { encodeUtf8 } from "../../../../../src/bytes/utf8.js";
import {
  BAD_GATEWAY,
  BAD_REQUEST,
  CHANGED,
  CREATED,
  DELETED,
  GATEWAY_TIMEOUT,
  METHOD_NOT_ALLOWED,
  NOT_FOUND,
  REQUEST_ENTITY_TOO_LARGE,
  SERVICE_UNAVAILABLE,
  UNSUPPORTED_CONTENT_FORMAT,
} from "../../../../../src/coap/codec/code.js";
import { LINK_FORMAT } from "../../../../../src/coap/codec/content-format.js";
import { Endpoint } from "../../../../../src/coap/endpoint.js";
import { ResponseError } from "../../../../../src/coap/errors.js";
import { Site } from "../../../../../src/coap/server/site.js";
import { content, text, type Response } from "../../../../../src/coap/server/response.js";
import { DirectoryWorld, assertMatch } from "./directory-world.js";
import { assert, describe, it } from "../../../../portable.js";

async function assertRefused(code: number, request: Promise<unknown>): Promise<void> {
  const refusal = await assert.rejects(request, ResponseError);
  assert.equal(refusal.code, code);
}

/** The links of the example in RFC 9176 §5, figure 8. */
const FIGURE_8 =
  '</sensors/temp>;rt=temperature-c;if=sensor,<http://www.example.com/sensors/temp>;anchor="/sensors/temp";rel=describedby';

describe("registration with a directory", () => {
  it("RFC 9176 §4.3: its interfaces are found by their resource types", async () => {
    const { client, until } = bound(new DirectoryWorld());
    const response = await until(client.get("coap://[fd00::1]/.well-known/core?rt=core.rd*"));
    assert.deepEqual(
      response
        .text()
        .split(",")
        .map((link) => link.replace(/;title="[^"]*"/u, "")),
      [
        '</rd>;rt="core.rd";ct=40',
        '</rd-lookup/ep>;rt="core.rd-lookup-ep";ct=40;obs',
        '</rd-lookup/res>;rt="core.rd-lookup-res";ct=40;obs',
      ],
    );
  });

  it("RFC 9176 §5: answers 2.01 with a location below /rd", async () => {
    const lab = new DirectoryWorld();
    const response = await lab.post("rd?ep=node1", FIGURE_8);
    assert.equal(response.code, CREATED);
    assert.equal(response.locationPath[0], "rd");
    assert.equal(response.locationPath.length, 2);
    assert.deepEqual(response.locationQuery, []);
  });

  it("RFC 9176 §5: without a base, that of the scheme, address and port from which the registration came", () => {
    const at = { address: "fe80::1%eth0", port: 5683 };
    assert.equal(implicitBase({ scheme: "coap", ...at }), "coap://[fe80::1]");
    assert.equal(implicitBase({ scheme: "coap+tcp", ...at, port: 61616 }), "coap+tcp://[fe80::1]:61616");
  });

  it("RFC 9176 §5: twice under one name and sector gives one location, and replaces the links", async () => {
    const lab = new DirectoryWorld();
    const location = await lab.register("ep=node1&et=a");
    assert.equal(await lab.register("ep=node1&lt=600", "</b>"), location);
    assert.equal(await lab.lookup("res"), "<coap://[fd00::2]:61616/b>");
    assert.ok(!(await lab.lookup("ep")).includes("et="));
    assert.ok((await lab.register("ep=node1&d=floor-3")) !== location);
    assert.ok((await lab.register("ep=node2")) !== location);
    assert.equal(lab.service.directory.size, 3);
  });

  it("RFC 9176 §5: answers 4.00 to parameters that are not allowed", async () => {
    const lab = new DirectoryWorld();
    for (const query of [
      "d=a",
      "ep=",
      `ep=${"n".repeat(64)}`,
      "ep=%00",
      "ep=a&ep=b",
      "ep=a&d=",
      "ep=a&lt=0",
      "ep=a&lt=4294967296",
      "ep=a&lt=1.5",
      "ep=a&lt",
      "ep=a&base=/a",
      "ep=a&base=coap://h?q",
      "ep=a&base=coap://[fe80::1%25eth0]",
      "ep=a&base=coap://[fe80::1]",
      "ep=a&rt=b",
      "ep=a&count=1",
      "ep=a&no%20name=1",
    ])
      await assertRefused(BAD_REQUEST, lab.post(`rd?${query.replaceAll("[", "%5B").replaceAll("]", "%5D")}`));
    await lab.register(`ep=${"n".repeat(63)}&lt=4294967295`);
  });

  it("RFC 9176 appendix C: answers 4.00 to links that are not in Limited Link Format", async () => {
    const lab = new DirectoryWorld();
    for (const links of ["<temp>", "<>", "</a>;anchor=b", "<//h/a>", "</a", '</a>;hreflang="x y"'])
      await assertRefused(BAD_REQUEST, lab.post("rd?ep=a", links));
    assert.equal(lab.service.directory.size, 0);
  });

  it("RFC 6690 §2: answers 4.00 to targets, anchors and bases that are no URIs: nobody is shown them", async () => {
    const lab = new DirectoryWorld();
    const malformed = [
      "coap://[::1",
      "coap://h:99999",
      "coap://user:secret@h",
      "http://user:secret@h",
      "http://[::1",
    ];
    for (const uri of [...malformed, "/a b", "/é", "/%", "/[a]", "coap://h/a#[b]", "coap:/a"]) {
      await assertRefused(BAD_REQUEST, lab.post("rd?ep=a", `<${uri}>`));
      await assertRefused(BAD_REQUEST, lab.post("rd?ep=a", `</a>;anchor="${uri}"`));
    }
    for (const base of malformed) {
      const argument = base.replace("[", "%5B");
      await assertRefused(BAD_REQUEST, lab.post(`rd?ep=a&base=${argument}`, "</a>"));
    }
    assert.equal(lab.service.directory.size, 0);
    await lab.register("ep=a&base=coap://%5B2001:db8::1%5D:61616", '</b#c>;anchor="urn:x",<http://h:/>');
    assert.equal(await lab.lookup("res"), '<coap://[2001:db8::1]:61616/b#c>;anchor="urn:x",<http://h:/>');
  });

  it("RFC 8288 §3: takes white space and line ends in links, and shows none", async () => {
    const lab = new DirectoryWorld();
    await lab.register("ep=a&base=coap://a", "</b>; rt=c ,\r\n</d>;obs,\n");
    assert.equal(await lab.lookup("res"), '<coap://a/b>;rt="c",<coap://a/d>;obs');
  });

  it("RFC 9176 §4.2: takes application/link-format, and answers 4.15 to other formats", async () => {
    const lab = new DirectoryWorld();
    const payload = encodeUtf8("[]");
    const post = lab.client.post("coap://[fd00::1]/rd?ep=a", { payload, contentFormat: 50 });
    await assertRefused(UNSUPPORTED_CONTENT_FORMAT, lab.until(post));
  });

  it("`documentBytes`: takes so many bytes of links, and answers 4.13 to one more", async () => {
    const lab = new DirectoryWorld({ documentBytes: 2000 });
    const links = `</${"a".repeat(1997)}>`;
    assert.equal((await lab.post("rd?ep=a", links)).code, CREATED);
    await assertRefused(REQUEST_ENTITY_TOO_LARGE, lab.post("rd?ep=a", `${links},`));
  });

  it("`links`, `linkAttributes`, `attributes`: takes so many, and answers 4.00 to one more", async () => {
    const lab = new DirectoryWorld({ links: 2, linkAttributes: 2, attributes: 2 });
    assert.equal((await lab.post("rd?ep=a&x=1&y=2", "</1>,</2>")).code, CREATED);
    await assertRefused(BAD_REQUEST, lab.post("rd?ep=a", "</1>,</2>,</3>"));
    assert.equal((await lab.post("rd?ep=a", "</1>;x;y")).code, CREATED);
    await assertRefused(BAD_REQUEST, lab.post("rd?ep=a", "</1>;x;y;z"));
    await assertRefused(BAD_REQUEST, lab.post("rd?ep=a&x=1&y=2&z=3", "</1>"));
    const location = await lab.register("ep=b&x=1&y=2");
    await assertRefused(BAD_REQUEST, lab.post(`${location}?z=3`));
    assert.equal((await lab.post(`${location}?y=3`)).code, CHANGED);
  });

  it("`totalBytes`: holds so many bytes of links, and answers 5.03 to one more", async () => {
    const lab = new DirectoryWorld({ totalBytes: 8 });
    await lab.register("ep=a", "</1>");
    await lab.register("ep=b", "</1>");
    await assertRefused(SERVICE_UNAVAILABLE, lab.post("rd?ep=c", "</1>"));
    await assertRefused(SERVICE_UNAVAILABLE, lab.post("rd?ep=b", "</12>"));
    await lab.register("ep=b", "</2>");
    await lab.register("ep=b&lt=60", "</2>");
    await lab.advanceS(61);
    await lab.register("ep=a", "</12>");
    assert.equal(await lab.lookup("res"), "<coap://[fd00::2]:61616/12>");
  });

  it("`registrations`: holds so many, answers 5.03 to one more, and gives an expired one's place away", async () => {
    const lab = new DirectoryWorld({ registrations: 2 });
    await lab.register("ep=a&lt=100");
    await lab.register("ep=b&lt=60");
    await assertRefused(SERVICE_UNAVAILABLE, lab.post("rd?ep=c"));
    await lab.advanceS(61);
    await lab.register("ep=c");
    assertMatch(await lab.lookup("ep"), /ep="a".*ep="c"/u);
    assert.equal(lab.service.directory.size, 2);
  });

  it("`unseenS`: where it is full, who was not heard for so long gives the place away, whatever the lifetime", async () => {
    const lab = new DirectoryWorld({ registrations: 2, unseenS: 1000 });
    const kept = await lab.register("ep=a&lt=4294967295");
    await lab.register("ep=b&lt=4294967295");
    await lab.advanceS(500);
    await lab.post(kept);
    await lab.advanceS(499);
    await assertRefused(SERVICE_UNAVAILABLE, lab.post("rd?ep=c"));
    // Nobody needs the place.
    await lab.advanceS(2);
    assertMatch(await lab.lookup("ep"), /ep="a".*ep="b"/u);
    await lab.register("ep=c&lt=4294967295");
    assertMatch(await lab.lookup("ep"), /ep="a".*ep="c"/u);
    await assertRefused(SERVICE_UNAVAILABLE, lab.post("rd?ep=d"));
  });
});

describe("operations on a registration", () => {
  it("RFC 9176 §5.3.1: an update changes the base, as in figures 14 to 16", async () => {
    const lab = new DirectoryWorld();
    const location = await lab.register(
      "ep=endpoint1&lt=500&base=coap://local-proxy-old.example.com",
      FIGURE_8,
    );
    assert.equal(
      await lab.lookup("res?ep=endpoint1"),
      '<coap://local-proxy-old.example.com/sensors/temp>;rt="temperature-c";if="sensor",' +
        '<http://www.example.com/sensors/temp>;anchor="coap://local-proxy-old.example.com/sensors/temp";rel="describedby"',
    );
    assert.equal((await lab.post(`${location}?base=coaps://new.example.com`)).code, CHANGED);
    assert.equal(
      await lab.lookup("res?ep=endpoint1"),
      '<coaps://new.example.com/sensors/temp>;rt="temperature-c";if="sensor",' +
        '<http://www.example.com/sensors/temp>;anchor="coaps://new.example.com/sensors/temp";rel="describedby"',
    );
  });

  it("RFC 9176 §5.3.1: an update begins the lifetime anew, with the last one where none is given", async () => {
    const lab = new DirectoryWorld();
    const location = await lab.register("ep=a&lt=100");
    await lab.advanceS(90);
    await lab.post(location);
    await lab.advanceS(90);
    assert.ok((await lab.lookup("ep")) !== "");
    await lab.post(`${location}?lt=1000`);
    await lab.advanceS(990);
    assert.ok((await lab.lookup("ep")) !== "");
    await lab.advanceS(20);
    assert.equal(await lab.lookup("ep"), "");
  });

  it("RFC 9176 §5: without lt the lifetime is 90000 seconds", async () => {
    const lab = new DirectoryWorld();
    await lab.register("ep=a");
    await lab.advanceS(89_990);
    assert.ok((await lab.lookup("ep")) !== "");
    await lab.advanceS(20);
    assert.equal(await lab.lookup("ep"), "");
  });

  it("RFC 9176 §5.3.1: without a base that of the update's address counts, a given one stays", async () => {
    const lab = new DirectoryWorld();
    const implicit = await lab.register("ep=a", "</1>");
    const explicit = await lab.register("ep=b&base=coap://h", "</1>");
    const moved = lab.endpoint("fd00::3").client;
    await lab.post(implicit, "", moved);
    await lab.post(explicit, "", moved);
    assert.equal(await lab.lookup("res"), "<coap://[fd00::3]/1>,<coap://h/1>");
  });

  it("RFC 9176 §5.3.1: an update sets attributes, and overrides those of the same key", async () => {
    const lab = new DirectoryWorld();
    const location = await lab.register("ep=a&et=one&x=1");
    await lab.post(`${location}?et=two&y=2`);
    assertMatch(await lab.lookup("ep"), /;x=1;et="two";y=2;rt="core.rd-ep"$/u);
  });

  it("RFC 9176 §5.3.1: refuses an update with a payload or another name", async () => {
    const lab = new DirectoryWorld();
    const location = await lab.register("ep=a");
    await assertRefused(BAD_REQUEST, lab.post(location, "</a>"));
    await assertRefused(BAD_REQUEST, lab.post(`${location}?ep=b`));
    await assertRefused(BAD_REQUEST, lab.post(`${location}?d=b`));
    assert.equal((await lab.post(`${location}?ep=a`)).code, CHANGED);
  });

  it("RFC 9176 §5.3.1, §5.3.2: answers 4.04 where there is no registration", async () => {
    const lab = new DirectoryWorld();
    const location = await lab.register("ep=a");
    assert.equal((await lab.delete(location)).code, DELETED);
    assert.equal(await lab.lookup("ep"), "");
    await assertRefused(NOT_FOUND, lab.delete(location));
    await assertRefused(NOT_FOUND, lab.post(location));
    await assertRefused(NOT_FOUND, lab.post("rd/1/2"));
    await assertRefused(METHOD_NOT_ALLOWED, lab.delete("rd"));
  });

  it("RFC 9176 §5.3: an expired registration is not shown, but can be refreshed for a while", async () => {
    const lab = new DirectoryWorld({ keptExpiredS: 100 });
    const location = await lab.register("ep=a&lt=60");
    await lab.advanceS(150);
    assert.equal(await lab.lookup("ep"), "");
    assert.equal((await lab.post(location)).code, CHANGED);
    assert.ok((await lab.lookup("ep")) !== "");
    await lab.advanceS(170);
    await assertRefused(NOT_FOUND, lab.post(location));
    assert.equal(lab.service.directory.size, 0);
  });
});

describe("simple registration", () => {
  /** A registrant with one resource; counts how often its list is asked for. */
  function registrant(lab: DirectoryWorld, address: string): { endpoint: Endpoint; site: Site } {
    const site = new Site();
    site.add("sen/temp", { get: () => text("20") });
    const endpoint = new Endpoint(lab.world.host(address), { port: 5683, site });
    return { endpoint, site };
  }

  it("RFC 9176 §5.1: fetches /.well-known/core before it answers 2.04", async () => {
    const lab = new DirectoryWorld();
    const { endpoint } = registrant(lab, "fd00::3");
    const response = await lab.post(".well-known/rd?lt=6000&ep=node1", "", endpoint.client);
    assert.equal(response.code, CHANGED);
    assert.equal(await lab.lookup("res?ep=node1"), "<coap://[fd00::3]/sen/temp>");
  });

  it("RFC 9176 §5.1: does not fetch again what is fresh", async () => {
    const lab = new DirectoryWorld();
    const { endpoint, site } = registrant(lab, "fd00::3");
    await lab.post(".well-known/rd?ep=node1", "", endpoint.client);
    site.add("more", { get: () => text("1") });
    await lab.post(".well-known/rd?ep=node1", "", endpoint.client);
    assert.equal(await lab.lookup("res"), "<coap://[fd00::3]/sen/temp>");
    // RFC 7252 §5.10.5: 60 seconds where the response says nothing.
    await lab.advanceS(61);
    await lab.post(".well-known/rd?ep=node1", "", endpoint.client);
    assert.equal(await lab.lookup("res"), "<coap://[fd00::3]/sen/temp>,<coap://[fd00::3]/more>");
    assert.equal(lab.service.directory.size, 1);
  });

  it("RFC 9176 §5.1: `maxFreshS`: fetches again after a day, however long Max-Age is", async () => {
    for (const maxAge of [86_400, 4_294_967_295]) {
      const lab = new DirectoryWorld();
      const site = new Site();
      let fetched = 0;
      const get = (): Response => {
        fetched += 1;
        return content(encodeUtf8("</a>"), LINK_FORMAT, { maxAge });
      };
      site.remove(".well-known/core");
      site.add(".well-known/core", { get });
      const endpoint = new Endpoint(lab.world.host("fd00::3"), { site });
      const register = (): Promise<unknown> =>
        lab.post(".well-known/rd?ep=node1&lt=4294967295", "", endpoint.client);
      await register();
      await lab.advanceS(86_390);
      await register();
      assert.equal(fetched, 1);
      await lab.advanceS(20);
      await register();
      assert.equal(fetched, 2);
    }
  });

  it("RFC 9176 §5.1: deletes it after its lifetime, and knows no operation on it", async () => {
    const lab = new DirectoryWorld();
    const { endpoint } = registrant(lab, "fd00::3");
    await lab.post(".well-known/rd?ep=node1&lt=60", "", endpoint.client);
    const [, location = ""] = /^<\/([^>]*)>/u.exec(await lab.lookup("ep")) ?? [];
    await assertRefused(NOT_FOUND, lab.post(location));
    await lab.advanceS(61);
    assert.equal(lab.service.directory.size, 0);
  });

  it("RFC 9176 §5.1: takes neither base nor payload, and a name is needed", async () => {
    const lab = new DirectoryWorld();
    await assertRefused(BAD_REQUEST, lab.post(".well-known/rd?ep=a&base=coap://h"));
    await assertRefused(BAD_REQUEST, lab.post(".well-known/rd?ep=a", "</a>"));
    await assertRefused(BAD_REQUEST, lab.post(".well-known/rd?lt=60"));
  });

  it("`fetchTimeoutMs`: answers 5.04 when the registrant does not answer, 5.02 when it has no links", async () => {
    const lab = new DirectoryWorld({ fetchTimeoutMs: 2000 });
    const { endpoint, site: silent } = registrant(lab, "fd00::3");
    silent.remove(".well-known/core");
    silent.add(".well-known/core", { get: () => new Promise(() => undefined) });
    await assertRefused(GATEWAY_TIMEOUT, lab.post(".well-known/rd?ep=node1", "", endpoint.client));
    const site = new Site();
    site.remove(".well-known/core");
    const bare = new Endpoint(lab.world.host("fd00::4"), { port: 5683, site });
    await assertRefused(BAD_GATEWAY, lab.post(".well-known/rd?ep=node2", "", bare.client));
    assert.equal(await lab.lookup("ep?ep=node2"), "");
  });
});

function bound(lab: DirectoryWorld): Pick<DirectoryWorld, "client" | "until"> {
  return { client: lab.client, until: (promise) => lab.until(promise) };
}

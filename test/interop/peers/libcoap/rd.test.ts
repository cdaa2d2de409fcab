import assert from "node:assert/strict";
import { nodePlatform } from "../../../../hosts/node/index.js";
import { startResourceDirectory } from "../../../../src/applications/rd/directory/service.js";
import type { Client } from "../../../../src/coap/client/client.js";
import { METHOD_NOT_ALLOWED } from "../../../../src/coap/codec/code.js";
import { parseLinks } from "../../../../src/coap/codec/link-format.js";
import { ResponseError } from "../../../../src/coap/errors.js";
import { discoverDirectory } from "../../../../src/applications/rd/discovery.js";
import { Registrant, type RegistrationOutcome } from "../../../../src/applications/rd/registrant.js";
import { register, updateRegistration } from "../../../../src/applications/rd/registration.js";
import { FAST_PARAMETERS, withEndpoint } from "../../ours/endpoints.js";
import { freePort } from "../free-port.js";
import { libcoapRequest } from "./libcoap.js";
import { withPeer } from "../peer-process.js";

const LINKS = [{ target: "/sensors/temp", attributes: [["rt", "temperature-c"]] }] as const;

/** Runs `use` with libcoap's directory and a client of ours. */
async function withLibcoapDirectory<T>(use: (uri: string, client: Client) => Promise<T>): Promise<T> {
  const port = await freePort();
  const uri = `coap://[::1]:${port}`;
  return withPeer("coap-rd-notls", ["-A", "::1", "-p", String(port)], (process) =>
    withEndpoint({ parameters: FAST_PARAMETERS }, async ({ client }) => {
      await Promise.race([client.ping(`${uri}/`), process.waitFor(/(?!)/u)]);
      return use(uri, client);
    }),
  );
}

/** Paths that a server's /.well-known/core lists. */
async function listed(client: Client, uri: string): Promise<string[]> {
  const response = await client.get(`${uri}/.well-known/core`);
  return parseLinks(response.text()).map(({ target }) => target);
}

describe("our registrant with libcoap's directory", () => {
  // Version 4.3.1 ends with "double free detected" at DELETE of a registration, so that removal cannot be shown with it.
  it("RFC 9176 §4.3, §5: finds it, and registers", () =>
    withLibcoapDirectory(async (uri, client) => {
      const { registration } = await discoverDirectory(client, uri);
      assert.deepEqual(registration, [`${uri}/rd`]);
      const location = await register(client, registration[0]!, { ep: "node1", lt: 600 }, LINKS);
      assert.ok(location.startsWith(`${uri}/rd/`), location);
      const path = location.slice(uri.length);
      assert.ok((await listed(client, uri)).includes(path));
      const again = await register(client, registration[0]!, { ep: "node2" }, []);
      assert.notEqual(again, location);
    }));

  it("RFC 9176 §5.3.1: registers again, as that directory knows no updates", () =>
    withLibcoapDirectory(async (uri, client) => {
      const location = await register(client, `${uri}/rd`, { ep: "node1" }, LINKS);
      await assert.rejects(
        updateRegistration(client, location),
        (error) => error instanceof ResponseError && error.code === METHOD_NOT_ALLOWED,
      );
      const outcomes: RegistrationOutcome[] = [];
      await new Promise<void>((resolve) => {
        const registrant = new Registrant({
          server: uri,
          parameters: { ep: "node2", lt: 1 },
          links: () => LINKS,
          client: {
            get: (target, options) => client.get(target, options),
            post: (target, options) => client.post(target, options),
            delete: () => Promise.reject(new Error("not with this directory")),
          },
          platform: nodePlatform(),
          onOutcome: (outcome) => {
            outcomes.push(outcome);
            if (outcomes.length === 2 || outcome.kind === "failed")
              resolve(registrant.stop().catch(() => undefined));
          },
        });
        registrant.start();
      });
      assert.deepEqual(
        outcomes.map(({ kind }) => kind),
        ["registered", "registered"],
      );
    }));
});

describe("libcoap's client with our directory", () => {
  it("RFC 9176 §5, §5.3, §6: registers, looks up, updates and removes", async () => {
    const service = startResourceDirectory(nodePlatform(), { address: "::1" });
    try {
      const uri = `coap://[::1]:${service.endpoint.port}`;
      const discovery = await libcoapRequest("-m", "get", `${uri}/.well-known/core?rt=core.rd*`);
      assert.deepEqual(
        parseLinks(discovery.text).map(({ target }) => target),
        ["/rd", "/rd-lookup/ep", "/rd-lookup/res"],
      );
      const query = "ep=node1&lt=600&base=coap://node1.example";
      const post = await libcoapRequest(
        ...["-m", "post", "-t", "40", "-e", "</temp>;rt=temperature-c", `${uri}/rd?${query}`],
      );
      assert.deepEqual(post, { text: "", errors: "" });
      const lookup = (what: string): Promise<{ text: string; errors: string }> =>
        libcoapRequest("-m", "get", `${uri}/rd-lookup/${what}`);
      assert.deepEqual(await lookup("res?rt=temp*"), {
        text: '<coap://node1.example/temp>;rt="temperature-c"',
        errors: "",
      });
      const [endpoint] = parseLinks((await lookup("ep?ep=node1")).text);
      const location = `${uri}${endpoint!.target}`;
      await libcoapRequest("-m", "post", `${location}?base=coap://moved.example`);
      assert.match((await lookup("res")).text, /^<coap:\/\/moved\.example\/temp>/u);
      await libcoapRequest("-m", "delete", location);
      assert.equal((await lookup("ep")).text, "");
      assert.match((await libcoapRequest("-m", "delete", location)).errors, /4\.04/u);
    } finally {
      service.close();
    }
  });
});

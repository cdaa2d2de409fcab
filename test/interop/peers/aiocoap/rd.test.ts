import assert from "node:assert/strict";
import { nodePlatform } from "../../../../hosts/node/index.js";
import { startResourceDirectory } from "../../../../src/applications/rd/directory/service.js";
import { RefusedError } from "../../../../src/coap/errors.js";
import type { Client } from "../../../../src/coap/client/client.js";
import { parseLinks } from "../../../../src/coap/codec/link-format.js";
import { text } from "../../../../src/coap/server/response.js";
import { Site } from "../../../../src/coap/server/site.js";
import { discoverDirectory, type DirectoryUris } from "../../../../src/applications/rd/discovery.js";
import { lookupEndpoints, lookupResources } from "../../../../src/applications/rd/lookup.js";
import {
  register,
  registerSimply,
  removeRegistration,
  updateRegistration,
} from "../../../../src/applications/rd/registration.js";
import { FAST_PARAMETERS, withEndpoint } from "../../ours/endpoints.js";
import { freePort } from "../free-port.js";
import { withPeer, type PeerProcess } from "../peer-process.js";
import { aiocoapClient } from "./aiocoap.js";

const PROGRAM = "build/peers/aiocoap/venv/bin/aiocoap-rd";

/** A site with one resource. */
function createSite(): Site {
  const site = new Site();
  site.add("temp", { get: () => text("20"), rt: "temperature-c" });
  return site;
}

/** It says nothing when it listens: asked until the port is there, or the program has ended. */
async function discover(client: Client, uri: string, process: PeerProcess): Promise<DirectoryUris> {
  const ended = process.waitFor(/(?!)/u).then(() => assert.fail("expected the directory to run on"));
  for (;;)
    try {
      return await Promise.race([discoverDirectory(client, uri), ended]);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
    }
}

describe("our registrant with aiocoap-rd", () => {
  it("RFC 9176 §4.3, §5, §5.1, §5.3, §6: finds it, registers, updates, looks up, removes", async () => {
    const port = await freePort();
    const uri = `coap://[::1]:${port}`;
    await withPeer(PROGRAM, ["--bind", `[::1]:${port}`], (process) =>
      withEndpoint(
        { parameters: FAST_PARAMETERS, site: createSite() },
        async ({ client, site, port: own }) => {
          const { registration, endpointLookup, resourceLookup } = await discover(client, uri, process);
          const base = `coap://[::1]:${own}`;
          const names = async (): Promise<unknown[]> =>
            (await lookupEndpoints(client, endpointLookup[0]!)).map((found) => [found.name, found.base]);
          const resources = async (): Promise<string[]> =>
            (await lookupResources(client, resourceLookup[0]!, { search: [["rt", "temperature-c"]] })).map(
              ({ target }) => target,
            );
          const location = await register(client, registration[0]!, { ep: "node1", lt: 600 }, site.links);
          assert.deepEqual(await names(), [["node1", base]]);
          assert.deepEqual(await resources(), [`${base}/temp`]);
          await updateRegistration(client, location, { base: "coap://moved.example" });
          assert.deepEqual(await resources(), ["coap://moved.example/temp"]);
          await removeRegistration(client, location);
          assert.deepEqual(await names(), []);
          await registerSimply(client, uri, { ep: "node2", lt: 600 });
          assert.deepEqual(await names(), [["node2", base]]);
          assert.deepEqual(await resources(), [`${base}/temp`]);
        },
      ),
    );
  });
});

describe("aiocoap-client with our directory", () => {
  it("RFC 9176 §5, §5.3, §6: registers, looks up, updates and removes", async () => {
    const service = startResourceDirectory(nodePlatform(), { address: "::1" });
    try {
      const uri = `coap://[::1]:${service.endpoint.port}`;
      const post = await aiocoapClient(
        ...["-m", "POST", "--content-format", "application/link-format", "--payload", "</temp>;rt=t"],
        `${uri}/rd?ep=node1&base=coap://node1.example`,
      );
      const [, location = ""] = /indicate new resource: (\/rd\/[\da-f]+)/u.exec(post.errors) ?? [];
      assert.notEqual(location, "", post.errors);
      const lookup = async (what: string): Promise<string[]> =>
        parseLinks((await aiocoapClient(`${uri}/rd-lookup/${what}`)).text.trim()).map(({ target }) => target);
      assert.deepEqual(await lookup("res?rt=t"), ["coap://node1.example/temp"]);
      assert.deepEqual(await lookup("ep"), [location]);
      await aiocoapClient("-m", "POST", `${uri}${location}?base=coap://moved.example`);
      assert.deepEqual(await lookup("res?ep=node1"), ["coap://moved.example/temp"]);
      await aiocoapClient("-m", "DELETE", `${uri}${location}`);
      assert.deepEqual(await lookup("ep"), []);
    } finally {
      service.close();
    }
  });
});

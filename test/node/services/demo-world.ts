/** The resources of `coapsule serve` and somebody who asks for them, on virtual time. */

import { NODE_LIMITS } from "../../../hosts/node/limits.js";
import { createDemoSite, type DemoSite } from "../../../services/demo-site.js";
import { World } from "../../../simulators/world.js";
import type { Client } from "../../../src/coap/client/client.js";
import { Endpoint } from "../../../src/coap/endpoint.js";
import { WallClock } from "../../../src/applications/time/source.js";

/** 2026-01-01T00:00:00Z (RFC 3339 date -u +%s). */
export const START_S = 1_767_225_600;

export interface DemoWorld {
  readonly world: World;
  readonly client: Client;
  readonly demo: DemoSite;
  readonly server: Endpoint;
  /** URI of a path on the server. */
  readonly uri: (path: string) => string;
}

export function createDemoWorld(): DemoWorld {
  const world = new World({ seed: 1 });
  const host = world.host("fd00::1");
  const demo = createDemoSite(host, new WallClock(() => START_S * 1000 + world.time.nowMs));
  const server = new Endpoint(host, { port: 5683, site: demo.site, limits: NODE_LIMITS });
  const { client } = new Endpoint(world.host("fd00::2"), { limits: NODE_LIMITS });
  return { world, client, demo, server, uri: (path) => `coap://[fd00::1]/${path}` };
}

/**
 * A device on XS that serves through security contexts: `device-protected.js PORT CONTEXTS`. The first is that of the
 * client, the others are for nobody. GET /kept, to which they have access. Says "ready".
 */

import { crypto } from "../../hosts/xs/crypto.js";
import type { Main } from "../../hosts/xs/platform.js";
import { Endpoint } from "../../src/coap/endpoint.js";
import { text } from "../../src/coap/server/response.js";
import { Site } from "../../src/coap/server/site.js";
import { StoredState } from "../../src/security/oscore/contexts/context-state.js";
import { SecurityContexts } from "../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../src/security/oscore/layer/oscore.js";
import { MemoryKeyValue } from "../../src/storage/memory.js";
import { ADDRESS, HELLO } from "../workload.js";
import { PEER, contextParameters } from "./oscore-context.js";

const main: Main = (platform, [port, count]) => {
  const keyValue = new MemoryKeyValue();
  const storage = keyValue.open({ path: "oscore" });
  const contexts = new SecurityContexts(crypto);
  const parameters = contextParameters("server");
  contexts.add(PEER, parameters, new StoredState(storage, PEER));
  for (let number = 1; number < Number(count); number += 1) {
    const name = `${PEER}-${number}`;
    const recipientId = Uint8Array.of(0xff, number);
    contexts.add(
      name,
      { ...parameters, senderId: Uint8Array.of(0xfe, number), recipientId },
      new StoredState(storage, name),
    );
  }
  const site = new Site();
  const kept = text(HELLO);
  site.add("kept", { get: () => kept, protectedBy: [PEER] });
  const options = { port: Number(port), address: ADDRESS, site, oscore: oscore({ contexts }) };
  new Endpoint({ ...platform, keyValue }, options);
  platform.console.log("ready");
};

export default main;

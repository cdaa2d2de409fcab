import { Endpoint } from "../../../../../src/coap/endpoint.js";
import { text } from "../../../../../src/coap/server/response.js";
import { SecurityContexts } from "../../../../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../../../../src/security/oscore/layer/oscore.js";
import { assert, describe, hostCrypto, it } from "../../../../portable.js";
import { EdhocLab, SERVER } from "./lab.js";

describe("EDHOC for OSCORE", () => {
  it("RFC 9528 §A.1: requests are protected with the keys of a session", async () => {
    const serverContexts = new SecurityContexts(hostCrypto());
    const lab = new EdhocLab(
      { onSession: (session) => void serverContexts.add("client", session.oscore()) },
      () => ({ oscore: oscore({ contexts: serverContexts }) }),
    );
    lab.site.add("who", { get: ({ remote }) => text(String(remote.securityContext)) });
    const contexts = new SecurityContexts(hostCrypto());
    const { client } = new Endpoint(lab.world.host("fd00::2"), { oscore: oscore({ contexts }) });
    contexts.add("server", (await lab.establish(client)).oscore());
    const request = client.get(`coap://[${SERVER}]/who`, { securityContext: "server" });
    assert.equal((await lab.world.time.until(request)).text(), "client");
  });
});

import { withAiocoapServer } from "./aiocoap/aiocoap.js";
import { testOurClient } from "./scenarios/our-client.js";

testOurClient("aiocoap", (use) => withAiocoapServer(use));

import { withAiocoapServer } from "./aiocoap.js";
import { testOurClient } from "../../scenarios/our-client.js";

testOurClient("aiocoap", (use) => withAiocoapServer(use));

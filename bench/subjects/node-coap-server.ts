/** node-coap's server: `node-coap-server.js PORT`. GET /hello; PUT and GET /large. Says "ready". */

import { createServer } from "coap";
import { ADDRESS, HELLO } from "../workload.js";

let body: Uint8Array = new Uint8Array(0);
const server = createServer((request, response) => {
  if (request.url === "/hello") response.end(HELLO);
  else if (request.method === "PUT") {
    body = request.payload;
    response.code = "2.04";
    response.end();
  } else response.end(Buffer.from(body));
});
server.listen(Number(process.argv[2]), ADDRESS, () => console.log("ready"));

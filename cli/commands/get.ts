import type { Command } from "commander";
import { GET } from "../../src/coap/codec/code.js";
import type { Interruption } from "../interruption.js";
import { requestCommand } from "../client/request-command.js";

/** `coapsule get` */
export function getCommand(interruption: Interruption): Command {
  return requestCommand(
    {
      name: "get",
      method: GET,
      summary: "Get the representation of a resource",
      hasBody: false,
      examples: [
        ["coapsule get coap://[::1]/time", "on a terminal, shown for people"],
        ["coapsule get coap://[::1]/time --accept cbor", "CBOR, in diagnostic notation"],
        ["coapsule get coap://[::1]/large -o large.txt", "block by block into a file"],
        ["coapsule get coaps+tcp://localhost/hello --ca ca.pem", "over TLS, from a server of one's own"],
        ["coapsule get coap://localhost/hello | wc -c", "into a pipe, as it is"],
        ["coapsule get coap://[::1]/time -a cbor --json | jq .value", "for programs"],
      ],
    },
    interruption,
  );
}

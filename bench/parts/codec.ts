/** Codecs: messages of everyday life read and written. */

import type { Measurement, Part } from "../part.js";
import { nodeProgram, runMeasuring } from "../programs.js";

const COAP_PACKET = "coap-packet";

export const codec: Part = {
  name: "codec",
  title: "Codecs: five messages of everyday life",
  quantities: [
    { name: "read", title: "read/s", digits: 0, compared: true },
    { name: "write", title: "written/s", digits: 0, compared: true },
    { name: "both", title: "read and written/s", digits: 0, compared: true },
  ],
  references: [COAP_PACKET],
  subjects: () =>
    Promise.resolve(
      ["coapsule", COAP_PACKET].map((name) => ({
        name,
        measure: () => runMeasuring<Measurement>(nodeProgram("codec", name)),
      })),
    ),
};

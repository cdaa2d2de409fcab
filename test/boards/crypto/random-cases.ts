/** Prints what the cryptography in C gives for random cases, a line of JSON each: `random-cases.js FIRST COUNT`. */

import { crypto } from "../../../hosts/xs/crypto.js";
import type { Main } from "../../../hosts/xs/platform.js";
import { randomCase } from "../../portable/crypto/suites/random-case.js";

const main: Main = (platform, [first, count]) => {
  for (let index = 0; index < Number(count); index += 1)
    platform.console.log(JSON.stringify(randomCase(crypto, Number(first) + index)));
};

export default main;

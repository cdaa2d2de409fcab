/** Many hosts against one endpoint: attackers with a socket each, and an honest client. */

import { Lab, Wire, type LabOptions } from "./wire.js";

/** A {@link Lab} with as many attackers as a test wants. */
export class Crowd extends Lab {
  readonly honest: Wire;
  readonly #prefix: string;
  #count = 0;

  constructor(options: LabOptions = {}) {
    super(options);
    const network = options.global ? "2001:db8" : "fd00";
    this.#prefix = `${network}:bad::`;
    this.honest = new Wire(this.world, this.world.host(`${network}:900d::1`), this.to);
  }

  /** One more attacker, at an address of its own. */
  attacker(): Wire {
    this.#count += 1;
    return new Wire(this.world, this.world.host(this.#prefix + this.#count.toString(16)), this.to);
  }

  attackers(count: number): Wire[] {
    return Array.from({ length: count }, () => this.attacker());
  }
}

/** A 16-bit number as 4 hexadecimal digits: a message ID, a token. */
export function hex16(value: number): string {
  return (value & 0xffff).toString(16).padStart(4, "0");
}

/**
 * The ports: everything that the portable core knows of the outside. A host (`hosts/`) supplies one
 * {@link Platform}; a simulation supplies one a device, on virtual time. Where ECMA-419 has a class for a thing,
 * the port has that class's shape.
 */

import type { Clock } from "./clock.js";
import type { Console } from "./console.js";
import type { Crypto } from "./crypto.js";
import type { KeyValue } from "./key-value.js";
import type { Memory } from "./memory.js";
import type { Random } from "./random.js";
import type { Timers } from "./timers.js";
import type { UDPConstructor } from "./udp.js";

/** Everything that a device needs of the outside. */
export interface Platform {
  readonly udp: UDPConstructor;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly random: Random;
  readonly keyValue: KeyValue;
  readonly console: Console;
  /** Where memory is what runs out. */
  readonly memory?: Memory;
  /** Where a feature of the image needs it. */
  readonly crypto?: Crypto;
}

/** A platform with cryptography: what features that protect messages ask for. */
export interface CryptoPlatform extends Platform {
  readonly crypto: Crypto;
}

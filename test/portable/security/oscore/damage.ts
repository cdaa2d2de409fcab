/**
 * A device whose flash memory is damaged after its security context was used in both roles: it sends, it takes requests,
 * it boots, it keeps another value. Then somebody repeats all requests. RFC 8613 §7.5, Appendix B.1.
 */

import type { NamedContext } from "../../../../src/security/oscore/contexts/named-context.js";
import { StoredState } from "../../../../src/security/oscore/contexts/context-state.js";
import { SecurityContexts } from "../../../../src/security/oscore/contexts/security-contexts.js";
import { FlashKeyValue } from "../../../../src/storage/flash/key-value.js";
import { BootState } from "../../../../src/applications/update/boot-state.js";
import { NorFlash, SeededRandom, assert, hostCrypto } from "../../../portable.js";
import { CLIENT_PARAMETERS } from "./layer/protected-lab.js";

export const GEOMETRY = { blocks: 3, blockLength: 2048, writeAlign: 4 } as const;
export const FLASH_BYTES = GEOMETRY.blocks * GEOMETRY.blockLength;

/** Short, so that numbers are reserved all the time. */
const STEP = 3;
const ECHO_BYTES = 8;
const PAGE_BYTES = 256;
const ERASED = 0xff;
const NOISE_BYTES = 90;

/** A request of the peer that was acted on, as an attacker has captured it. */
interface Captured {
  readonly partialIv: number;
  readonly echo: Uint8Array | undefined;
}

/** What the world remembers of a device, whatever its storage does. */
export interface Witness {
  /** Sequence numbers that it has used. */
  readonly used: Set<number>;
  readonly captured: Captured[];
  peerNumber: number;
  /** Changes of the boot state that have returned. */
  changes: number;
  /** A change has begun that has not returned. */
  isChanging: boolean;
}

/** A memory that was in use, and what the world knows. */
export interface Snapshot {
  readonly image: Uint8Array;
  readonly witness: Witness;
}

/** What came of it. */
export interface Outcome {
  /** Sequence numbers that were used twice. */
  twice: number;
  /** Captured requests that were taken again. */
  replayed: number;
  /** Whether the boot state went back. */
  wentBack: number;
}

export function freshWitness(): Witness {
  return { used: new Set(), captured: [], peerNumber: 0, changes: 0, isChanging: false };
}

function copyOf(witness: Witness): Witness {
  return { ...witness, used: new Set(witness.used), captured: [...witness.captured] };
}

export function imageOf(flash: NorFlash): Uint8Array {
  const image = new Uint8Array(FLASH_BYTES);
  flash.read(image, 0);
  return image;
}

/** A memory with these contents. */
export function flashOf(image: Uint8Array, random: SeededRandom): NorFlash {
  const flash = new NorFlash({ ...GEOMETRY, random });
  for (let start = 0; start < image.length; start += PAGE_BYTES) {
    const page = image.subarray(start, start + PAGE_BYTES);
    if (page.some((byte) => byte !== ERASED)) flash.write(page, start);
  }
  return flash;
}

/** One run of a device, from its start. */
class Run {
  readonly #store: FlashKeyValue;
  readonly #context: NamedContext;
  readonly #boot: BootState;
  readonly #witness: Witness;
  readonly #outcome: Outcome;

  constructor(flash: NorFlash, witness: Witness, outcome: Outcome) {
    this.#witness = witness;
    this.#outcome = outcome;
    this.#store = new FlashKeyValue(flash);
    const contexts = new SecurityContexts(hostCrypto());
    const state = new StoredState(this.#store.open({ path: "oscore" }), "peer", STEP);
    this.#context = contexts.add("peer", CLIENT_PARAMETERS, state);
    this.#boot = new BootState(this.#store.open({ path: "firmware" }));
    const { trialBoots, confirmed, outcome: trial } = this.#boot;
    const number = trial === "none" ? 0 : trial === "on trial" ? 1 + trialBoots : 3;
    const found = 3 * confirmed + (number % 3);
    const { changes, isChanging } = witness;
    if (found !== changes % 6 && !(isChanging && found === (changes + 1) % 6)) outcome.wentBack += 1;
    else if (found !== changes % 6) witness.changes += 1;
    witness.isChanging = false;
  }

  send(): void {
    const number = this.#context.security.nextPartialIv();
    if (this.#witness.used.has(number)) this.#outcome.twice += 1;
    this.#witness.used.add(number);
  }

  /** The peer sends a request, and another one with the Echo value where it is asked for one. */
  receive(): void {
    const context = this.#context;
    const first = this.#nextOfPeer();
    if (context.admits(first) && context.take(first, undefined)) {
      this.#witness.captured.push({ partialIv: first, echo: undefined });
      return;
    }
    const echo = context.challenge(() => {
      const value = new Uint8Array(ECHO_BYTES);
      new DataView(value.buffer).setUint32(0, first);
      return value;
    });
    // The challenge has a number of its own (§B.1.2).
    this.send();
    const second = this.#nextOfPeer();
    assert.ok(context.admits(second) && context.take(second, echo), "a fresh request is taken");
    this.#witness.captured.push({ partialIv: second, echo });
  }

  #nextOfPeer(): number {
    this.#witness.peerNumber += 1;
    return this.#witness.peerNumber - 1;
  }

  /** Somebody repeats all that was taken. */
  replay(): void {
    for (const { partialIv, echo } of this.#witness.captured)
      if (this.#context.admits(partialIv) && this.#context.take(partialIv, echo)) this.#outcome.replayed += 1;
  }

  /** The boot state goes one further: staged, started, confirmed, on the other slot. */
  changeBoot(): void {
    const step = this.#witness.changes % 3;
    this.#witness.isChanging = true;
    if (step === 0) this.#boot.stage(1 - this.#boot.confirmed);
    else if (step === 1) this.#boot.boot();
    else this.#boot.confirm();
    this.#witness.isChanging = false;
    this.#witness.changes += 1;
  }

  /** Something else is stored. */
  write(length: number): void {
    this.#store.commit([{ domain: "a", key: "noise", value: new Uint8Array(length).fill(length) }]);
  }
}

/** Lives for a while, restarting now and then. @param cut the flash operation at which the power goes for good */
export function live(seed: number, actions: number, cut = Infinity): Snapshot {
  const random = new SeededRandom(seed);
  const flash = new NorFlash({ ...GEOMETRY, random: random.fork("flash") });
  const witness = freshWitness();
  const outcome: Outcome = { twice: 0, replayed: 0, wentBack: 0 };
  if (cut < Infinity) flash.cutPower({ atOperation: cut, afterBytes: random.integer(0, 60) });
  try {
    let run = new Run(flash, witness, outcome);
    for (let action = 0; action < actions; action += 1) {
      const choice = random.integer(0, 9);
      if (choice < 4) run.send();
      else if (choice < 6) run.receive();
      else if (choice < 7) run.changeBoot();
      else if (choice < 9) run.write(random.integer(0, NOISE_BYTES));
      else run = new Run(flash, witness, outcome);
    }
  } catch (error) {
    if (!flash.isOff) throw error;
  }
  flash.restorePower();
  assert.deepEqual(outcome, { twice: 0, replayed: 0, wentBack: 0 });
  return { image: imageOf(flash), witness };
}

function goOn(run: Run): void {
  run.replay();
  for (let count = 0; count <= STEP; count += 1) run.send();
  run.receive();
  run.replay();
  run.changeBoot();
  run.write(NOISE_BYTES);
}

/** Goes on with a memory for two starts, the power being cut at one of its operations from now. */
export function goOnWith(flash: NorFlash, before: Witness, cut?: number): Outcome {
  const outcome: Outcome = { twice: 0, replayed: 0, wentBack: 0 };
  const witness = copyOf(before);
  if (cut !== undefined) flash.cutPower({ atOperation: cut, afterBytes: (cut * 7) % 60 });
  for (let starts = cut === undefined ? 2 : 3; starts > 0; starts -= 1)
    try {
      goOn(new Run(flash, witness, outcome));
    } catch (error) {
      if (!flash.isOff) throw error;
      flash.restorePower();
    }
  return outcome;
}

/** All that can become of one byte: each of its bits flips, or it is overwritten. */
export function damagesOf(byte: number): number[] {
  const values = [0, ERASED, byte ^ 0xff, ...Array.from({ length: 8 }, (_, bit) => byte ^ (1 << bit))];
  return values.filter((value) => value !== byte);
}

/** A memory of a snapshot with one byte damaged. */
export function damaged({ image }: Snapshot, at: number, value: number): NorFlash {
  const bytes = new Uint8Array(image);
  bytes[at] = value;
  return flashOf(bytes, new SeededRandom(at));
}

/** A client under test that uses Q-Block, and what its peer answers by hand. */

import type { ClientResponse } from "../../../../../src/coap/client-response.js";
import type { RequestOptions } from "../../../../../src/coap/request-options.js";
import { GET } from "../../../../../src/coap/codec/code.js";
import { qBlock } from "../../../../../src/coap/bodies/qblock/q-block.js";
import { fromHex } from "../../../../../src/bytes/hex.js";
import { assert } from "../../../../portable.js";
import { Lab, repeat, reply, type LabOptions } from "../../wire.js";

/** Bytes in a block. */
export const BLOCK = 16;

/** What the client sent, without what it chose itself. */
export interface Sent {
  readonly atMs: number;
  readonly bytes: Uint8Array;
  /** Type, token length and code. */
  readonly head: string;
  readonly token: string;
  /** Options and payload. */
  readonly rest: string;
}

/** Takes what the client sent. */
export function taken(lab: Lab): Sent[] {
  const { heard } = lab.wire;
  lab.wire.heard = [];
  return heard.map(({ atMs, hex }) => ({
    atMs,
    bytes: fromHex(hex),
    head: hex.slice(0, 4),
    token: hex.slice(8, 24),
    rest: hex.slice(24),
  }));
}

/** Two hexadecimal digits. */
export function byte(value: number): string {
  return value.toString(16).padStart(2, "0");
}

/** A body of full blocks, whose bytes say which block they are in. */
export function body(blockCount: number): Uint8Array {
  return Uint8Array.from({ length: blockCount * BLOCK }, (_, index) => Math.floor(index / BLOCK));
}

export interface Asked {
  readonly lab: Lab;
  readonly response: Promise<ClientResponse>;
  /** The first requests behind the probe. */
  readonly sent: Sent[];
}

/** A request with Q-Block whose peer has shown that it takes Q-Block, with a 4.04 to the probe. */
export async function ask(
  method: number,
  options: RequestOptions,
  labOptions: LabOptions = {},
): Promise<Asked> {
  const lab = new Lab({ qBlock: qBlock(), ...labOptions });
  const response = lab.endpoint.client.request(method, lab.uri("p"), {
    blocks: "Q-Block",
    blockSize: BLOCK,
    ...options,
  });
  response.catch(() => undefined);
  await lab.advance(5);
  const [probe] = taken(lab);
  // Q-Block2 0/0/16: the first block only.
  const found = method === GET ? "45" : "84";
  const options2 = method === GET ? `4115 d10bb0 3108 ff ${repeat("00", BLOCK)}` : "";
  assert.equal(probe!.head, "4801");
  lab.wire.send(reply(probe!.bytes, "ACK", found, options2));
  await lab.advance(5);
  return { lab, response, sent: taken(lab) };
}

/** Options and payload of a block of a request body: Uri-Path, Q-Block1, Size1, Request-Tag. */
export function uploadBlock(number: number, blockCount: number, tag: string): string {
  const value = (number << 4) | (number < blockCount - 1 ? 8 : 0);
  return `b170${value === 0 ? "80" : `81${byte(value)}`}d11c${byte(blockCount * BLOCK)}d4db${tag}ff${repeat(byte(number), BLOCK)}`;
}

/** Options and payload of a block of a response body: ETag, Size2, Q-Block2. */
export function downloadBlock(number: number, blockCount: number, etag = "15"): string {
  const value = (number << 4) | (number < blockCount - 1 ? 8 : 0);
  return `41${etag}d10b${byte(blockCount * BLOCK)}${value === 0 ? "30" : `31${byte(value)}`}ff${repeat(byte(number), BLOCK)}`;
}

/** Its Request-Tag. */
export function tagOf(sent: Sent): string {
  const at = sent.rest.indexOf("d4db");
  return sent.rest.slice(at + 4, at + 12);
}

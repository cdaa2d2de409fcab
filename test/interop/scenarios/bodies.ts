/** Bodies around the borders of blocks, written and read: what the tests of every peer here have in common. */

import assert from "node:assert/strict";
import type { Client } from "../../../src/coap/client/client.js";
import { CREATED } from "../../../src/coap/codec/code.js";
import { OCTET_STREAM } from "../../../src/coap/codec/content-format.js";
import { BLOCK1, BLOCK2 } from "../../../src/coap/codec/option-number.js";
import { FILLED_LENGTHS, blockCount, bodyOf } from "../ours/bodies.js";
import type { Recorder } from "../ours/recorder.js";
import type { SampleSite } from "../ours/sample-site.js";
import type { PeerRequest, PeerResponse } from "./peer.js";

/** No message had blocks of another size. */
export function assertBlockSize({ messages }: Recorder, blockSize: number): void {
  for (const { options } of messages)
    for (const option of [BLOCK1, BLOCK2]) {
      const value = options.uint(option);
      assert.ok(value === undefined || 16 << (value & 7) === blockSize);
    }
}

/** Our client PUTs and GETs each body below `uri`, with as many requests as it has blocks. */
export async function assertPutAndGet(
  client: Client,
  uri: string,
  recorder: Recorder,
  blockSize: number,
  lengths: readonly number[] = FILLED_LENGTHS,
): Promise<void> {
  for (const length of lengths) {
    const payload = bodyOf(length);
    const target = `${uri}/store/${length}`;
    const known = recorder.sentOnce.length;
    assert.equal(
      (await client.put(target, { payload, contentFormat: OCTET_STREAM, blockSize })).code,
      CREATED,
    );
    const get = await client.get(target, { blockSize });
    assert.ok(Buffer.from(get.payload).equals(payload), `${length} bytes came back differently`);
    assert.equal(recorder.sentOnce.length - known, 2 * blockCount(length, blockSize));
  }
  assertBlockSize(recorder, blockSize);
}

/** A PUT and a GET of each body, by a peer's client. @param options of each request */
export function putAndGetRequests(
  server: string,
  options: Pick<PeerRequest, "blockSize">,
  lengths: readonly number[],
): PeerRequest[] {
  return lengths.flatMap((length) => {
    const uri = `${server}/store/${length}`;
    return [
      { method: "PUT", uri, payload: bodyOf(length), contentFormat: OCTET_STREAM, ...options } as const,
      { method: "GET", uri, ...options } as const,
    ];
  });
}

/** What came of {@link putAndGetRequests}, and what our server has of them. */
export function assertStored(
  answers: readonly PeerResponse[],
  { stored }: SampleSite,
  lengths: readonly number[],
): void {
  for (const [index, length] of lengths.entries()) {
    const [put, get] = answers.slice(2 * index);
    assert.equal(put!.code, "2.01");
    assert.deepEqual(stored.get(String(length)), bodyOf(length));
    assert.ok(get!.payload.equals(bodyOf(length)), `${length} bytes came back differently`);
  }
}

/** What every peer's client asks of our server, which has the resources of `SampleSite`. */

import assert from "node:assert/strict";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import { DELETE, FETCH, GET, IPATCH, PATCH, POST, PUT, codeClass } from "../../../src/coap/codec/code.js";
import { JSON_FORMAT } from "../../../src/coap/codec/content-format.js";
import { RST } from "../../../src/coap/codec/message.js";
import { OBSERVE } from "../../../src/coap/codec/option-number.js";
import { withClientOver, type Scheme } from "../ours/any-transport.js";
import type { OurServer } from "../ours/our-server.js";
import type { RecordedMessage } from "../ours/recorder.js";
import { HELLO, type SampleSite } from "../ours/sample-site.js";
import { sendAll, type PeerRequest, type RunningClient } from "./peer.js";

type Method = readonly [code: number, name: PeerRequest["method"], answer: string];

/** Methods of RFC 7252 §5.8, and what /methods answers. */
export const METHODS: readonly Method[] = [
  [GET, "GET", "2.05 got"],
  [POST, "POST", "2.01 posted"],
  [PUT, "PUT", "2.04 put"],
  [DELETE, "DELETE", "2.02 deleted"],
];

export const METHODS_OF_RFC_8132: readonly Method[] = [
  [FETCH, "FETCH", "2.05 {}"],
  [PATCH, "PATCH", "2.04 patched"],
  [IPATCH, "IPATCH", "2.04 ipatched"],
];

/** Every method. @param server its URI */
export async function assertCalls(
  client: RunningClient,
  server: string,
  { calls }: SampleSite,
  methods: readonly Method[],
): Promise<void> {
  const uri = `${server}/methods`;
  const body = { payload: "{}", contentFormat: JSON_FORMAT };
  const answers = await sendAll(
    client,
    methods.map(([code, method]) => ({ method, uri, ...(code !== GET && code !== DELETE && body) })),
  );
  assert.deepEqual(
    answers.map(({ code, payload }) => `${code} ${payload.toString()}`),
    methods.map(([, , answer]) => answer),
  );
  assert.deepEqual(
    calls.map(({ method }) => method),
    methods.map(([code]) => code),
  );
  for (const { method, payload, contentFormat } of calls) {
    const hasBody = method !== GET && method !== DELETE;
    assert.deepEqual(payload, encodeUtf8(hasBody ? "{}" : ""));
    assert.equal(contentFormat, hasBody ? JSON_FORMAT : undefined);
  }
}

/** Content, links and errors. */
export async function assertAnswers(client: RunningClient, server: string): Promise<void> {
  const answers = await sendAll(client, [
    { method: "GET", uri: `${server}/hello` },
    { method: "GET", uri: `${server}/.well-known/core?rt=sample.*` },
    { method: "GET", uri: `${server}/nowhere` },
    { method: "PUT", uri: `${server}/hello`, payload: "x" },
  ]);
  const [hello, links, missing, refused] = answers;
  assert.equal(hello!.payload.toString(), HELLO);
  assert.equal(links!.payload.toString(), '</hello>;title="greeting";rt="sample.hello"');
  assert.deepEqual([missing!.code, missing!.payload.toString()], ["4.04", "no such resource"]);
  assert.equal(refused!.code, "4.05");
}

export function isNotification({ direction, code, options }: RecordedMessage): boolean {
  return direction === "out" && codeClass(code) === 2 && options.has(OBSERVE);
}

/** A client does not want notifications any more: it says so, or rejects one. */
function isEnd({ direction, type, options }: RecordedMessage): boolean {
  return direction === "in" && (options.uint(OBSERVE) === 1 || type === RST);
}

/** After the end of an observation there are no notifications. @param change makes a new state */
export async function assertEnd({ uri, recorder }: OurServer, change: () => void): Promise<void> {
  // A client that rejects what it no longer wants needs something to reject, and some take one notification more.
  while (!recorder.messages.some(isEnd)) {
    const known = recorder.messages.length;
    change();
    await recorder.waitFor(
      (message) => recorder.messages.includes(message, known) && message.direction === "in",
    );
  }
  const { options, token } = recorder.messages.find(isEnd)!;
  if (options.has(OBSERVE)) {
    const registration = recorder.messages.find(
      (message) => message.direction === "in" && message.options.uint(OBSERVE) === 0,
    );
    assert.deepEqual(token, registration!.token);
  }
  // A turn around, after which the server has done all that it does.
  const turn = (): Promise<unknown> =>
    withClientOver(uri.slice(0, uri.indexOf(":")) as Scheme, ({ client }) => client.get(`${uri}/hello`));
  await turn();
  const sent = recorder.messages.filter(isNotification).length;
  change();
  await turn();
  assert.equal(recorder.messages.filter(isNotification).length, sent);
}

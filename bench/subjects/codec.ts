/**
 * Reads and writes messages: `codec.js coapsule|coap-packet`. Prints messages a second as one JSON object.
 *
 * Reading gives code, message ID, token, all options with number and value, and the payload; writing starts from those.
 */

import { generate, parse, type OptionName, type Packet } from "coap-packet";
import { CON } from "../../src/coap/codec/message.js";
import { Message, Options, encodeMessage } from "../../src/index.js";
import { MESSAGES, type SampleMessage } from "./sample-messages.js";

/** How often all messages are taken: some are to warm up. */
const WARM_UP_ROUNDS = 60_000;
const ROUNDS = 100_000;

interface Codec {
  /** @returns something of the message, so that no work can be left out */
  read(bytes: Uint8Array): number;
  /** @returns how to write this message, to its length; what can be prepared once is */
  writer(message: SampleMessage): () => number;
}

const buffer = new Uint8Array(1500);

const coapsule: Codec = {
  read(bytes) {
    const message = new Message(bytes);
    let sum = message.code + message.messageId + message.token.length + message.payload.length;
    for (const { number, value } of message.options.entries()) sum += number + value.length;
    return sum;
  },
  writer({ code, messageId, token, options, payload }) {
    return () => {
      const built = new Options();
      for (const { number, value } of options) built.add(number, value);
      return encodeMessage(buffer, CON, code, messageId, token, built, payload);
    };
  },
};

const coapPacket: Codec = {
  read(bytes) {
    const { code, messageId, token, payload, options } = parse(bytes as Buffer);
    let sum = code.length + messageId + token.length + payload.length;
    for (const { name, value } of options) sum += String(name).length + value.length;
    return sum;
  },
  writer({ codeText, messageId, token, options, payload }) {
    const named = options.map(({ name, value }) => ({ name: name as OptionName, value: Buffer.from(value) }));
    return () => {
      const packet: Packet = {
        code: codeText,
        messageId,
        confirmable: true,
        token: token as Buffer,
        // It sorts them in place.
        options: [...named],
        payload: payload as Buffer,
      };
      return generate(packet).length;
    };
  },
};

/** Calls `work` with each message in turn; messages a second. */
function measure<T>(items: readonly T[], work: (item: T) => number): number {
  let sum = 0;
  const run = (rounds: number): void => {
    for (let round = 0; round < rounds; round += 1) for (const item of items) sum += work(item);
  };
  run(WARM_UP_ROUNDS);
  const beganMs = performance.now();
  run(ROUNDS);
  const seconds = (performance.now() - beganMs) / 1000;
  if (sum === 0) throw new Error("expected that something was read or written");
  return (ROUNDS * items.length) / seconds;
}

const codec = process.argv[2] === "coapsule" ? coapsule : coapPacket;
const datagrams = MESSAGES.map(({ bytes }) => Buffer.from(bytes));
const writers = MESSAGES.map((message) => codec.writer(message));
const read = measure(datagrams, (bytes) => codec.read(bytes));
const write = measure(writers, (writeOne) => writeOne());
console.log(JSON.stringify({ read, write, both: 1 / (1 / read + 1 / write) }));

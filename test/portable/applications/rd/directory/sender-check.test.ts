import { equalBytes } from "../../../../../src/bytes/compare.js";
import {
  CHALLENGE_LIFETIME_MS,
  SenderCheck,
} from "../../../../../src/applications/rd/directory/sender-check.js";
import { startResourceDirectory } from "../../../../../src/applications/rd/directory/service.js";
import { formatCode, UNAUTHORIZED } from "../../../../../src/coap/codec/code.js";
import { ECHO } from "../../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../../src/coap/codec/options.js";
import { Endpoint } from "../../../../../src/coap/endpoint.js";
import type { TraceEvent } from "../../../../../src/coap/messaging/endpoint-context.js";
import { RequestError } from "../../../../../src/coap/server/request-error.js";
import type { Remote } from "../../../../../src/coap/server/request.js";
import { World, assert, describe, it } from "../../../../portable.js";

const SENDER: Remote = { scheme: "coap", address: "2001:db8::2", port: 5683 };

/** What the sender is asked to return. */
function challenge(check: SenderCheck, remote: Remote, echo?: Uint8Array): Uint8Array {
  const options = new Options();
  if (echo) options.add(ECHO, echo);
  const error = assert.throws(() => check.require({ options, remote }), RequestError);
  const { code, options: answer } = error.toResponse();
  assert.equal(code, UNAUTHORIZED);
  const value = answer?.first(ECHO);
  assert.equal(value?.length, 8);
  return value!;
}

function accepts(check: SenderCheck, remote: Remote, echo: Uint8Array): void {
  check.require({ options: new Options().add(ECHO, echo), remote });
}

describe("who sends a simple registration", () => {
  it("RFC 9176 §5.1, RFC 9175 §2.4: has to return the value that was sent to its address", () => {
    const check = new SenderCheck(new World({ seed: 1 }).host("fd00::1"), 8);
    const value = challenge(check, SENDER);
    accepts(check, SENDER, value);
    assert.deepEqual(challenge(check, SENDER, new Uint8Array(8)), value);
    assert.ok(!equalBytes(challenge(check, { ...SENDER, port: 5684 }, value), value));
    assert.ok(!equalBytes(challenge(check, { ...SENDER, address: "2001:db8::3" }, value), value));
  });

  it("CHALLENGE_LIFETIME_MS: a value holds so long, and no longer", async () => {
    const world = new World({ seed: 1 });
    const check = new SenderCheck(world.host("fd00::1"), 8);
    const value = challenge(check, SENDER);
    await world.time.advance(CHALLENGE_LIFETIME_MS - 1);
    accepts(check, SENDER, value);
    await world.time.advance(1);
    assert.ok(!equalBytes(challenge(check, SENDER, value), value));
  });

  it("`challenges`: remembers so many senders, and asks the oldest anew after one more", () => {
    const check = new SenderCheck(new World({ seed: 1 }).host("fd00::1"), 2);
    const [first, second, third] = [1, 2, 3].map((port) => ({ ...SENDER, port })) as [Remote, Remote, Remote];
    const values = [challenge(check, first), challenge(check, second)] as const;
    accepts(check, first, values[0]);
    challenge(check, third);
    accepts(check, second, values[1]);
    assert.ok(!equalBytes(challenge(check, first, values[0]), values[0]));
  });

  it("RFC 9176 §5.1: registers after one more message, a stranger at a global address too", async () => {
    const world = new World({ seed: 1 });
    const service = startResourceDirectory(world.host("2001:db8::1"), { port: 5683 });
    const registrant = new Endpoint(world.host("2001:db8::2"), { port: 5683 });
    await world.time.until(registrant.client.post("coap://[2001:db8::1]/.well-known/rd?ep=a"));
    assert.equal(service.directory.size, 1);
  });

  it("is not asked where the directory is told not to, and its links come from its address all the same", async () => {
    const world = new World({ seed: 1 });
    const asked: string[] = [];
    const trace = ({ bytes }: TraceEvent): void => void asked.push(formatCode(bytes[1]!));
    startResourceDirectory(world.host("fd00::1"), { port: 5683, trace }, { checksSenders: false });
    const registrant = new Endpoint(world.host("fd00::2"), { port: 5683 });
    await world.time.until(registrant.client.post("coap://[fd00::1]/.well-known/rd?ep=a"));
    assert.deepEqual(
      asked.filter((code) => code !== "0.00"),
      ["0.02", "0.01", "2.05", "2.04"],
    );
  });
});

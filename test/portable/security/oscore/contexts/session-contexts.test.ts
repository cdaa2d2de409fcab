import { fromHex } from "../../../../../src/bytes/hex.js";
import type { ContextParameters } from "../../../../../src/security/oscore/context/parameters.js";
import type { NamedContext } from "../../../../../src/security/oscore/contexts/named-context.js";
import { SecurityContexts } from "../../../../../src/security/oscore/contexts/security-contexts.js";
import {
  DEFAULT_SESSION_LIMITS,
  SessionContexts,
} from "../../../../../src/security/oscore/contexts/session-contexts.js";
import { SecurityContextError } from "../../../../../src/security/oscore/errors.js";
import { assert, describe, hostCrypto, it } from "../../../../portable.js";

/** Keys of a session. */
function keys(session: number): ContextParameters {
  const id = Uint8Array.of(session);
  return {
    masterSecret: fromHex("0102030405060708090a0b0c0d0e0f10"),
    senderId: id,
    recipientId: Uint8Array.of(100 + session),
  };
}

/** Which sessions there are. */
function recipients(contexts: SecurityContexts): number[] {
  return Array.from({ length: 20 }, (_, session) => session).filter(
    (session) => contexts.find(Uint8Array.of(100 + session), undefined).length > 0,
  );
}

describe("security contexts of sessions", () => {
  it("RFC 9528 §A.1: several of one peer have its name, and requests go through the newest", () => {
    const contexts = new SecurityContexts(hostCrypto());
    const sessions = new SessionContexts(contexts, { sessionsAPeer: 2 });
    const first = sessions.add("phone", keys(0));
    const second = sessions.add("phone", keys(1));
    assert.deepEqual([first.name, second.name, contexts.size], ["phone", "phone", 2]);
    assert.equal(contexts.get("phone"), second);
    contexts.drop(second);
    contexts.drop(second);
    assert.equal(contexts.get("phone"), first);
    contexts.remove("phone");
    assert.deepEqual([contexts.get("phone"), contexts.size], [undefined, 0]);
  });

  it("have no name for themselves that another context has", () => {
    const contexts = new SecurityContexts(hostCrypto());
    new SessionContexts(contexts).add("phone", keys(0));
    assert.throws(() => contexts.add("phone", keys(1)), SecurityContextError, "not taken");
  });

  it("make room for a new one of their peer, and at the limit of all for any", () => {
    const { sessions: limit, sessionsAPeer } = DEFAULT_SESSION_LIMITS;
    assert.equal(sessionsAPeer, 1);
    const contexts = new SecurityContexts(hostCrypto(), limit);
    const sessions = new SessionContexts(contexts);
    for (let session = 0; session < limit; session += 1) sessions.add(`peer ${session}`, keys(session));
    assert.equal(contexts.size, limit);
    sessions.add("peer 2", keys(10));
    assert.deepEqual(recipients(contexts), [0, 1, 3, 10]);
    sessions.add("another", keys(11));
    assert.deepEqual(recipients(contexts), [1, 3, 10, 11]);
  });

  it("stay while they are used, by requests of the peer or numbers of their own", () => {
    const contexts = new SecurityContexts(hostCrypto());
    const sessions = new SessionContexts(contexts, { sessions: 3, sessionsAPeer: 3 });
    const [asks, notified] = [0, 1, 2].map((session) => sessions.add("phone", keys(session)));
    const use = (context: NamedContext): number => context.security.nextPartialIv();
    assert.ok(asks!.take(0, undefined));
    assert.equal(use(notified!), 0);
    sessions.add("phone", keys(3));
    assert.deepEqual(recipients(contexts), [0, 1, 3]);
    assert.equal(use(notified!), 1);
    sessions.add("door", keys(4));
    assert.deepEqual(recipients(contexts), [1, 3, 4]);
  });

  it("tell those who were reached through them", () => {
    const contexts = new SecurityContexts(hostCrypto());
    const sessions = new SessionContexts(contexts);
    const removed: NamedContext[] = [];
    contexts.attach((context) => removed.push(context));
    const first = sessions.add("phone", keys(0));
    sessions.add("phone", keys(1));
    assert.deepEqual(removed, [first]);
  });

  it("are refused where contexts of other kinds have taken their places", () => {
    const contexts = new SecurityContexts(hostCrypto(), 1);
    contexts.add("file", keys(0));
    assert.throws(
      () => new SessionContexts(contexts).add("phone", keys(1)),
      SecurityContextError,
      "limit of 1",
    );
  });
});

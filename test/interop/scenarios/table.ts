/**
 * The table of scenarios that every peer runs: rows of what our client asks of its server and its client of ours, each
 * over each transport that the peer has. What a peer cannot do is in a table of its own, and comes as skipped with the
 * reason.
 */

import { skip } from "../../skip.js";
import { withServerOver, type Scheme } from "../ours/any-transport.js";
import type { OurServer } from "../ours/our-server.js";
import { testOscore } from "./oscore.js";
import { FOR_SERVERS } from "./for-servers.js";
import { FOR_CLIENTS } from "./for-clients.js";
import type { Exceptions, Peer, WithClient, WithServer } from "./peer.js";

/** A row of the table. */
export interface Scenario<Run> {
  /** For the tables of what a peer cannot do. */
  readonly name: string;
  /** What rows have in common, for the same tables. */
  readonly kind?: string;
  readonly over: "datagrams" | "connections" | "all";
  readonly title: string;
  readonly run: Run;
}

/** What our client asks of a peer's server. */
export type ServerScenario = Scenario<(withServer: WithServer, scheme: Scheme) => Promise<void>>;

/** What a peer's client asks of our server, which is there. */
export type ClientScenario = Scenario<(withClient: WithClient, server: OurServer) => Promise<void>>;

/** In titles. */
function suffixOf(scheme: Scheme): string {
  return scheme === "coap" ? "" : ` over ${scheme}`;
}

function fits({ over }: Scenario<unknown>, scheme: Scheme): boolean {
  return over === "all" || (over === "datagrams") === (scheme === "coap");
}

/** @throws {Error} for an exception to no row: a name that is misspelt */
function assertNamed(rows: readonly Scenario<unknown>[], exceptions: Exceptions, peer: string): void {
  for (const name of Object.keys(exceptions))
    if (!rows.some((row) => row.name === name || row.kind === name))
      throw new Error(`expected an exception of ${peer} to name a scenario, got: ${name}`);
}

/** Tests, or one that is skipped for all rows with the same reason. */
function testRows<Run>(
  rows: readonly Scenario<Run>[],
  exceptions: Exceptions,
  scheme: Scheme,
  run: (row: Scenario<Run>) => Promise<void>,
): void {
  const given = new Set<string>();
  for (const row of rows.filter((one) => fits(one, scheme))) {
    const exception = exceptions[row.name] ?? (row.kind === undefined ? undefined : exceptions[row.kind]);
    const reason = typeof exception === "object" ? exception[scheme] : exception;
    if (reason === undefined) it(row.title, () => run(row));
    else if (row.kind === undefined || !given.has(reason)) {
      if (row.kind !== undefined) given.add(reason);
      it(row.title, function () {
        skip(this, reason);
      });
    }
  }
}

/** Runs the whole table with a peer. */
export function testPeer(peer: Peer): void {
  const { name, server, client } = peer;
  assertNamed(FOR_SERVERS, server.cannot, name);
  assertNamed(FOR_CLIENTS, client.cannot, name);
  for (const scheme of server.schemes)
    describe(`our client with ${name}'s server${suffixOf(scheme)}`, () => {
      testRows(FOR_SERVERS, server.cannot, scheme, ({ run }) =>
        run((use) => server.with(scheme, use), scheme),
      );
    });
  for (const scheme of client.schemes)
    describe(`${name}'s client with our server${suffixOf(scheme)}`, () => {
      testRows(FOR_CLIENTS, client.cannot, scheme, ({ run }) =>
        withServerOver(scheme, (ours) => run((use) => client.with(scheme, ours.uri, use), ours)),
      );
    });
  if (typeof peer.oscore === "object") testOscore(peer.oscore);
  testAbsent(peer);
}

/** Protection that a peer does not have. */
function testAbsent({ name, oscore, edhoc }: Peer): void {
  const absent = [
    ["RFC 8613: OSCORE", typeof oscore === "string" ? oscore : undefined],
    ["RFC 9528: EDHOC", edhoc],
  ] as const;
  for (const [title, reason] of absent)
    if (reason !== undefined)
      describe(`protection with ${name}`, () => {
        it(title, function () {
          skip(this, reason);
        });
      });
}

import assert from "node:assert/strict";
import { CONTENT, GET } from "../../../../src/coap/codec/code.js";
import { NON } from "../../../../src/coap/codec/message.js";
import { INTERFACE, type Host } from "../../lan/lan.js";
import { withLanOrSkip, withServerOn } from "../../lan/lan-server.js";
import { cliModule } from "../../../node/cli/run-cli.js";
import { libcoapClientArguments } from "./libcoap.js";
import type { Outcome } from "../peer-process.js";
import { parseReports, type ReportedMessage } from "../../lan/reports.js";

const GROUPS = [`ff02::fd%${INTERFACE}`, `ff05::fd%${INTERFACE}`, "224.0.1.187"] as const;

/** Servers answer within this time (RFC 7252 §8.2). */
const LEISURE_MS = 500;
/** How long libcoap's client waits for answers: it counts in whole seconds. */
const WAIT_S = "1";
/** What a busy machine may add to a timer. */
const TOLERANCE_MS = 300;

interface Answers {
  readonly client: Outcome;
  /** Messages that each server saw. */
  readonly servers: readonly (readonly ReportedMessage[])[];
}

/** A client on the first host asks our servers on the two others, with libcoap's client. */
function ask(
  context: Mocha.Context,
  args: readonly string[],
  check: (answers: Answers, hosts: readonly Host[]) => void,
) {
  return withLanOrSkip(context, 3, (hosts) => {
    const [asking, one, other] = hosts;
    const options = (name: string): string[] => [name, String(LEISURE_MS), ...GROUPS];
    return withServerOn(one!, options("alpha"), (first) =>
      withServerOn(other!, options("beta"), async (second) => {
        const client = await asking!.run("coap-client-notls", ["-N", "-B", WAIT_S, ...args]);
        check({ client, servers: [first, second].map(({ output }) => parseReports(output)) }, hosts);
        // Both are well, and would have answered a request to them alone.
        const { stderr } = await asking!.run(
          "coap-client-notls",
          libcoapClientArguments(`coap://${one!.ipv4}/nowhere`),
        );
        assert.match(stderr, /^4\.04/u);
      }),
    );
  });
}

describe("RFC 7252 §8: our client asks our servers by multicast", () => {
  for (const { group, source } of [
    { group: `ff02::fd%${INTERFACE}`, source: "linkLocal" },
    { group: `ff05::fd%${INTERFACE}`, source: "ipv6Global" },
    { group: "224.0.1.187", source: "ipv4" },
  ] as const)
    it(`§8.2: each server's links with its own address: ${group}`, async function () {
      await withLanOrSkip(this, 3, (hosts) => {
        const [asking, one, other] = hosts;
        const options = (name: string): string[] => [name, String(LEISURE_MS), ...GROUPS];
        return withServerOn(one!, options("alpha"), () =>
          withServerOn(other!, options("beta"), async () => {
            const args = ["discover", group, "--filter", "rt=sample.*", "--timeout", "1.5"];
            const { stdout, stderr } = await asking!.run(process.execPath, [cliModule("main"), ...args]);
            assert.equal(stderr, "");
            const lines = stdout.toString().trimEnd().split("\n");
            assert.equal(lines.length, 4);
            const zone = source === "linkLocal" ? `%25${INTERFACE}` : "";
            const servers = [one!, other!].map((host) =>
              source === "ipv4" ? `coap://${host.ipv4}/` : `coap://[${host[source]}${zone}]/`,
            );
            assert.deepEqual([lines[0], lines[2]].sort(), servers.sort());
            for (const line of [lines[1], lines[3]]) assert.match(line!, /^\/hello +greeting/u);
          }),
        );
      });
    });
});

describe("RFC 7252 §8: libcoap's client asks our servers by multicast", () => {
  for (const { title, group, source } of [
    { title: "all CoAP nodes, link-local (ff02::fd)", group: `[ff02::fd%${INTERFACE}]`, source: "linkLocal" },
    { title: "all CoAP nodes, site-local (ff05::fd)", group: "[ff05::fd]", source: "ipv6Global" },
    { title: "all CoAP nodes, IPv4 (224.0.1.187)", group: "224.0.1.187", source: "ipv4" },
  ] as const)
    it(`§8.2, RFC 6690 §4: each server answers once, within its leisure: ${title}`, async function () {
      const args = [`coap://${group}/.well-known/core?rt=sample.*`];
      await ask(this, args, ({ client, servers }, [asking]) => {
        const answer = '</hello>;title="greeting";rt="sample.hello"';
        assert.deepEqual([client.stdout.toString(), client.stderr], [`${answer}${answer}\n`, ""]);
        for (const messages of servers) {
          const [request, response] = messages;
          assert.equal(messages.length, 2);
          assert.deepEqual(
            [request!.message.direction, request!.message.type, request!.message.code],
            ["in", NON, GET],
          );
          const { message, atMs } = response!;
          assert.deepEqual([message.direction, message.type, message.code], ["out", NON, CONTENT]);
          assert.deepEqual(message.token, request!.message.token);
          assert.deepEqual(message.remote, request!.message.remote);
          assert.equal(message.remote.address.split("%")[0], asking![source]);
          assert.ok(
            atMs - request!.atMs <= LEISURE_MS + TOLERANCE_MS,
            `answered after ${atMs - request!.atMs} ms`,
          );
        }
      });
    });

  it("§8.2: only the server that has the resource answers", async function () {
    await ask(this, [`coap://[ff02::fd%${INTERFACE}]/beta`], ({ client, servers }) => {
      assert.equal(client.stdout.toString(), "beta\n");
      assert.deepEqual(
        servers.map(({ length }) => length),
        [1, 2],
      );
    });
  });

  for (const { title, args } of [
    { title: "4.05", args: ["-m", "put", "-e", "x", "coap://224.0.1.187/hello"] },
    { title: "4.02", args: ["-O", "65001,x", "coap://224.0.1.187/hello"] },
    { title: "a list without entries", args: ["coap://224.0.1.187/.well-known/core?rt=none"] },
  ])
    it(`§8.2: nobody answers what is not worth it: ${title}`, async function () {
      await ask(this, args, ({ client, servers }) => {
        assert.deepEqual([client.stdout.toString().trim(), client.stderr], ["", ""]);
        assert.deepEqual(
          servers.map((messages) => messages.map(({ message }) => message.direction)),
          [["in"], ["in"]],
        );
      });
    });
});

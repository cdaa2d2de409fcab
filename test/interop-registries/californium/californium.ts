/** Programs on Californium, as `make interop` compiles them. */

import { freePort } from "../../interop/peers/libcoap.js";
import { runPeer, withPeer, type PeerProcess } from "../../interop/peers/peer-process.js";
import { RunningClient, type PeerResponse } from "../scenarios/peer-request.js";

const CLASSES = "build/peers/californium/classes:build/peers/californium/lib/*";
/** Starts sooner than a machine that compiles a lot. */
const JAVA = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", CLASSES];

/** A security context for OSCORE; all values in hexadecimal. */
export interface CaliforniumContext {
  readonly senderId: string;
  readonly recipientId: string;
  readonly masterSecret: string;
  readonly masterSalt: string;
  readonly idContext: string | undefined;
}

/** Arguments of Java for a program of ours. @param context its security context, where it has one */
function program(name: string, context: CaliforniumContext | undefined): string[] {
  if (context === undefined) return [...JAVA, name];
  const { senderId, recipientId, masterSecret, masterSalt, idContext = "-" } = context;
  const values = [senderId, recipientId, masterSecret, masterSalt, idContext];
  return [...JAVA, `-Doscore=${values.join(",")}`, name];
}

export interface CaliforniumServer {
  /** Without a path, such as `coap://[::1]:40000`. */
  readonly uri: string;
  readonly process: PeerProcess;
}

/**
 * Runs `use` with `SampleServer.java`.
 * @param blockSize in which it sends bodies
 * @param context which protected requests may have
 */
export async function withCaliforniumServer<T>(
  blockSize: number,
  use: (server: CaliforniumServer) => Promise<T>,
  context?: CaliforniumContext,
): Promise<T> {
  const port = await freePort();
  const args = ["::1", String(port), String(blockSize)];
  return withPeer("java", [...program("SampleServer", context), ...args], async (process) => {
    await process.waitFor(/^ready$/mu);
    return use({ uri: `coap://[::1]:${port}`, process });
  });
}

/** A request of `SampleClient.java`. */
export interface CaliforniumRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "FETCH" | "PATCH" | "IPATCH";
  readonly uri: string;
  readonly payload?: Uint8Array | string;
  readonly contentFormat?: number;
  readonly non?: boolean;
  readonly blockSize?: number;
  /** Observes the resource and takes so many states of it, or all while further requests are sent. */
  readonly notifications?: number | "all";
}

function formatRequest(request: CaliforniumRequest): string {
  const { method, uri, payload = "", contentFormat = "-", blockSize = 1024, notifications = 0 } = request;
  const type = request.non === true ? "NON" : "CON";
  const hex = Buffer.from(payload).toString("hex");
  return `${method} ${uri} ${type} ${contentFormat} ${blockSize} ${notifications} ${hex === "" ? "-" : hex}\n`;
}

/** All whole lines. */
function parseAnswers(output: string): PeerResponse[] {
  return (output.match(/^\d.*\n/gmu) ?? []).map((line) => {
    const [code = "", payload = ""] = line.trimEnd().split(" ");
    return { code, payload: Buffer.from(payload, "hex") };
  });
}

/** Sends requests with Californium's client, one after the other. @throws {Error} when one got no response */
export async function californiumRequests(
  ...requests: readonly CaliforniumRequest[]
): Promise<PeerResponse[]> {
  return sendWith(undefined, requests);
}

/** {@link californiumRequests}, protected. */
export async function californiumProtectedRequests(
  context: CaliforniumContext,
  ...requests: readonly CaliforniumRequest[]
): Promise<PeerResponse[]> {
  return sendWith(context, requests);
}

async function sendWith(
  context: CaliforniumContext | undefined,
  requests: readonly CaliforniumRequest[],
): Promise<PeerResponse[]> {
  const input = requests.map(formatRequest).join("");
  const { stdout, stderr } = await runPeer("java", program("SampleClient", context), input);
  const answers = stdout.toString();
  if (stderr !== "" || answers.includes("none"))
    throw new Error(`expected Californium's client to succeed, got: ${answers}${stderr}`);
  return parseAnswers(answers);
}

/** Runs `use` with Californium's client. @param context which its requests are protected with */
export function withCaliforniumClient<T>(
  context: CaliforniumContext | undefined,
  use: (client: RunningClient<CaliforniumRequest>) => Promise<T>,
): Promise<T> {
  return withPeer("java", program("SampleClient", context), (process) =>
    use(new RunningClient(process, formatRequest, parseAnswers)),
  );
}

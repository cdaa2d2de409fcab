/** Programs on Californium, as `make interop` compiles them. */

import { freePort } from "../free-port.js";
import { withPeer } from "../peer-process.js";
import {
  ProgramClient,
  ProgramServer,
  type PeerRequest,
  type PeerResponse,
  type RunningClient,
} from "../../scenarios/peer.js";
import type { ContextInHex } from "../../scenarios/shared-context.js";

const CLASSES = "build/peers/californium/classes:build/peers/californium/lib/*";
/** Starts sooner than a machine that compiles a lot. */
const JAVA = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", CLASSES];

/** Arguments of Java for a program of ours. @param context its security context, where it has one */
function program(name: string, context: ContextInHex | undefined): string[] {
  if (context === undefined) return [...JAVA, name];
  const { senderId, recipientId, masterSecret, masterSalt, idContext = "-" } = context;
  const last = context.isRenewed === true ? "renewed" : idContext;
  const values = [senderId, recipientId, masterSecret, masterSalt, last];
  return [...JAVA, `-Doscore=${values.join(",")}`, name];
}

/**
 * Runs `use` with `SampleServer.java`.
 * @param blockSize in which it sends bodies
 * @param context which protected requests may have
 * @param port a free one where it is absent
 */
export async function withCaliforniumServer<T>(
  blockSize: number,
  use: (server: ProgramServer) => Promise<T>,
  context?: ContextInHex,
  port?: number,
): Promise<T> {
  port ??= await freePort();
  const args = ["::1", String(port), String(blockSize)];
  return withPeer("java", [...program("SampleServer", context), ...args], async (process) => {
    await process.waitFor(/^ready$/mu);
    return use(new ProgramServer(`coap://[::1]:${port}`, process));
  });
}

function formatRequest(request: PeerRequest): string {
  const { method, uri, payload = "", contentFormat = "-", blockSize = 1024, notifications = 0 } = request;
  const etags = request.etags?.join() ?? "-";
  const type = request.non === true ? "NON" : "CON";
  const hex = Buffer.from(payload).toString("hex");
  return `${method} ${uri} ${type} ${contentFormat} ${blockSize} ${notifications} ${hex === "" ? "-" : hex} ${etags}\n`;
}

/** All whole lines. */
function parseAnswers(output: string): PeerResponse[] {
  return (output.match(/^\d.*\n/gmu) ?? []).map((line) => {
    const [code = "", payload = "", etag = "-"] = line.trimEnd().split(" ");
    return {
      code,
      payload: Buffer.from(payload === "-" ? "" : payload, "hex"),
      etag: etag === "-" ? null : etag,
    };
  });
}

/** Runs `use` with Californium's client. @param context which its requests are protected with */
export function withCaliforniumClient<T>(
  context: ContextInHex | undefined,
  use: (client: RunningClient) => Promise<T>,
): Promise<T> {
  return withPeer("java", program("SampleClient", context), (process) =>
    use(new ProgramClient(process, formatRequest, parseAnswers)),
  );
}

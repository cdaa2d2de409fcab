/** A site at ports of TCP, TLS and WebSockets, beside the endpoint at a UDP port. RFC 8323. */

import { NODE_CONNECTION_LIMITS, NODE_STREAM_LIMITS } from "../../hosts/node/limits.js";
import { listenTCP, listenTLS } from "../../hosts/node/streams/listen.js";
import type { TLSServerSecrets } from "../../hosts/node/streams/tls.js";
import { listenWebSocket } from "../../hosts/node/streams/websocket-server.js";
import { defaultPort } from "../../src/coap/codec/uri.js";
import { overConnections } from "../../src/coap/reliable/over-connections.js";
import { Endpoint } from "../../src/coap/endpoint.js";
import type { MessageProtectionFactory } from "../../src/coap/requesting/message-protection.js";
import type { Site } from "../../src/coap/server/site.js";
import type { ChannelTransportFactory } from "../../src/coap/transport/channel.js";
import type { Platform } from "../../src/ports/platform.js";
import { UsageError } from "../exit-code.js";
import { explainPort, uriOfPort } from "../local-port.js";
import { readCertificates, readCredentials } from "./pem-file.js";
import { printTrace } from "../trace.js";

/** A port; true is the one that people expect. */
type PortFlag = number | true;

export interface StreamServerFlags {
  readonly tcp?: PortFlag;
  readonly tls?: PortFlag;
  readonly ws?: PortFlag;
  readonly wss?: PortFlag;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsClientCa?: string;
  readonly wsOrigin?: readonly string[];
  readonly verbose?: true;
}

async function readSecrets(flags: StreamServerFlags): Promise<TLSServerSecrets | undefined> {
  const { tlsCert, tlsKey, tlsClientCa } = flags;
  const credentials = await readCredentials(tlsCert, tlsKey, ["--tls-cert", "--tls-key"]);
  const isSecure = flags.tls !== undefined || flags.wss !== undefined;
  if (isSecure && !credentials) throw new UsageError("--tls and --wss need --tls-cert and --tls-key");
  if (!isSecure && (credentials ?? tlsClientCa) !== undefined)
    throw new UsageError("expected --tls or --wss with a certificate, got neither");
  if (!credentials || tlsClientCa === undefined) return credentials;
  return { ...credentials, clientAuthorities: await readCertificates(tlsClientCa) };
}

/** The endpoints that answer at ports of TCP. */
export class StreamServers {
  readonly #endpoints: Endpoint[] = [];
  /** Where they are, each as a URI. */
  readonly uris: string[] = [];

  /**
   * Opens what the flags ask for.
   * @param udpPort where the site is over UDP; over TCP it is at the same number where none is asked for
   * @param protection of messages, where the site is to be reached so, too
   * @throws {UsageError} @throws {FailureError} for a port that cannot be had
   */
  static async open(
    platform: Platform,
    site: Site,
    flags: StreamServerFlags,
    udpPort: number,
    protection?: MessageProtectionFactory,
  ): Promise<StreamServers> {
    const { tcp, tls, ws, wss, wsOrigin: origins = [], verbose } = flags;
    if (origins.length > 0 && ws === undefined && wss === undefined)
      throw new UsageError("expected --ws or --wss with --ws-origin, got neither");
    const secrets = await readSecrets(flags);
    const servers = new StreamServers();
    const listen = async (
      scheme: string,
      flag: PortFlag | undefined,
      open: (port: number) => Promise<ChannelTransportFactory>,
    ): Promise<void> => {
      if (flag === undefined) return;
      const usual = scheme === "coap+tcp" ? udpPort : defaultPort(scheme)!;
      const port = flag === true ? usual : flag;
      const transport = await open(port).catch((error: unknown) => {
        throw explainPort(error, "TCP", port);
      });
      const endpoint = new Endpoint(platform, {
        site,
        limits: NODE_STREAM_LIMITS,
        messaging: overConnections(transport, { scheme, limits: NODE_CONNECTION_LIMITS }),
        ...(protection && { oscore: protection }),
        ...(verbose && { trace: (event) => printTrace(event, scheme) }),
      });
      servers.#endpoints.push(endpoint);
      servers.uris.push(uriOfPort(endpoint.port, scheme));
    };
    try {
      await listen("coap+tcp", tcp, (port) => listenTCP({ port }));
      await listen("coap+ws", ws, (port) => listenWebSocket({ port, origins }));
      if (secrets) {
        await listen("coaps+tcp", tls, (port) => listenTLS({ port, ...secrets }));
        await listen("coaps+ws", wss, (port) => listenWebSocket({ port, tls: secrets, origins }));
      }
    } catch (error) {
      servers.close();
      throw error;
    }
    return servers;
  }

  close(): void {
    for (const endpoint of this.#endpoints) endpoint.close();
  }
}

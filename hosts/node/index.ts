/** The ports on Node.js. */

export { ConnectedUDP } from "./connected-udp.js";
export { nodeClock } from "./clock.js";
export { NodeConsole, type LineStream } from "./console.js";
export { nodeCoseCrypto } from "./crypto/node-cose-crypto.js";
export { nodeCrypto } from "./crypto/node-crypto.js";
export { LockedError, UnlockableError } from "./files/lock.js";
export { SecretFileError } from "./files/rights.js";
export { loopbackAddress } from "./loopback.js";
export { nodePlatform, type NodePlatform, type NodePlatformOptions } from "./platform.js";
export { NodeRandom } from "./random.js";
export {
  resolveAddresses,
  resolveHost,
  ResolveError,
  resolveUri,
  type Lookup,
  type ResolvedUri,
  type ResolveOptions,
} from "./resolve.js";
export { nodeTimers } from "./timers.js";
export { NodeUDP } from "./udp.js";
export { NodeKeyValue } from "./storage/key-value.js";
export { FlashDirectory, type PartitionLayout } from "./storage/flash-directory.js";
export { FileFlash, type FileFlashOptions } from "./storage/file-flash.js";
export { DuplexStream } from "./streams/duplex-stream.js";
export { listenTCP, listenTLS } from "./streams/listen.js";
export type { ListenOptions } from "./streams/open-port.js";
export { SocketError } from "./streams/socket-error.js";
export { NodeTCP } from "./streams/tcp.js";
export { nodeTLS, type Credentials, type TLSClientOptions, type TLSServerSecrets } from "./streams/tls.js";
export { listenWebSocket, type WebSocketServerOptions } from "./streams/websocket-server.js";
export { websocketTransport, type WebSocketClientOptions } from "./streams/websocket.js";

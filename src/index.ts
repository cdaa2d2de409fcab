/** The library's public interface on npm. Firmware imports the modules that it uses instead. */

export type * from "./ports/udp.js";
export type * from "./ports/byte-stream.js";
export type * from "./ports/tcp.js";
export type * from "./ports/timers.js";
export type * from "./ports/clock.js";
export type * from "./ports/random.js";
export type * from "./ports/key-value.js";
export type * from "./ports/console.js";
export type * from "./ports/crypto.js";
export type * from "./ports/memory.js";
export type * from "./ports/flash.js";
export type * from "./ports/update.js";
export type * from "./ports/platform.js";
export type { DeviceContext, Feature, FeatureEndpointOptions } from "./feature.js";
export { Device } from "./device.js";
export { ENDPOINT_CONFIGURATION, image, startImage, type Image, type ImageDefinition } from "./image.js";
export {
  ConfigurationError,
  defaultConfiguration,
  parseConfiguration,
  type ConfigurationOf,
  type ConfigurationTable,
  type Setting,
} from "./configuration.js";
export { diagnostics } from "./applications/diagnostics/feature.js";
export { time, type TimeFeature, type TimeOptions } from "./applications/time/feature.js";
export {
  SynchronizedClock,
  type ClockReading,
  type SynchronizedClockOptions,
} from "./applications/time/clock.js";
export { mountTimeResource } from "./applications/time/server.js";
export { WallClock } from "./applications/time/source.js";
export {
  resourceDirectory,
  type ResourceDirectoryFeature,
  type ResourceDirectoryOptions,
} from "./applications/rd/feature.js";
export { discoverDirectory, type DirectoryUris } from "./applications/rd/discovery.js";
export * from "./applications/rd/lookup.js";
export * from "./applications/rd/registration.js";
export { RegistrationParameterError, type RegistrationParameters } from "./applications/rd/parameters.js";
export { deterministic } from "./cbor/deterministic.js";
export { formatDiagnostic } from "./cbor/diagnostic.js";
export { DiagnosticSyntaxError, parseDiagnostic } from "./cbor/diagnostic-parser.js";
export { CborError } from "./cbor/error.js";
export * as coseAlgorithm from "./cose/algorithms.js";
export { PortCoseCrypto, type CoseCrypto } from "./cose/cose-crypto.js";
export { CoseError } from "./cose/errors.js";
export * as coseHeaderLabel from "./cose/header-label.js";
export * as coseKey from "./cose/key.js";
export * as coseKeyMaterial from "./cose/key-material.js";
export * as cwt from "./cose/claims.js";
export * from "./cose/messages/countersignature.js";
export * from "./cose/messages/encrypt.js";
export * from "./cose/messages/encrypt0.js";
export type { Header as CoseHeader } from "./cose/messages/header.js";
export * from "./cose/messages/mac.js";
export * from "./cose/messages/mac0.js";
export type { CheckOptions, MakeOptions } from "./cose/messages/message.js";
export { directRecipient, type Recipient } from "./cose/messages/recipient.js";
export * from "./cose/messages/sign.js";
export * from "./cose/messages/sign1.js";
export type { CoseSignature, Signer } from "./cose/messages/signature.js";
export * from "./crypto/errors.js";
export { hkdf, hkdfExpand, hkdfExtract } from "./crypto/hkdf.js";
export {
  KnownCredentials,
  ccsCredential,
  certificateCredential,
  cwtCredential,
  rawKeyCredential,
  type Credential,
  type CredentialSource,
  type OwnCredential,
} from "./security/edhoc/credential.js";
export { CombinedRequests } from "./security/edhoc/combined/combined-requests.js";
export {
  EDHOC_FLOWS,
  type EdhocFlow,
  EdhocClient,
  type EdhocClientOptions,
  type EdhocServerAddress,
} from "./security/edhoc/combined/edhoc-client.js";
export { establishEdhoc, type EstablishOptions } from "./security/edhoc/coap/establish.js";
export {
  establishEdhocAsResponder,
  type EstablishAsResponderOptions,
} from "./security/edhoc/coap/establish-as-responder.js";
export { DEFAULT_EDHOC_LIMITS, type EdhocLimits } from "./security/edhoc/coap/limits.js";
export { EdhocResponseError, edhocErrorIn } from "./security/edhoc/coap/conversation.js";
export { ReverseFlow } from "./security/edhoc/coap/reverse-flow.js";
export { WELL_KNOWN_EDHOC, EdhocServer, type EdhocServerOptions } from "./security/edhoc/coap/server.js";
export {
  padding as edhocPadding,
  type EadApplication,
  type EadItem,
  type EadMessage,
} from "./security/edhoc/codec/ead.js";
export { IdCredential, type CertificateHash } from "./security/edhoc/codec/id-credential.js";
export * from "./security/edhoc/errors.js";
export { Initiator, type InitiatorOptions } from "./security/edhoc/initiator.js";
export { Responder, type Completed, type ResponderOptions } from "./security/edhoc/responder.js";
export type { EdhocOptions } from "./security/edhoc/role.js";
export { EdhocSession, type OscoreParameters } from "./security/edhoc/session.js";
export { generateKeyPair, type KeyPair } from "./crypto/key-pair.js";
export { oscore, type OscoreOptions } from "./security/oscore/layer/oscore.js";
export { keys } from "./applications/provisioning/feature.js";
export { openStoredContexts } from "./applications/provisioning/stored-contexts.js";
export { SecurityContexts } from "./security/oscore/contexts/security-contexts.js";
export {
  DEFAULT_SESSION_LIMITS,
  SessionContexts,
  type SessionLimits,
} from "./security/oscore/contexts/session-contexts.js";
export { StoredState, VolatileState, type ContextState } from "./security/oscore/contexts/context-state.js";
export type { ContextParameters } from "./security/oscore/context/parameters.js";
export * from "./security/oscore/errors.js";
export type { AtomicKeyValue, Change } from "./storage/commit.js";
export { Counter } from "./storage/counter.js";
export { MonotonicValue } from "./storage/monotonic-value.js";
export { describeFault, type FlashFault } from "./storage/flash/fault.js";
export { FlashKeyValue, type FlashKeyValueOptions } from "./storage/flash/key-value.js";
export * from "./storage/limits.js";
export { migrate, type Migration } from "./storage/schema.js";
export { Table } from "./storage/table.js";
export { BootState, FirmwareSlotError, type BootStateOptions } from "./applications/update/boot-state.js";
export { FirmwareSlots } from "./applications/update/firmware-slots.js";
export {
  FirmwareImageError,
  openSlot,
  type Digest,
  type SlotUpdater,
  type SlotUpdaterOptions,
} from "./applications/update/slot-updater.js";

export { Endpoint, type EndpointOptions } from "./coap/endpoint.js";
export { Counters } from "./coap/counters.js";
export { DEFAULT_LIMITS, type Limits } from "./coap/limits.js";
export * from "./coap/errors.js";
export {
  decodeProblemDetails,
  encodeProblemDetails,
  type LanguageTaggedText,
  type ProblemDetails,
} from "./coap/problem-details.js";
export {
  NO_CLIENT_ERROR,
  NO_RESPONSE_AT_ALL,
  NO_SERVER_ERROR,
  NO_SUCCESS,
} from "./coap/requesting/no-response.js";
export type { DropEvent, TraceEvent } from "./coap/messaging/endpoint-context.js";
export { DEFAULT_PARAMETERS, type TransmissionParameters } from "./coap/messaging/parameters.js";
export { DefaultCongestionControl, type CongestionControl } from "./coap/messaging/congestion-control.js";
export {
  DEFAULT_AMPLIFICATION_FACTOR,
  DefaultAmplificationPolicy,
  type AmplificationPolicy,
} from "./coap/messaging/amplification.js";
export type { Transport, TransportFactory, TransportReceiver } from "./coap/transport/transport.js";
export type {
  Channel,
  ChannelReceiver,
  ChannelTransport,
  ChannelTransportFactory,
} from "./coap/transport/channel.js";
export { tcpTransport, type TcpListenOptions } from "./coap/transport/tcp.js";
export { overConnections, type ConnectionsOptions } from "./coap/reliable/over-connections.js";
export { DEFAULT_CONNECTION_LIMITS, type ConnectionLimits } from "./coap/reliable/connection-limits.js";
export {
  SlipmuxCounters,
  SlipmuxLine,
  type SlipmuxLineOptions,
  type StreamOpener,
} from "./coap/transport/slipmux/line.js";
export { resolveLineUri, slipmuxTransport } from "./coap/transport/slipmux/transport.js";

export { qBlock } from "./coap/bodies/qblock/q-block.js";
export type { QBlockParameters } from "./coap/bodies/qblock/parameters.js";

export {
  StatelessRequests,
  type StatelessOptions,
  type StatelessRequest,
} from "./coap/stateless/stateless-requests.js";
export type { StateProtector } from "./coap/stateless/state-tokens.js";

export { Client, type StreamedResponse } from "./coap/client/client.js";
export { Cancellation } from "./coap/client/cancellation.js";
export { CachingClient, DEFAULT_CACHE_LIMITS, type CacheLimits } from "./coap/cache/caching-client.js";
export type { GroupRequestOptions, GroupResponses } from "./coap/client/group-responses.js";
export type { Observation } from "./coap/client/observation.js";
export type { AbortSignalLike, RequestOptions } from "./coap/request-options.js";
export type { ClientResponse } from "./coap/client-response.js";

export { Site } from "./coap/server/site.js";
export { DEFAULT_FRESHNESS_MS, Freshness } from "./coap/server/freshness.js";
export type { Handler, Resource, ResourceDefinition } from "./coap/server/resource.js";
export type { Remote, Request, RequestBlock } from "./coap/server/request.js";
export { RequestError, type RefusalDetails } from "./coap/server/request-error.js";
export * from "./coap/server/response.js";

export * from "./coap/codec/code.js";
export * from "./coap/codec/content-format.js";
export * as optionNumber from "./coap/codec/option-number.js";
export { Options, type OptionEntry, type ReadableOptions } from "./coap/codec/options.js";
export { formatOption, optionDefinition, type OptionDefinition } from "./coap/codec/option-table.js";
export * from "./coap/codec/uri.js";
export * from "./coap/codec/link-format.js";
export { Message, encodeMessage } from "./coap/codec/message.js";
export { MessageFormatError } from "./coap/codec/message-format-error.js";

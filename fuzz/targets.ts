/** All targets: one for each parser of what comes from outside. */

import type { Target } from "./target.js";
import { utf8 } from "./targets/bytes/utf8.js";
import { cbor } from "./targets/cbor/cbor.js";
import { deterministic } from "./targets/cbor/deterministic.js";
import { diagnosticParser } from "./targets/cbor/diagnostic-parser.js";
import { diagnostic } from "./targets/cbor/diagnostic.js";
import { address } from "./targets/coap/address.js";
import { linkFormat } from "./targets/coap/link-format.js";
import { message } from "./targets/coap/message.js";
import { missingBlocks } from "./targets/coap/missing-blocks.js";
import { options } from "./targets/coap/options.js";
import { percentEncoding } from "./targets/coap/percent-encoding.js";
import { problemDetails } from "./targets/coap/problem-details.js";
import { requestUri } from "./targets/coap/request-uri.js";
import { frames } from "./targets/coap/transport/frames.js";
import { slipmux } from "./targets/coap/transport/slipmux.js";
import { websocketMessage } from "./targets/coap/transport/websocket-message.js";
import { uri } from "./targets/coap/uri.js";
import { edhocErrorMessage } from "./targets/edhoc/error-message.js";
import { edhocMessage1 } from "./targets/edhoc/message1.js";
import { edhocMessage3 } from "./targets/edhoc/message3.js";
import { edhocSession } from "./targets/edhoc/session.js";
import { oscoreOption } from "./targets/oscore/option.js";
import { oscorePlaintext } from "./targets/oscore/plaintext.js";
import { oscoreRequest } from "./targets/oscore/request.js";
import { oscoreResponse } from "./targets/oscore/response.js";
import { claims } from "./targets/cose/claims.js";
import { coseMessage } from "./targets/cose/message.js";
import { lookup } from "./targets/rd/lookup.js";
import { reference } from "./targets/rd/reference.js";
import { registration } from "./targets/rd/registration.js";
import { peerKeys } from "./targets/crypto/peer-keys.js";
import { gatewayFrame } from "./targets/hosts/gateway-frame.js";
import { deviceDirectory } from "./targets/device/directory.js";
import { deviceRegistrant } from "./targets/device/registrant.js";
import { deviceRequests } from "./targets/device/requests.js";
import { deviceTime } from "./targets/device/time.js";
import { flashDamage } from "./targets/storage/flash-damage.js";
import { flashImage } from "./targets/storage/flash-image.js";
import { storedValues } from "./targets/storage/stored-values.js";
import { dateTime } from "./targets/time/date-time.js";
import { timeAsCbor } from "./targets/time/cbor.js";
import { timeAsText } from "./targets/time/text.js";
import { certificateTarget } from "./targets/x509/certificate.js";

export const TARGETS: readonly Target[] = [
  utf8,
  cbor,
  deterministic,
  diagnostic,
  diagnosticParser,
  coseMessage,
  claims,
  message,
  options,
  frames,
  websocketMessage,
  slipmux,
  missingBlocks,
  uri,
  requestUri,
  percentEncoding,
  address,
  linkFormat,
  problemDetails,
  dateTime,
  timeAsText,
  timeAsCbor,
  reference,
  registration,
  lookup,
  edhocMessage1,
  edhocErrorMessage,
  edhocSession,
  edhocMessage3,
  oscoreOption,
  oscoreRequest,
  oscoreResponse,
  oscorePlaintext,
  certificateTarget,
  flashImage,
  flashDamage,
  storedValues,
  peerKeys,
  gatewayFrame,
  deviceTime,
  deviceDirectory,
  deviceRegistrant,
  deviceRequests,
];

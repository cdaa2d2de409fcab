/**
 * CoAP codes: RFC 7252 §3 and §12.1, with those of RFC 7959, RFC 8132, RFC 8323, RFC 8516 and RFC 8768.
 *
 *   0 1 2 3 4 5 6 7
 *  |class|  detail |     written c.dd
 */

/** Empty message. */
export const EMPTY = 0x00;

export const GET = 0x01;
export const POST = 0x02;
export const PUT = 0x03;
export const DELETE = 0x04;
/** RFC 8132 §2. */
export const FETCH = 0x05;
/** RFC 8132 §3. */
export const PATCH = 0x06;
/** RFC 8132 §3. */
export const IPATCH = 0x07;

/** 2.01 */
export const CREATED = 0x41;
/** 2.02 */
export const DELETED = 0x42;
/** 2.03 */
export const VALID = 0x43;
/** 2.04 */
export const CHANGED = 0x44;
/** 2.05 */
export const CONTENT = 0x45;
/** 2.31 */
export const CONTINUE = 0x5f;

/** 4.00 */
export const BAD_REQUEST = 0x80;
/** 4.01 */
export const UNAUTHORIZED = 0x81;
/** 4.02 */
export const BAD_OPTION = 0x82;
/** 4.03 */
export const FORBIDDEN = 0x83;
/** 4.04 */
export const NOT_FOUND = 0x84;
/** 4.05 */
export const METHOD_NOT_ALLOWED = 0x85;
/** 4.06 */
export const NOT_ACCEPTABLE = 0x86;
/** 4.08 */
export const REQUEST_ENTITY_INCOMPLETE = 0x88;
/** 4.09 */
export const CONFLICT = 0x89;
/** 4.12 */
export const PRECONDITION_FAILED = 0x8c;
/** 4.13 */
export const REQUEST_ENTITY_TOO_LARGE = 0x8d;
/** 4.15 */
export const UNSUPPORTED_CONTENT_FORMAT = 0x8f;
/** 4.22 */
export const UNPROCESSABLE_ENTITY = 0x96;
/** 4.29 */
export const TOO_MANY_REQUESTS = 0x9d;

/** 5.00 */
export const INTERNAL_SERVER_ERROR = 0xa0;
/** 5.01 */
export const NOT_IMPLEMENTED = 0xa1;
/** 5.02 */
export const BAD_GATEWAY = 0xa2;
/** 5.03 */
export const SERVICE_UNAVAILABLE = 0xa3;
/** 5.04 */
export const GATEWAY_TIMEOUT = 0xa4;
/** 5.05 */
export const PROXYING_NOT_SUPPORTED = 0xa5;
/** 5.08 */
export const HOP_LIMIT_REACHED = 0xa8;

/** 7.01, Capabilities and Settings Message (RFC 8323 §5.3) */
export const CSM = 0xe1;
/** 7.02 (RFC 8323 §5.4) */
export const PING = 0xe2;
/** 7.03 (RFC 8323 §5.4) */
export const PONG = 0xe3;
/** 7.04 (RFC 8323 §5.5) */
export const RELEASE = 0xe4;
/** 7.05 (RFC 8323 §5.6) */
export const ABORT = 0xe5;

/** The class of `code` (0 to 255): 0 request or empty, 2 success, 4 client error, 5 server error, 7 signalling. */
export function codeClass(code: number): number {
  return (code >> 5) & 7;
}

/** Whether a response may have it: 2.00 to 5.31, whether assigned or not (RFC 7252 §12.1.2). */
export function isResponseCode(code: number): boolean {
  return (code & 0xff) === code && code >= 0x40 && code < 0xc0;
}

/** Whether a response says that all is done: class 2, but not 2.31, which the final one follows (RFC 7959 §2.9.1). */
export function isFinalSuccess(code: number): boolean {
  return codeClass(code) === 2 && code !== CONTINUE;
}

/** `code` (0 to 255) as `c.dd`, such as "2.05". RFC 7252 §3. */
export function formatCode(code: number): string {
  const detail = code & 0x1f;
  return `${codeClass(code)}.${detail < 10 ? "0" : ""}${detail}`;
}

/** The registered name of `code`, such as "Content"; undefined where there is none. RFC 7252 §12.1, RFC 8323 §11.1. */
export function codeName(code: number): string | undefined {
  switch (code) {
    case EMPTY:
      return "Empty";
    case GET:
      return "GET";
    case POST:
      return "POST";
    case PUT:
      return "PUT";
    case DELETE:
      return "DELETE";
    case FETCH:
      return "FETCH";
    case PATCH:
      return "PATCH";
    case IPATCH:
      return "iPATCH";
    case CREATED:
      return "Created";
    case DELETED:
      return "Deleted";
    case VALID:
      return "Valid";
    case CHANGED:
      return "Changed";
    case CONTENT:
      return "Content";
    case CONTINUE:
      return "Continue";
    case BAD_REQUEST:
      return "Bad Request";
    case UNAUTHORIZED:
      return "Unauthorized";
    case BAD_OPTION:
      return "Bad Option";
    case FORBIDDEN:
      return "Forbidden";
    case NOT_FOUND:
      return "Not Found";
    case METHOD_NOT_ALLOWED:
      return "Method Not Allowed";
    case NOT_ACCEPTABLE:
      return "Not Acceptable";
    case REQUEST_ENTITY_INCOMPLETE:
      return "Request Entity Incomplete";
    case CONFLICT:
      return "Conflict";
    case PRECONDITION_FAILED:
      return "Precondition Failed";
    case REQUEST_ENTITY_TOO_LARGE:
      return "Request Entity Too Large";
    case UNSUPPORTED_CONTENT_FORMAT:
      return "Unsupported Content-Format";
    case UNPROCESSABLE_ENTITY:
      return "Unprocessable Entity";
    case TOO_MANY_REQUESTS:
      return "Too Many Requests";
    case INTERNAL_SERVER_ERROR:
      return "Internal Server Error";
    case NOT_IMPLEMENTED:
      return "Not Implemented";
    case BAD_GATEWAY:
      return "Bad Gateway";
    case SERVICE_UNAVAILABLE:
      return "Service Unavailable";
    case GATEWAY_TIMEOUT:
      return "Gateway Timeout";
    case PROXYING_NOT_SUPPORTED:
      return "Proxying Not Supported";
    case HOP_LIMIT_REACHED:
      return "Hop Limit Reached";
    case CSM:
      return "CSM";
    case PING:
      return "Ping";
    case PONG:
      return "Pong";
    case RELEASE:
      return "Release";
    case ABORT:
      return "Abort";
    default:
      return undefined;
  }
}

/** Whether a method leaves the resource as it is (RFC 7252 §5.1, RFC 8132 §2). */
export function isSafeMethod(method: number): boolean {
  return method === GET || method === FETCH;
}

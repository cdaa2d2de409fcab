/** Labels of header parameters, from the IANA registry "COSE Header Parameters". */

/** RFC 9052 §3.1. */
export const ALG = 1;
export const CRIT = 2;
export const CONTENT_TYPE = 3;
export const KID = 4;
export const IV = 5;
export const PARTIAL_IV = 6;
/** Which security context the kid belongs to (RFC 8613 §5.1). */
export const KID_CONTEXT = 10;
/** RFC 9338 §3.1, §3.2. */
export const COUNTERSIGNATURE = 11;
export const COUNTERSIGNATURE0 = 12;
/** A CWT, or a set of claims, with a key in it (RFC 9528 §10.2). */
export const KCWT = 13;
export const KCCS = 14;
/** RFC 9597 §2. */
export const CWT_CLAIMS = 15;
/** X.509 certificates (RFC 9360 §2). */
export const X5BAG = 32;
export const X5CHAIN = 33;
export const X5T = 34;
export const X5U = 35;

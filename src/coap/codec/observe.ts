/** Values of the Observe option in a request. RFC 7641 §2. */

export const OBSERVE_REGISTER = 0;
export const OBSERVE_DEREGISTER = 1;

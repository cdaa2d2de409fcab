/** What a peer has said about itself in its Capabilities and Settings Messages. RFC 8323 §5.3, RFC 8974 §2.2. */

export interface Capabilities {
  /** Max-Message-Size: the largest message that it takes, in bytes (RFC 8323 §5.3.1). */
  readonly maxMessageBytes: number;
  /** Block-Wise-Transfer: it takes Block1 and Block2, and BERT where it takes more than 1152 bytes (§5.3.2, §6). */
  readonly blockwise: boolean;
  /** Extended-Token-Length: the longest token that it takes, in bytes (RFC 8974 §2.2.1). */
  readonly maxTokenBytes: number;
}

/** What holds until a Capabilities and Settings Message says more (RFC 8323 §5.3.1, §5.3.2, RFC 8974 §2.2.1). */
export const BASE_CAPABILITIES: Capabilities = Object.freeze({
  maxMessageBytes: 1152,
  blockwise: false,
  maxTokenBytes: 8,
});

/** How much a directory may hold. */

export interface DirectoryLimits {
  /** Registrations, expired ones included; those make room first, then unseen ones; otherwise one more is answered 5.03. */
  readonly registrations: number;
  /** Bytes of a registration's links; more is answered 4.13. */
  readonly documentBytes: number;
  /** Bytes of the links of all registrations; room is made likewise, otherwise more is answered 5.03. */
  readonly totalBytes: number;
  /** Links of one registration; more are answered 4.00. */
  readonly links: number;
  /** Attributes of one link; more are answered 4.00. */
  readonly linkAttributes: number;
  /** Further attributes of an endpoint; more are answered 4.00. */
  readonly attributes: number;
  /** How long an expired registration can still be updated, in seconds (RFC 9176 §5.3). */
  readonly keptExpiredS: number;
  /**
   * A registration that was not updated for so many seconds gives its place away where the directory is full, however long
   * its lifetime: 2^32 - 1 seconds, which RFC 9176 §5 allows, would hold the place for good.
   */
  readonly unseenS: number;
  /** Seconds for which the links of a simple registrant are not fetched again at most, whatever their Max-Age. */
  readonly maxFreshS: number;
  /** Senders of simple registrations that are asked at once who they are; the oldest is asked anew after one more. */
  readonly challenges: number;
  /** How long the links of a simple registrant are waited for, in milliseconds. */
  readonly fetchTimeoutMs: number;
}

export const DEFAULT_DIRECTORY_LIMITS: DirectoryLimits = {
  registrations: 1024,
  documentBytes: 16 * 1024,
  totalBytes: 4 * 1024 * 1024,
  links: 256,
  linkAttributes: 32,
  attributes: 8,
  keptExpiredS: 90_000,
  unseenS: 90_000,
  maxFreshS: 86_400,
  challenges: 256,
  fetchTimeoutMs: 60_000,
};

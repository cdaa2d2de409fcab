/** Authentication methods: RFC 9528 §3.2. */

/** The Initiator's and the Responder's keys are: signature, signature; signature, static DH; …; static DH twice. */
export const METHODS: readonly number[] = [0, 1, 2, 3];

/** The method of who signs, and who agrees with a static Diffie-Hellman key. */
export function methodOf(doesInitiatorSign: boolean, doesResponderSign: boolean): number {
  return (doesInitiatorSign ? 0 : 2) + (doesResponderSign ? 0 : 1);
}

/** Whether the Initiator signs, where it does not agree with a static Diffie-Hellman key. */
export function initiatorSigns(method: number): boolean {
  return method === 0 || method === 1;
}

/** Whether the Responder signs. */
export function responderSigns(method: number): boolean {
  return method === 0 || method === 2;
}

/** Reads the parameters of a registration: RFC 9176 §5, §9.3. */

import { checkBase, checkLifetime, checkName, RegistrationParameterError } from "../parameters.js";
import type { Attribute } from "./registration.js";

export interface GivenParameters {
  readonly ep: string | undefined;
  readonly d: string | undefined;
  readonly lt: number | undefined;
  readonly base: string | undefined;
  readonly attributes: readonly Attribute[];
}

/** They mean something in look-ups, so that no endpoint can have an attribute of that name (RFC 9176 §9.3). */
const RESERVED: readonly string[] = ["page", "count", "rt", "href", "anchor"];

function parseLifetime(text: string): number {
  const lifetimeS = /^\d{1,10}$/u.test(text) ? Number(text) : NaN;
  checkLifetime(lifetimeS);
  return lifetimeS;
}

/**
 * @param query arguments of the request's query @param maxAttributes besides ep, d, lt and base
 * @throws {RegistrationParameterError}
 */
export function parseParameters(query: readonly string[], maxAttributes: number): GivenParameters {
  const known = new Map<string, string>();
  const attributes: Attribute[] = [];
  for (const argument of query) {
    const equals = argument.indexOf("=");
    const name = equals < 0 ? argument : argument.slice(0, equals);
    const value = equals < 0 ? true : argument.slice(equals + 1);
    if (name === "ep" || name === "d" || name === "lt" || name === "base") {
      if (known.has(name)) throw new RegistrationParameterError(`expected parameter ${name} only once`);
      known.set(name, value === true ? "" : value);
    } else if (RESERVED.includes(name))
      throw new RegistrationParameterError(`expected no parameter ${name} in a registration`);
    else if (attributes.length === maxAttributes)
      throw new RegistrationParameterError(`limit attributes (${maxAttributes}) of the directory reached`);
    else attributes.push([name, value]);
  }
  const [ep, d, lt, base] = [known.get("ep"), known.get("d"), known.get("lt"), known.get("base")];
  if (ep !== undefined) checkName("ep", ep);
  if (d !== undefined) checkName("d", d);
  if (base !== undefined) checkBase(base);
  return { ep, d, lt: lt === undefined ? undefined : parseLifetime(lt), base, attributes };
}

/** Attributes with those of an update, which take the place of all of the same name. RFC 9176 §5.3.1. */
export function overrideAttributes(
  attributes: readonly Attribute[],
  changes: readonly Attribute[],
): readonly Attribute[] {
  const kept = attributes.filter(([name]) => !changes.some(([other]) => other === name));
  return [...kept, ...changes];
}

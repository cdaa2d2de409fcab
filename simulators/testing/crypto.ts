import type { Crypto } from "../../src/ports/crypto.js";

/** What the host of the tests puts there, before they load. */
interface HostCrypto {
  coapsuleCrypto: Crypto;
}

/** The crypto port of the host that the tests run on. @throws {Error} where it has none */
export function hostCrypto(): Crypto {
  // eslint-disable-next-line no-restricted-globals -- how tests learn what their host offers
  const { coapsuleCrypto } = globalThis as unknown as Partial<HostCrypto>;
  if (coapsuleCrypto === undefined)
    throw new Error("this host has no cryptography: on XS, run make -C hosts/xs linux32-crypto");
  return coapsuleCrypto;
}

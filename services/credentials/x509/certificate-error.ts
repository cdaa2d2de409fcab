/** Why a certificate is not read, or is not trusted. */
export class CertificateError extends Error {
  override name = "CertificateError";
}

/** Keys and credentials in files, and X.509 certificates: `coapsule/credentials`. */

export { readOwnCredential, readPeerCredential, type OwnFileCredential } from "./credential-file.js";
export type { CredentialRecord } from "./credential-record.js";
export { giveKeys } from "./device-keys.js";
export { FileContexts } from "./file-contexts.js";
export { FileCredentials } from "./file-credentials.js";
export { CertificateError } from "./x509/certificate-error.js";
export {
  X509Credentials,
  certificateToCredential,
  type CertificateInput,
  type X509CredentialsOptions,
} from "./x509/credentials.js";

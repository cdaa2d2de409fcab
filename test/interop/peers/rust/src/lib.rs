//! What server and client share.

use coap::edhoc::{EdhocIdentity, OscoreSecrets};
use lakers::Credential;

/// Bytes of hexadecimal digits.
pub fn bytes(digits: &str) -> Vec<u8> {
    (0..digits.len() / 2)
        .map(|i| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).expect("hexadecimal digits"))
        .collect()
}

/// Hexadecimal digits of bytes.
pub fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A claims set that both sides know by its key identifier.
pub fn credential(digits: &str) -> Credential {
    Credential::parse_ccs(&bytes(digits)).expect("a claims set")
}

/// A claims set and its private key.
pub fn identity(private_key: &str, claims: &str) -> EdhocIdentity {
    EdhocIdentity {
        private_key: bytes(private_key).try_into().expect("a private key of 32 bytes"),
        credential: credential(claims),
    }
}

/// What both ends of a session should have, as a line.
pub fn line(secrets: &OscoreSecrets) -> String {
    format!(
        "session: {} {} {} {}",
        digits(&secrets.master_secret),
        digits(&secrets.master_salt),
        digits(&secrets.sender_id),
        digits(&secrets.recipient_id)
    )
}

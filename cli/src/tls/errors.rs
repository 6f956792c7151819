//! Errors of TLS in words.

use std::io;

use tokio_rustls::rustls::{CertificateError, Error, OtherError};

/// The type of a record of TLS that says what is wrong (RFC 8446 §5.1).
pub(crate) const ALERT: u8 = 0x15;

/// Why TLS failed, and what the user can do about it; `None` if it is not for TLS.
pub(crate) fn explained(error: &io::Error) -> Option<String> {
    let error = error.get_ref()?.downcast_ref::<Error>()?;
    Some(match error {
        Error::InvalidMessage(_) => {
            "the server does not speak TLS: if it should not, use ws://".into()
        }
        Error::InvalidCertificate(error) => {
            let why = certificate(error);
            format!("{why}: --ca FILE trusts the certificates in a file, and --insecure trusts any")
        }
        error => format!("TLS fails: {error}"),
    })
}

/// What is wrong with a certificate. Most of these have no words of their own.
fn certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer => {
            "the server's certificate is signed by nobody who is trusted".into()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the server's certificate has expired".into()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the server's certificate is not valid yet".into()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "the server's certificate is for another name".into()
        }
        CertificateError::Revoked => "the server's certificate is revoked".into(),
        CertificateError::BadSignature => {
            "the signature of the server's certificate is wrong".into()
        }
        CertificateError::BadEncoding => "the server's certificate cannot be read".into(),
        CertificateError::Other(why) if is_authority(why) => {
            "the server's certificate is one of an authority, as self-signed ones often are".into()
        }
        _ => "the server's certificate is not acceptable".into(),
    }
}

/// Whether a server's certificate was refused because it says that it may sign others. There is no
/// type for it.
pub(super) fn is_authority(why: &OtherError) -> bool {
    why.to_string().contains("CaUsedAsEndEntity")
}

//! Certificates and keys in files.

use std::path::Path;

use tokio_rustls::rustls::{
    ClientConfig, ConfigBuilder, Error, InconsistentKeys,
    client::WantsClientCert,
    crypto::ring,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject as _},
    },
    sign::CertifiedKey,
};
use wsdraft::tokio::tls::TlsBuilder;

use crate::{failure::Failure, input};

/// Who a client or a server is.
pub(super) struct Identity {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
}

impl Identity {
    /// Reads it from two files in PEM.
    pub(super) fn read(chain: &Path, key: &Path) -> Result<Self, Failure> {
        let this = Self {
            chain: read_certificates(chain)?,
            key: read_key(key)?,
        };
        let (certificates, private) = (this.chain.clone(), this.key.clone_key());
        let pair = CertifiedKey::from_der(certificates, private, &ring::default_provider());
        let why = match pair {
            Ok(_) => return Ok(this),
            Err(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
                format!(
                    "the key is not that of the certificate in {}",
                    chain.display()
                )
            }
            Err(error) => error.to_string(),
        };
        Err(Failure::input(format!("{}: {why}", key.display())))
    }

    /// Makes it known to servers that ask for it.
    pub(super) fn known_by(&self, builder: TlsBuilder) -> TlsBuilder {
        builder.client_certificate(self.chain.clone(), self.key.clone_key())
    }

    /// A configuration of the client that is this, or of one that nobody knows.
    pub(super) fn complete(
        this: Option<&Self>,
        builder: ConfigBuilder<ClientConfig, WantsClientCert>,
    ) -> Result<ClientConfig, Error> {
        match this {
            Some(this) => builder.with_client_auth_cert(this.chain.clone(), this.key.clone_key()),
            None => Ok(builder.with_no_client_auth()),
        }
    }
}

/// The certificates in a file in PEM; at least one.
pub(super) fn read_certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let pem = input::read_file(file)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match certificates {
        Ok(certificates) if certificates.is_empty() => Err(Failure::input(format!(
            "{}: the file contains no certificate",
            file.display()
        ))),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(Failure::input(format!("{}: {error}", file.display()))),
    }
}

/// The private key in a file in PEM.
fn read_key(key: &Path) -> Result<PrivateKeyDer<'static>, Failure> {
    let pem = input::read_file(key)?;
    PrivateKeyDer::from_pem_slice(&pem).map_err(|error| {
        let why = match error {
            pem::Error::NoItemsFound if is_encrypted(&pem) => {
                "the private key is encrypted: openssl pkey decrypts it".into()
            }
            pem::Error::NoItemsFound => "the file contains no private key".into(),
            error => error.to_string(),
        };
        Failure::input(format!("{}: {why}", key.display()))
    })
}

/// Whether the first line of a key says that it is encrypted.
fn is_encrypted(pem: &[u8]) -> bool {
    let label = b"-----BEGIN ENCRYPTED PRIVATE KEY-----";
    pem.windows(label.len()).any(|window| window == label)
}

//! Certificates and keys in files.

use std::path::Path;

use tokio_rustls::rustls::{
    ClientConfig, ConfigBuilder, Error,
    client::WantsClientCert,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use wsdraft::tokio::tls::TlsBuilder;

use crate::{failure::Failure, input};

/// Who a client is.
pub(super) struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// Reads it from two files in PEM.
    pub(super) fn read(chain: &Path, key: &Path) -> Result<Self, Failure> {
        Ok(Self {
            chain: read_certificates(chain)?,
            key: read_key(key)?,
        })
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
pub(super) fn read_key(key: &Path) -> Result<PrivateKeyDer<'static>, Failure> {
    let pem = input::read_file(key)?;
    PrivateKeyDer::from_pem_slice(&pem)
        .map_err(|error| Failure::input(format!("{}: {error}", key.display())))
}

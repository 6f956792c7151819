//! TLS for the commands that open or serve connections.

use std::{fs, path::Path, sync::Arc};

use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        Error, ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
};

use crate::failure::Failure;

/// A server's side of TLS, with a certificate chain and its key in PEM.
pub(crate) fn acceptor(certificates: &Path, key: &Path) -> Result<TlsAcceptor, Failure> {
    let chain = read_certificates(certificates)?;
    let pem = fs::read(key).map_err(Failure::io(key.display().to_string()))?;
    let private = PrivateKeyDer::from_pem_slice(&pem)
        .map_err(|error| Failure::input(format!("{}: {error}", key.display())))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(chain, private)
        })
        .map_err(failed)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn read_certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let pem = fs::read(file).map_err(Failure::io(file.display().to_string()))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match certificates {
        Ok(certificates) if certificates.is_empty() => Err(Failure::input(format!(
            "{}: no certificate in it",
            file.display()
        ))),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(Failure::input(format!("{}: {error}", file.display()))),
    }
}

fn failed(error: Error) -> Failure {
    Failure::input(format!("TLS: {error}"))
}

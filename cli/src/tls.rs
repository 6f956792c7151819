//! TLS for the commands that open or serve connections.

use std::{fmt::Display, path::Path, sync::Arc};

use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ClientConfig, DigitallySignedStruct, Error, RootCertStore, ServerConfig, SignatureScheme,
        client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject as _},
    },
};

use wsdraft::tokio::tls::Tls;

mod errors;
mod pinned;

pub(crate) use self::errors::{ALERT, explained};
use crate::{failure::Failure, input};

/// What a client trusts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trust<'a> {
    /// No certificate: nothing is to be secured.
    Nothing,
    /// The certificates that the system trusts.
    System,
    /// The certificates in this file.
    File(&'a Path),
    /// Any certificate.
    Anything,
}

/// A server's side of TLS, with a certificate chain and its key in PEM.
pub(crate) fn acceptor(certificates: &Path, key: &Path) -> Result<TlsAcceptor, Failure> {
    let chain = read_certificates(certificates)?;
    let pem = input::read_file(key)?;
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

/// A client's side of TLS.
pub(crate) fn client(trust: Trust<'_>) -> Result<Tls, Failure> {
    match trust {
        Trust::Anything => trusting_anything(),
        Trust::Nothing => Tls::with_roots(RootCertStore::empty()).map_err(failed),
        Trust::System => Tls::new().map_err(failed),
        Trust::File(file) => pinned::trusting(read_certificates(file)?)
            .map_err(|error| Failure::input(format!("{}: {error}", file.display()))),
    }
}

fn trusting_anything() -> Result<Tls, Failure> {
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(TrustAnything(provider)))
        .with_no_client_auth();
    Ok(Tls::with_config(Arc::new(config)))
}

fn read_certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
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

fn failed(error: impl Display) -> Failure {
    Failure::input(format!("TLS: {error}"))
}

/// Trusts any certificate, as the user asked for; that the server has its key is still
/// checked.
#[derive(Debug)]
struct TrustAnything(Arc<CryptoProvider>);

impl ServerCertVerifier for TrustAnything {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

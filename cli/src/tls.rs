//! TLS for the commands that open or serve connections.

use std::{fmt::Display, path::Path, sync::Arc};

use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ClientConfig, DigitallySignedStruct, Error, RootCertStore, ServerConfig, SignatureScheme,
        client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
        pki_types::{CertificateDer, ServerName, UnixTime},
    },
};

use wsdraft::tokio::tls::{Tls, TlsBuilder};

mod errors;
mod identity;
mod pinned;

pub(crate) use self::errors::{ALERT, explained};
use self::identity::{Identity, read_certificates};
use crate::failure::Failure;

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
    let Identity { chain, key } = Identity::read(certificates, key)?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(failed)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// A client's side of TLS.
pub(crate) fn client(trust: Trust<'_>) -> Result<Tls, Failure> {
    client_as(trust, None)
}

/// A client's side of TLS, with files of its own certificate chain and key in PEM, if any.
pub(crate) fn client_as(
    trust: Trust<'_>,
    identity: Option<(&Path, &Path)>,
) -> Result<Tls, Failure> {
    let identity = identity.map(|(chain, key)| Identity::read(chain, key));
    let identity = identity.transpose()?;
    let system = |roots: TlsBuilder| {
        let roots = match &identity {
            Some(own) => own.known_by(roots),
            None => roots,
        };
        roots.build().map_err(failed)
    };
    match trust {
        Trust::Anything => trusting_anything(identity.as_ref()),
        Trust::Nothing => system(Tls::builder().roots(RootCertStore::empty())),
        Trust::System => system(Tls::builder()),
        Trust::File(file) => pinned::trusting(read_certificates(file)?, identity.as_ref())
            .map_err(|error| Failure::input(format!("{}: {error}", file.display()))),
    }
}

fn trusting_anything(identity: Option<&Identity>) -> Result<Tls, Failure> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(TrustAnything(provider)));
    let config = Identity::complete(identity, builder).map_err(failed)?;
    Ok(Tls::with_config(Arc::new(config)))
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

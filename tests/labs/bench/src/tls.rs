//! Both ends of TLS, with the certificate of the tests.

use std::{
    net::TcpStream,
    sync::{Arc, LazyLock},
};

use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ClientConfig, ClientConnection, RootCertStore, ServerConfig, StreamOwned,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _},
    },
};

fn certificate() -> CertificateDer<'static> {
    let pem = include_bytes!("../../../data/tls/certificate.pem");
    CertificateDer::from_pem_slice(pem).expect("PEM")
}

/// Accepts with the configuration that rustls has by default.
pub fn acceptor() -> &'static TlsAcceptor {
    static ACCEPTOR: LazyLock<TlsAcceptor> = LazyLock::new(|| {
        let key = include_bytes!("../../../data/tls/key.pem");
        let key = PrivateKeyDer::from_pem_slice(key).expect("PEM");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate()], key);
        TlsAcceptor::from(Arc::new(config.expect("a certificate")))
    });
    &ACCEPTOR
}

/// A client that blocks.
pub fn client(stream: TcpStream) -> StreamOwned<ClientConnection, TcpStream> {
    static CONFIG: LazyLock<Arc<ClientConfig>> = LazyLock::new(|| {
        let mut roots = RootCertStore::empty();
        roots.add(certificate()).expect("a certificate");
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Arc::new(config)
    });
    let name = ServerName::try_from("localhost").expect("a name");
    let connection = ClientConnection::new(CONFIG.clone(), name).expect("a configuration");
    StreamOwned::new(connection, stream)
}

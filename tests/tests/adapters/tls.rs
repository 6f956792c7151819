//! Clients over TLS, against a server with a certificate of its own making.
//!
//! `data/tls/` was made by `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes
//! -days 36500 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext
//! basicConstraints=critical,CA:FALSE -keyout key.pem -out certificate.pem`.

use std::{io::ErrorKind, sync::Arc};

use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use wsdraft::{
    ConnectionError, Error, Limit, Limits,
    handshake::Address,
    tokio::{
        Acceptor,
        tls::{
            Stream, Tls,
            rustls::{
                RootCertStore, ServerConfig,
                crypto::ring,
                pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
            },
        },
    },
};
use wsdraft_tests::sockets::{connector, newest};

fn certificate() -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(include_bytes!("../../data/tls/certificate.pem")).expect("PEM")
}

fn server() -> TlsAcceptor {
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("../../data/tls/key.pem")).expect("PEM");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate()], key)
        .expect("a certificate");
    TlsAcceptor::from(Arc::new(config))
}

fn trusting() -> Tls {
    let mut roots = RootCertStore::empty();
    roots.add(certificate()).expect("a certificate");
    Tls::with_roots(roots).expect("TLS")
}

/// A port, and the address of something there.
async fn listen(scheme: &str, host: &str) -> (TcpListener, Address) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let address = format!("{scheme}://{host}:{port}/chat");
    (listener, address.parse().expect("a URL"))
}

async fn accept(listener: &TcpListener) -> TcpStream {
    listener.accept().await.expect("a client").0
}

#[tokio::test]
async fn a_client_talks_to_a_server_that_it_trusts() {
    for host in ["localhost", "127.0.0.1"] {
        let (listener, address) = listen("wss", host).await;
        let serve = async {
            let stream = server().accept(accept(&listener).await).await.expect("TLS");
            assert_eq!(
                stream.get_ref().1.alpn_protocol(),
                None,
                "the server offers none"
            );
            let acceptor = Acceptor::new(newest()).secure(true);
            let mut socket = acceptor.accept(stream).await.expect("a request");
            while let Some(message) = socket.recv().await.expect("no violation") {
                socket.send(message).await.expect("sent");
            }
        };
        let talk = async {
            let tls = trusting();
            let mut socket = connector(newest()).open(&address, &tls).await.expect(host);
            assert!(matches!(socket.stream(), Stream::Secure(_)));
            assert!(socket.stream().tcp().nodelay().expect("an option"));
            let long = "x".repeat(200_000);
            for text in ["secret", &long] {
                socket.send(text).await.expect("sent");
                assert_eq!(socket.recv().await.expect("an answer"), Some(text.into()));
            }
            assert!(socket.close(None, "").await.expect("an end").is_clean());
        };
        tokio::join!(serve, talk);
    }
}

#[tokio::test]
async fn a_server_that_is_not_trusted_gets_no_request() {
    let (listener, address) = listen("wss", "localhost").await;
    let serve = async {
        server()
            .accept(accept(&listener).await)
            .await
            .map(drop)
            .expect_err("an alert")
    };
    let connect = async {
        let tls = Tls::with_roots(RootCertStore::empty()).expect("TLS");
        let opened = connector(newest()).open(&address, &tls).await;
        opened.map(drop).expect_err("not trusted")
    };
    let (_, error) = tokio::join!(serve, connect);
    match error {
        Error::Io(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidData);
            assert!(error.to_string().contains("certificate"), "{error}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_scheme_of_the_url_decides() {
    let (listener, address) = listen("ws", "localhost").await;
    let serve = async {
        let mut accepting = Acceptor::new(newest()).start(accept(&listener).await);
        let requested = accepting.request().await.expect("a request");
        accepting.respond(403, &[], "").await.expect("an answer");
        requested
    };
    let tls = trusting();
    let connector = connector(newest());
    let (requested, opened) = tokio::join!(serve, connector.open(&address, &tls));
    assert!(matches!(requested, wsdraft::tokio::Requested::Upgrade(_)));
    assert!(matches!(opened.map(drop), Err(Error::Handshake(_))));
}

/// A server that accepts TCP and then says nothing does not hold its client.
#[tokio::test]
async fn the_handshake_of_tls_has_a_limit() {
    let (listener, address) = listen("wss", "localhost").await;
    let mut limits = Limits::default();
    limits.handshake = std::time::Duration::from_millis(50);
    let tls = trusting();
    let connector = connector(newest()).limits(limits);
    let (_silent, opened) = tokio::join!(accept(&listener), connector.open(&address, &tls));
    assert!(matches!(
        opened.map(drop),
        Err(Error::Connection(ConnectionError::Limit {
            limit: Limit::Handshake,
            value: 50
        }))
    ));
}

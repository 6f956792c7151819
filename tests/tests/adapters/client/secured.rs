//! TLS: whom a client trusts, who it is, and over what.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite, duplex};
use tokio_rustls::TlsAcceptor;
use wsdraft::{
    Client,
    client::Stage,
    drafts::newest,
    handshake::Address,
    tokio::{
        Acceptor, Connector,
        tls::{
            Stream, Tls, TlsError,
            rustls::{
                self, CipherSuite, RootCertStore, ServerConfig,
                crypto::{CryptoProvider, ring},
                pki_types::pem::PemObject as _,
                server::{ResolvesServerCertUsingSni, WebPkiClientVerifier},
                sign::CertifiedKey,
            },
        },
    },
};

use super::{
    CERTIFICATE, KEY, accept, any_client, echo, greet, listen, tls_server, trusting, unreached,
};

/// The name that the server's certificate is for.
const NAME: &str = "localhost";

#[tokio::test]
async fn one_line_opens_a_secured_connection() {
    for scheme in ["wss", "https"] {
        let (listener, address) = listen().await;
        let serve = async {
            let stream = any_client().accept(accept(&listener).await).await;
            echo(stream.expect("TLS")).await;
        };
        let talk = async {
            let client = Client::builder().tls(trusting()).build();
            let url = format!("{scheme}://{NAME}:{}/", address.port());
            let mut socket = client.connect(url).await.expect("a connection");
            assert!(matches!(socket.stream(), Stream::Secure(_)));
            assert!(socket.stream().tcp().nodelay().expect("an option"));
            greet(&mut socket).await;
        };
        tokio::join!(serve, talk);
    }
}

/// The server's certificate is not among the system's.
#[tokio::test]
async fn a_server_that_is_not_trusted_gets_no_request() {
    for tls in [
        Tls::new().expect("the roots of the system"),
        Tls::builder().webpki_roots().build().expect("roots"),
        Tls::with_roots(RootCertStore::empty()).expect("TLS"),
    ] {
        let (listener, address) = listen().await;
        let client = Client::builder().tls(tls).build();
        let url = format!("wss://{address}/");
        let serve = async { any_client().accept(accept(&listener).await).await.map(drop) };
        let (served, opened) = tokio::join!(serve, client.connect(&url));
        served.expect_err("an alert");
        let error = unreached(opened, Stage::Tls);
        let cause = error.cause().downcast_ref::<std::io::Error>();
        let cause = cause.and_then(|error| error.get_ref()?.downcast_ref::<rustls::Error>());
        assert!(
            matches!(cause, Some(rustls::Error::InvalidCertificate(_))),
            "{error:?}"
        );
        assert!(error.to_string().contains(&url), "{error}");
    }
}

#[tokio::test]
async fn the_server_proves_the_name_that_the_client_states() {
    let (listener, address) = listen().await;
    let host = "server.example";
    let url = format!("wss://{host}:{}/", address.port());
    let builder = || Client::builder().resolve(host, [address.ip()]);

    let client = builder().tls(trusting()).build();
    let serve = async { any_client().accept(accept(&listener).await).await.map(drop) };
    let (_, opened) = tokio::join!(serve, client.connect(&url));
    unreached(opened, Stage::Tls);

    let tls = Tls::builder().root_pem(CERTIFICATE).server_name(NAME);
    let client = builder().tls(tls.build().expect("TLS")).build();
    let serve = async {
        let stream = any_client()
            .accept(accept(&listener).await)
            .await
            .expect("TLS");
        assert_eq!(stream.get_ref().1.server_name(), Some(NAME));
        let acceptor = Acceptor::new(newest::Draft);
        let hosts = wsdraft::tokio::Hosts::these([host]).expect("a host");
        acceptor.hosts(hosts).accept(stream).await.map(drop)
    };
    let (served, opened) = tokio::join!(serve, client.connect(&url));
    served.expect("the host of the URL");
    opened.expect("a connection");
}

/// A server with a certificate for one name answers no other.
#[tokio::test]
async fn a_server_may_refuse_the_name() {
    let acceptor = || {
        let certificate = rustls::pki_types::CertificateDer::from_pem_slice(CERTIFICATE);
        let chain = vec![certificate.expect("PEM")];
        let key = rustls::pki_types::PrivateKeyDer::from_pem_slice(KEY).expect("PEM");
        let key = ring::sign::any_supported_type(&key).expect("a key");
        let mut names = ResolvesServerCertUsingSni::new();
        names
            .add(NAME, CertifiedKey::new(chain, key))
            .expect("a name");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(names));
        TlsAcceptor::from(Arc::new(config))
    };
    let (listener, address) = listen().await;
    let client = Client::builder()
        .tls(trusting())
        .resolve("server.example", [address.ip()])
        .build();
    let url = format!("wss://server.example:{}/", address.port());
    let serve = async { acceptor().accept(accept(&listener).await).await.map(drop) };
    let (served, opened) = tokio::join!(serve, client.connect(&url));
    served.expect_err("no such name");
    let error = unreached(opened, Stage::Tls);
    assert!(error.to_string().contains("alert"), "{error}");
    assert!(!error.is_permanent() && !error.is_timeout());

    let url = format!("wss://{NAME}:{}/", address.port());
    let serve = async {
        let stream = acceptor().accept(accept(&listener).await).await;
        echo(stream.expect("TLS")).await;
    };
    let talk = async { greet(&mut client.connect(&url).await.expect("a connection")).await };
    tokio::join!(serve, talk);
}

#[tokio::test]
async fn a_client_shows_its_certificate() {
    let verifying = || {
        tls_server(|builder| {
            let mut roots = RootCertStore::empty();
            let root = rustls::pki_types::CertificateDer::from_pem_slice(CERTIFICATE);
            roots.add(root.expect("PEM")).expect("a certificate");
            let provider = Arc::new(ring::default_provider());
            let roots = Arc::new(roots);
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
            builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
        })
    };
    let (listener, address) = listen().await;
    let url = format!("wss://{NAME}:{}/", address.port());
    let tls = Tls::builder()
        .root_pem(CERTIFICATE)
        .client_certificate_pem(CERTIFICATE, KEY);
    let client = Client::builder().tls(tls.build().expect("TLS")).build();
    let serve = async {
        let stream = verifying().accept(accept(&listener).await).await;
        let stream = stream.expect("TLS");
        let shown = stream.get_ref().1.peer_certificates();
        assert_eq!(shown.map(<[_]>::len), Some(1));
        echo(stream).await;
    };
    let talk = async { greet(&mut client.connect(&url).await.expect("a connection")).await };
    tokio::join!(serve, talk);

    // Without one, the server refuses.
    let client = Client::builder().tls(trusting()).build();
    let serve = async { verifying().accept(accept(&listener).await).await.map(drop) };
    let (served, opened) = tokio::join!(serve, client.connect(&url));
    served.expect_err("no certificate");
    opened.map(drop).expect_err("an alert");
}

#[tokio::test]
async fn the_cryptography_is_the_users() {
    let mut provider = ring::default_provider();
    let chosen = CipherSuite::TLS13_CHACHA20_POLY1305_SHA256;
    provider
        .cipher_suites
        .retain(|suite| suite.suite() == chosen);
    let (listener, address) = listen().await;
    let tls = Tls::builder()
        .root_pem(CERTIFICATE)
        .provider(Arc::new(provider));
    let client = Client::builder().tls(tls.build().expect("TLS")).build();
    let url = format!("wss://{NAME}:{}/", address.port());
    let serve = async {
        let stream = any_client()
            .accept(accept(&listener).await)
            .await
            .expect("TLS");
        let suite = stream.get_ref().1.negotiated_cipher_suite();
        assert_eq!(suite.map(|suite| suite.suite()), Some(chosen));
        echo(stream).await;
    };
    let talk = async { greet(&mut client.connect(&url).await.expect("a connection")).await };
    tokio::join!(serve, talk);

    let nothing = CryptoProvider {
        cipher_suites: Vec::new(),
        ..ring::default_provider()
    };
    let tls = Tls::builder().webpki_roots().provider(Arc::new(nothing));
    assert!(matches!(tls.build().map(drop), Err(TlsError::Rustls(_))));
}

/// A tunnel that the application has made: TLS goes over any stream.
#[tokio::test]
async fn tls_goes_over_any_stream() {
    async fn talk(stream: impl AsyncRead + AsyncWrite + Unpin, address: &Address) {
        let connector = Connector::new(newest::Draft);
        let mut socket = connector
            .connect(stream, address)
            .await
            .expect("a connection");
        socket.send("hello").await.expect("sent");
        assert_eq!(
            socket.recv().await.expect("an answer"),
            Some("hello".into())
        );
        assert!(socket.close(None, "").await.expect("an end").is_clean());
    }
    let (near, far) = duplex(1 << 10);
    let address: Address = "wss://localhost/".parse().expect("a URL");
    let serve = async { echo(any_client().accept(far).await.expect("TLS")).await };
    let connect = async {
        let secured = trusting().wrap(near, address.host()).await.expect("TLS");
        talk(secured, &address).await;
    };
    tokio::join!(serve, connect);
}

#[test]
fn mistakes_in_the_settings_are_told() {
    let built = |builder: wsdraft::tokio::tls::TlsBuilder| builder.build().map(drop);
    let error = built(Tls::builder().root_pem(KEY)).expect_err("no certificate");
    assert!(
        error.to_string().contains("contains no certificate"),
        "{error}"
    );
    let broken = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
    let error = built(Tls::builder().root_pem(broken)).expect_err("no base64");
    assert!(matches!(error, TlsError::Pem(_)));
    let error = built(Tls::builder().root_der(b"no certificate")).expect_err("no certificate");
    assert!(matches!(error, TlsError::Rustls(_)));
    let error = built(Tls::builder().root_pem(CERTIFICATE).server_name("a b"));
    assert_eq!(error, Err(TlsError::ServerName("a b".into())));
    let error = built(
        Tls::builder()
            .root_pem(CERTIFICATE)
            .client_certificate_pem(CERTIFICATE, CERTIFICATE),
    );
    assert!(matches!(error, Err(TlsError::Pem(_))));
    let builder = Tls::builder().client_certificate_pem(CERTIFICATE, KEY);
    let key = std::str::from_utf8(KEY)
        .expect("text")
        .lines()
        .nth(1)
        .expect("a key");
    assert!(!format!("{builder:?}").contains(key));
}

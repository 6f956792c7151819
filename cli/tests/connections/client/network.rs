//! Whom the command reaches, by which way, and as whom.

use std::{
    convert::Infallible,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::net::UnixListener,
    sync::Arc,
    thread,
};

use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme,
        client::danger::HandshakeSignatureValid,
        crypto::{ring, verify_tls12_signature, verify_tls13_signature},
        pki_types::{CertificateDer, PrivateKeyDer, UnixTime, pem::PemObject as _},
        server::danger::{ClientCertVerified, ClientCertVerifier},
    },
};
use wsdraft::{Draft, hyper::upgrade, tokio::Acceptor};

use crate::common::{
    self,
    peer::{find, opened, request, serve},
    server::Server,
    told,
};

const CERTIFICATE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/data/tls/certificate.pem"
);
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/tls/key.pem");

/// A server that answers each request on a connection of its own with the next of these, and gives
/// the heads of the requests.
fn answers(answers: Vec<String>) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let served = thread::spawn(move || {
        let answer = |answer: String| {
            let (mut stream, _) = listener.accept().unwrap();
            let head = request(&mut stream);
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8(head).unwrap()
        };
        answers.into_iter().map(answer).collect()
    });
    (host, served)
}

fn moved(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
}

#[test]
fn credentials_are_sent_and_go_to_no_other_origin() {
    let refusal = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned();
    let (other, last) = answers(vec![refusal]);
    let (host, first) = answers(vec![moved("/b?c"), moved(&format!("http://{other}/d"))]);
    let url = format!("ws://{host}/a");
    let (status, out, _) = told(
        &[
            "connect",
            &url,
            "--location",
            "--auth",
            "me:secret",
            "--cookie",
            "id=1",
            "--header",
            "X-Mine: 1",
            "--subprotocol",
            "chat",
        ],
        b"",
    );
    assert_eq!(status, 1);
    assert!(out.starts_with("refused: 404"), "{out}");
    for (head, path) in first.join().unwrap().iter().zip(["/a", "/b?c"]) {
        assert!(
            head.starts_with(&format!("GET {path} HTTP/1.1\r\n")),
            "{head}"
        );
        for field in [
            "Authorization: Basic bWU6c2VjcmV0",
            "Cookie: id=1",
            "X-Mine: 1",
        ] {
            assert!(
                head.contains(&format!("\r\n{field}\r\n")),
                "{field}: {head}"
            );
        }
    }
    let head = &last.join().unwrap()[0];
    assert!(head.starts_with("GET /d HTTP/1.1\r\n"), "{head}");
    for field in ["Authorization", "Cookie", "X-Mine"] {
        assert!(!head.contains(field), "{head}");
    }
    // Without the flag, the redirect is a refusal that says what to do.
    let (host, served) = answers(vec![moved("/b")]);
    let (status, out, log) = told(&["connect", &format!("ws://{host}/")], b"");
    served.join().unwrap();
    assert_eq!(status, 1);
    assert!(
        out.starts_with("refused: 302") && log.contains("--location"),
        "{out}{log}"
    );
    // One that leads round in circles.
    let (host, served) = answers(vec![moved("/"); 11]);
    let (status, _, log) = told(&["connect", &format!("ws://{host}/"), "--location"], b"");
    served.join().unwrap();
    assert_eq!(status, 2);
    assert!(log.contains("redirects more than 10 times"), "{log}");
}

#[test]
fn credentials_come_from_the_url_too() {
    let refusal = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n".to_owned();
    let (host, served) = answers(vec![refusal.clone(), refusal]);
    told(&["connect", &format!("http://me:secret@{host}/")], b"");
    let (_, _, log) = told(&["connect", &format!("ws://{host}/")], b"");
    assert!(log.contains("--auth USER:PASSWORD"), "{log}");
    let head = &served.join().unwrap()[0];
    assert!(
        head.contains("\r\nAuthorization: Basic bWU6c2VjcmV0\r\n"),
        "{head}"
    );
}

#[test]
fn a_proxy_leads_to_the_server() {
    let server = Server::serve(&[]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://user:word@{}", listener.local_addr().unwrap());
    let to = server.address.clone();
    let proxied = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let head = String::from_utf8(request(&mut client)).unwrap();
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let mut server = TcpStream::connect(to).unwrap();
        let (mut from, mut back) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        let forth = thread::spawn(move || std::io::copy(&mut from, &mut back));
        let _ = std::io::copy(&mut server, &mut client);
        drop((server, client));
        let _ = forth.join();
        head
    });
    let url = format!("ws://{}/", server.address);
    let (status, out, log) = told(&["connect", &url, "--proxy", &proxy, "--send", "hi"], b"");
    assert_eq!(status, 0, "{log}");
    assert!(out.starts_with("text: \"hi\"\n"), "{out}");
    let head = proxied.join().unwrap();
    assert!(
        head.starts_with(&format!("CONNECT {} HTTP/1.1\r\n", server.address)),
        "{head}"
    );
    assert!(
        head.to_lowercase().contains("proxy-authorization: basic "),
        "{head}"
    );
    // A proxy that refuses.
    let (host, refused) = answers(vec!["HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n".into()]);
    let proxy = format!("http://user:word@{host}");
    let (status, _, log) = told(&["connect", &url, "--proxy", &proxy], b"");
    refused.join().unwrap();
    assert_eq!(status, 2);
    assert!(log.contains("407") && !log.contains("word"), "{log}");
}

#[test]
fn a_name_is_resolved_as_the_user_says() {
    let (url, served) = serve(|mut stream| {
        let head = request(&mut stream);
        String::from_utf8(head).unwrap()
    });
    let port = url.trim_end_matches('/').rsplit(':').next().unwrap();
    let url = format!("ws://name.invalid:{port}/");
    let resolve = format!("Name.invalid:{port}:127.0.0.1");
    told(&["connect", &url, "--resolve", &resolve], b"");
    let head = served.join().unwrap();
    assert!(
        head.contains(&format!("\r\nHost: name.invalid:{port}\r\n")),
        "{head}"
    );
}

#[test]
fn a_unix_socket_takes_the_place_of_the_host() {
    let path = common::folder("unix").join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    let served = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut server = opened(&mut stream);
        server.text("over unix").unwrap();
        server.close(1000, "").unwrap();
        stream.write_all(server.output()).unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let socket = path.to_str().unwrap();
    let (status, out, log) = told(
        &["connect", "ws://any/", "--unix", socket, "--raw", "-v"],
        b"",
    );
    served.join().unwrap();
    assert_eq!((status, &*out), (0, "over unix\n"), "{log}");
    assert!(log.contains("\n> Host: any\n"), "{log}");
    let (status, _, log) = told(&["connect", "ws://any/", "--unix", "/nowhere/at/all"], b"");
    assert_eq!(status, 2);
    assert!(log.contains("/nowhere/at/all: "), "{log}");
}

#[test]
fn a_certificate_that_is_not_trusted_says_how_to_trust_it() {
    let server = Server::serve(&["--tls-cert", CERTIFICATE, "--tls-key", KEY]);
    let url = format!("wss://{}/", server.address);
    let (status, _, log) = told(&["connect", &url, "--send", "x"], b"");
    assert_eq!(status, 2);
    assert!(
        log.contains("--ca FILE") && log.contains("--insecure"),
        "{log}"
    );
    let (status, _, log) = told(&["connect", &url, "--send", "x", "--insecure", "-v"], b"");
    assert_eq!(status, 0, "{log}");
    assert!(log.contains("* TLSv1_3, "), "{log}");
    // A server without TLS.
    let server = Server::serve(&[]);
    let url = format!("wss://{}/", server.address);
    let (status, _, log) = told(&["connect", &url], b"");
    assert_eq!(status, 2);
    assert!(log.contains("does not speak TLS"), "{log}");
    assert!(log.contains("use ws://"), "{log}");
}

/// Takes any certificate of a client.
#[derive(Debug)]
struct AnyClient;

impl ClientCertVerifier for AnyClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = ring::default_provider().signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, &known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = ring::default_provider().signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, &known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let known = ring::default_provider().signature_verification_algorithms;
        known.supported_schemes()
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn a_client_can_have_a_certificate() {
    let pem = std::fs::read(CERTIFICATE).unwrap();
    let chain = CertificateDer::pem_slice_iter(&pem)
        .map(Result::unwrap)
        .collect();
    let key = PrivateKeyDer::from_pem_slice(&std::fs::read(KEY).unwrap()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(Arc::new(AnyClient))
        .with_single_cert(chain, key)
        .unwrap();
    let runtime = runtime();
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let url = format!("wss://{}/", listener.local_addr().unwrap());
    runtime.spawn(async move {
        let (tls, newest) = (TlsAcceptor::from(Arc::new(config)), find("rfc6455"));
        let acceptor = Acceptor::new(newest);
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(stream) = tls.accept(stream).await else {
                continue;
            };
            let known = stream.get_ref().1.peer_certificates().map_or(0, <[_]>::len);
            let Ok(mut socket) = acceptor.accept(stream).await else {
                continue;
            };
            let _ = socket.send(format!("{known} certificates")).await;
            let _ = socket.close(1000, "").await;
        }
    });
    for trust in [&["--insecure"][..], &["--ca", CERTIFICATE]] {
        let own = [
            "connect",
            &url,
            "--cert",
            CERTIFICATE,
            "--key",
            KEY,
            "--raw",
        ];
        let (status, out, log) = told(&[&own, trust].concat(), b"");
        assert_eq!(status, 0, "{log}");
        assert_eq!(out, "1 certificates\n");
        let (status, _, log) = told(&[&["connect", &*url], trust].concat(), b"");
        assert_ne!(status, 0, "{log}");
    }
    runtime.shutdown_background();
}

#[test]
fn a_connection_over_http2_is_one_like_others() {
    let runtime = runtime();
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    runtime.spawn(async move {
        let newest: &'static dyn Draft = find("rfc6455");
        let acceptor = Acceptor::new(newest);
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let acceptor = acceptor.clone();
            let http2 = acceptor.http2();
            let service = service_fn(move |mut request: Request<Incoming>| {
                let answer: Response<String> = match upgrade(&acceptor, &mut request) {
                    Ok((answer, upgrading)) => {
                        tokio::spawn(async move {
                            let mut socket = upgrading.finish().await.unwrap();
                            while let Ok(Some(message)) = socket.recv().await {
                                socket.send(message).await.unwrap();
                            }
                        });
                        answer
                    }
                    Err(error) => error.response(),
                };
                async { Ok::<_, Infallible>(answer) }
            });
            tokio::spawn(http2.serve_connection(TokioIo::new(stream), service));
        }
    });
    let (status, out, log) = told(&["connect", &url, "--http2", "--raw", "-v"], b"a\nb\n");
    assert_eq!((status, &*out), (0, "a\nb\n"), "{log}");
    assert!(
        log.contains("< :status: 200\n") && log.contains("< text, 1 byte [8101] \"b\""),
        "{log}"
    );
    runtime.shutdown_background();
    // A server that speaks HTTP/1.1 only.
    let server = Server::serve(&[]);
    let url = format!("ws://{}/", server.address);
    let (status, _, log) = told(&["connect", &url, "--http2"], b"");
    assert_eq!(status, 2);
    assert!(log.contains("does the server speak HTTP/2?"), "{log}");
}

//! The client in one line, over sockets: URLs, TLS, proxies, redirects, and connecting again.

use std::{net::SocketAddr, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;
use wsdraft::{
    Error,
    client::{ConnectError, Stage},
    drafts::newest,
    tokio::{
        Acceptor,
        tls::{
            Tls,
            rustls::{
                ServerConfig,
                crypto::ring,
                pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
                server::WantsServerCert,
            },
        },
    },
};

mod proxies;
mod reconnect;
mod redirects;
mod secured;
mod urls;

const CERTIFICATE: &[u8] = include_bytes!("../../data/tls/certificate.pem");
const KEY: &[u8] = include_bytes!("../../data/tls/key.pem");

/// A client's side of TLS that trusts the server of these tests.
fn trusting() -> Tls {
    let tls = Tls::builder().root_pem(CERTIFICATE);
    tls.build().expect("TLS")
}

/// A server's side of TLS, which these settings complete.
fn tls_server(
    verify: impl FnOnce(
        wsdraft::tokio::tls::rustls::ConfigBuilder<
            ServerConfig,
            wsdraft::tokio::tls::rustls::WantsVerifier,
        >,
    )
        -> wsdraft::tokio::tls::rustls::ConfigBuilder<ServerConfig, WantsServerCert>,
) -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).expect("PEM");
    let key = PrivateKeyDer::from_pem_slice(KEY).expect("PEM");
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions");
    let config = verify(builder)
        .with_single_cert(vec![certificate], key)
        .expect("a certificate");
    TlsAcceptor::from(Arc::new(config))
}

fn any_client() -> TlsAcceptor {
    tls_server(|builder| builder.with_no_client_auth())
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

async fn accept(listener: &TcpListener) -> TcpStream {
    listener.accept().await.expect("a client").0
}

/// Reads a request to the end of its head.
async fn head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("a request"));
    }
    String::from_utf8(head).expect("text")
}

/// Accepts a WebSocket and returns every message, until the client closes.
async fn echo(stream: impl AsyncRead + AsyncWrite + Unpin) {
    let acceptor = Acceptor::new(newest::Draft);
    let mut socket = acceptor.accept(stream).await.expect("a request");
    while let Some(message) = socket.recv().await.expect("no violation") {
        socket.send(message).await.expect("sent");
        socket.flush().await.expect("sent");
    }
}

/// A stream whose first bytes have been read from it already.
fn again(head: &str, stream: TcpStream) -> impl AsyncRead + AsyncWrite + Unpin {
    let (read, write) = stream.into_split();
    let head = std::io::Cursor::new(head.as_bytes().to_vec());
    tokio::io::join(head.chain(read), write)
}

/// A server that reads one request, and accepts it.
async fn server() -> (SocketAddr, JoinHandle<String>) {
    let (listener, address) = listen().await;
    let task = tokio::spawn(async move {
        let mut stream = accept(&listener).await;
        let request = head(&mut stream).await;
        echo(again(&request, stream)).await;
        request
    });
    (address, task)
}

/// A server that gives these responses, one for each connection, and returns the requests.
async fn responding(responses: Vec<String>) -> (SocketAddr, JoinHandle<Vec<String>>) {
    let (listener, address) = listen().await;
    let task = tokio::spawn(async move {
        let mut requests = Vec::new();
        for response in responses {
            let mut stream = accept(&listener).await;
            requests.push(head(&mut stream).await);
            stream.write_all(response.as_bytes()).await.expect("sent");
        }
        requests
    });
    (address, task)
}

/// A response without a body.
fn response(status: u16, fields: &str) -> String {
    format!("HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n{fields}\r\n")
}

/// The value of a request's field.
fn field<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = request.lines().filter_map(|line| line.split_once(": "));
    let found = fields.find(|(given, _)| given.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

/// Sends a text, and expects it back.
async fn greet(socket: &mut wsdraft::client::Socket) {
    socket.send("hello").await.expect("sent");
    let received = socket.recv().await.expect("an answer");
    assert_eq!(received, Some("hello".into()));
    assert!(socket.close(None, "").await.expect("an end").is_clean());
}

/// Why the server was not reached.
#[track_caller]
fn unreached<T>(opened: Result<T, Error>, stage: Stage) -> Box<ConnectError> {
    match opened.map(drop) {
        Err(Error::Connect(error)) => {
            assert_eq!(error.stage(), stage, "{error}");
            error
        }
        other => panic!("{other:?}"),
    }
}

/// The status code of a refusal.
#[track_caller]
fn refused<T>(opened: Result<T, Error>) -> u16 {
    match opened.map(drop) {
        Err(Error::Handshake(error)) => match error.cause {
            wsdraft::handshake::client::ClientError::Refused { status, .. } => status,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

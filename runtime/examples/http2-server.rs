//! WebSockets over HTTP/2 and HTTP/1.1 on one port, inside TLS: an echo server for browsers.
//!
//! `cargo run -p wsdraft --features deflate,http2,ring --example http2-server -- 127.0.0.1:9001
//! cert.pem key.pem`
//!
//! TLS negotiates the version. Over HTTP/1.1 a client upgrades its connection, and over HTTP/2 it
//! sends an extended CONNECT; `upgrade` accepts both.

use std::{convert::Infallible, env, error::Error, fs, io, sync::Arc, time::Duration};

use hyper::{Method, Request, Response, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
};
use wsdraft::{
    Draft,
    extension::Extensions,
    hyper::upgrade,
    tokio::{Acceptor, Connections},
};

type Spoken = &'static dyn Draft;

/// How long to wait if no connection can be accepted, for example for lack of descriptors.
const RESPITE: Duration = Duration::from_millis(100);
/// The time for the handshake of TLS.
const TLS: Duration = Duration::from_secs(10);
/// The time for connections to close at the end.
const GRACE: Duration = Duration::from_secs(5);

fn respond(
    acceptor: &Acceptor<Spoken>,
    connections: &Connections,
    mut request: Request<Incoming>,
) -> Response<String> {
    let version = request.version();
    if request.method() == Method::GET && !request.headers().contains_key("upgrade") {
        return Response::new(format!("This page came over {version:?}.\n"));
    }
    match upgrade(acceptor, &mut request) {
        Ok((answer, upgrading)) => {
            connections.spawn(async move {
                let mut socket = upgrading.finish().await?;
                socket.send(format!("over {version:?}")).await?;
                while let Some(message) = socket.recv().await? {
                    // Replies to messages that arrive together go out together, when `recv` would
                    // wait.
                    socket.feed(message).await?;
                }
                Ok::<_, wsdraft::Error>(())
            });
            answer
        }
        Err(error) => {
            eprintln!("{error}");
            error.response()
        }
    }
}

async fn serve(
    acceptor: Acceptor<Spoken>,
    connections: Connections,
    tls: TlsAcceptor,
    stream: TcpStream,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    stream.set_nodelay(true)?;
    let stream = timeout(TLS, tls.accept(stream)).await??;
    let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let (http1, http2) = (acceptor.http1(), acceptor.http2());
    let service = service_fn(move |request| {
        let answer = respond(&acceptor, &connections, request);
        async { Ok::<_, Infallible>(answer) }
    });
    let stream = TokioIo::new(stream);
    if is_http2 {
        http2.serve_connection(stream, service).await?;
    } else {
        let connection = http1.serve_connection(stream, service);
        connection.with_upgrades().await?;
    }
    Ok(())
}

fn tls(certificate: &str, key: &str) -> Result<TlsAcceptor, Box<dyn Error>> {
    let certificate = fs::read(certificate)?;
    let chain = CertificateDer::pem_slice_iter(&certificate).collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_slice(&fs::read(key)?)?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, certificate, key] = arguments.as_slice() else {
        return Err("usage: http2-server ADDRESS CERTIFICATE KEY".into());
    };
    let tls = tls(certificate, key)?;
    let listener = TcpListener::bind(address).await?;
    println!("listening on {}", listener.local_addr()?);
    let connections = Connections::new();
    let acceptor = Acceptor::any(wsdraft::drafts::ALL.iter().copied())
        .extensions(Extensions::compression())
        .connections(&connections);
    let listen = async {
        loop {
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
                Err(error) => {
                    eprintln!("{error}");
                    sleep(RESPITE).await;
                    continue;
                }
            };
            let (acceptor, connections, tls) = (acceptor.clone(), connections.clone(), tls.clone());
            tokio::spawn(async move {
                if let Err(error) = serve(acceptor, connections, tls, stream).await {
                    eprintln!("{error}");
                }
            });
        }
    };
    tokio::select! {
        () = listen => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    connections.close(GRACE).await;
    Ok(())
}

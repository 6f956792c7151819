//! WebSockets over HTTP/2 and HTTP/1.1 on one port, inside TLS: an echo server for browsers.
//!
//! `cargo run -p wsdraft --features deflate,http2,ring --example http2-server -- 127.0.0.1:9001
//! cert.pem key.pem`
//!
//! TLS negotiates the version. Over HTTP/1.1 a client upgrades its connection, and over HTTP/2 it
//! sends an extended CONNECT; `upgrade` accepts both. Connections, their WebSockets, their memory and
//! their time are limited.

use std::{
    convert::Infallible,
    env,
    error::Error,
    fs, io,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};

use hyper::{Method, Request, Response, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
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
    Budget, Draft,
    extension::Extensions,
    hyper::upgrade,
    tokio::{Acceptor, Connections},
};

type Spoken = &'static dyn Draft;
type Failure = Box<dyn Error + Send + Sync>;

/// How long to wait if no connection can be accepted, for example for lack of descriptors.
const RESPITE: Duration = Duration::from_millis(100);
/// The time for the handshake of TLS, and then for the first request: hyper bounds the time for the
/// head of a request over HTTP/1.1 only.
const TLS: Duration = Duration::from_secs(10);
const FIRST: Duration = Duration::from_secs(10);
/// Limit on concurrent connections. Further ones wait in the system's queue.
const CONNECTIONS: u32 = 1024;
/// Limit on the requests, and so on the WebSockets, of one HTTP/2 connection at the same time.
const STREAMS: u32 = 128;
/// Limit on the memory of all WebSockets, beyond the first 128 KiB of each.
const MEMORY: usize = 256 << 20;
/// The time for connections to close at the end.
const GRACE: Duration = Duration::from_secs(5);

/// What all connections share.
#[derive(Clone)]
struct Site {
    acceptor: Acceptor<Spoken>,
    connections: Connections,
    tls: TlsAcceptor,
    /// Becomes true when the server stops.
    stop: watch::Receiver<bool>,
}

/// A connection's place, which it keeps until it and its WebSockets are closed.
type Place = Arc<OwnedSemaphorePermit>;

fn respond(site: &Site, place: &Place, mut request: Request<Incoming>) -> Response<String> {
    let version = request.version();
    if request.method() == Method::GET && !request.headers().contains_key("upgrade") {
        return Response::new(format!("This page came over {version:?}.\n"));
    }
    match upgrade(&site.acceptor, &mut request) {
        Ok((answer, upgrading)) => {
            let place = Arc::clone(place);
            site.connections.spawn(async move {
                let echoed = async {
                    let mut socket = upgrading.finish().await?;
                    socket.send(format!("over {version:?}")).await?;
                    while let Some(message) = socket.recv().await? {
                        // Replies to messages that arrive together go out together, when `recv`
                        // would wait.
                        socket.feed(message).await?;
                    }
                    Ok::<_, wsdraft::Error>(())
                };
                if let Err(error) = echoed.await {
                    eprintln!("{error}");
                }
                drop(place);
            });
            answer
        }
        Err(error) => {
            eprintln!("{error}");
            error.response()
        }
    }
}

async fn serve(site: Site, place: Place, stream: TcpStream) -> Result<(), Failure> {
    stream.set_nodelay(true)?;
    let stream = timeout(TLS, site.tls.accept(stream)).await??;
    let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let (http1, mut http2) = (site.acceptor.http1(), site.acceptor.http2());
    http2.max_concurrent_streams(STREAMS);
    let stop = site.stop.clone();
    let (asked, request) = watch::channel(false);
    let service = service_fn(move |request| {
        asked.send_replace(true);
        let answer = respond(&site, &place, request);
        async { Ok::<_, Infallible>(answer) }
    });
    let stream = TokioIo::new(stream);
    if is_http2 {
        let connection = pin!(http2.serve_connection(stream, service));
        // GOAWAY: the client sends no further requests here.
        drive(connection, |it| it.graceful_shutdown(), request, stop).await
    } else {
        let connection = http1.serve_connection(stream, service).with_upgrades();
        drive(pin!(connection), |it| it.graceful_shutdown(), request, stop).await
    }
}

/// Drives a connection until it ends. Drops it if its first request does not come in time. When the
/// server stops, the connection finishes what is open.
async fn drive<C>(
    mut connection: Pin<&mut C>,
    finish: impl FnOnce(Pin<&mut C>),
    mut request: watch::Receiver<bool>,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Failure>
where
    C: Future<Output = hyper::Result<()>>,
{
    let first = timeout(FIRST, request.wait_for(|asked| *asked));
    tokio::select! {
        ended = &mut connection => return Ok(ended?),
        asked = first => drop(asked.map_err(|_| "no request came in time")?),
        _ = stop.wait_for(|stop| *stop) => {}
    }
    tokio::select! {
        ended = &mut connection => return Ok(ended?),
        _ = stop.wait_for(|stop| *stop) => {}
    }
    finish(connection.as_mut());
    Ok(connection.await?)
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
    let (stopping, stop) = watch::channel(false);
    let connections = Connections::new();
    let acceptor = Acceptor::any(wsdraft::drafts::ALL.iter().copied())
        .extensions(Extensions::compression())
        .budget(Budget::new(MEMORY))
        .connections(&connections);
    let site = Site {
        acceptor,
        connections: connections.clone(),
        tls,
        stop,
    };
    let places = Arc::new(Semaphore::new(CONNECTIONS as usize));
    let listen = async {
        loop {
            let Some((place, stream)) = next(&listener, &places).await else {
                return;
            };
            let site = site.clone();
            tokio::spawn(async move {
                if let Err(error) = serve(site, place, stream).await {
                    eprintln!("{error}");
                }
            });
        }
    };
    tokio::select! {
        () = listen => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    drop(listener);
    stopping.send_replace(true);
    // An HTTP/2 connection ends when its last WebSocket has closed.
    connections.close(GRACE).await;
    // Waits until what was said last is written.
    let _ = timeout(GRACE, places.acquire_many(CONNECTIONS)).await;
    Ok(())
}

/// Waits for the next connection, and for a place for it. `None` does not occur: nobody closes the
/// semaphore.
async fn next(listener: &TcpListener, places: &Arc<Semaphore>) -> Option<(Place, TcpStream)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return Some((Arc::new(place), stream)),
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                eprintln!("{error}");
                sleep(RESPITE).await;
            }
        }
    }
}

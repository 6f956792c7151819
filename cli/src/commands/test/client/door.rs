//! Where clients connect to the tester.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use wsdraft::handshake::server::plain_response;

/// Where clients connect to the tester.
pub(super) struct Door {
    listener: TcpListener,
    address: SocketAddr,
}

/// Connections at a time; others wait.
pub(super) const MOST: usize = 256;
/// The most bytes of a request in which its target is looked for.
const LOOKED_AT: usize = 4096;
/// How soon it is looked again.
const SOON: Duration = Duration::from_millis(5);
/// How long it takes at most to say no.
const REFUSAL: Duration = Duration::from_secs(1);
/// How long to wait when no connection can be accepted, for instance for lack of descriptors.
const RESPITE: Duration = Duration::from_millis(100);

impl Door {
    pub(super) fn new(listener: TcpListener) -> io::Result<Self> {
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// The URL under which a client on this machine reaches the tester.
    pub(super) fn url(&self) -> String {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(match address {
                SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
                SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("ws://{address}")
    }

    /// Waits for a connection.
    pub(super) async fn accept(&self) -> TcpStream {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    // A delay only costs time.
                    let _ = stream.set_nodelay(true);
                    return stream;
                }
                Err(_) => sleep(RESPITE).await,
            }
        }
    }
}

/// The target of the request that comes over a connection, without taking a byte of it; `None` if
/// no request comes in time.
pub(super) async fn target(stream: &TcpStream, within: Duration) -> Option<String> {
    timeout(within, looked_for(stream)).await.ok().flatten()
}

async fn looked_for(stream: &TcpStream) -> Option<String> {
    let mut bytes = vec![0; LOOKED_AT];
    loop {
        let count = stream
            .peek(&mut bytes)
            .await
            .ok()
            .filter(|count| *count > 0)?;
        let start = &bytes[..count];
        if let Some(end) = start.iter().position(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(&start[..end]);
            let (_, rest) = line.split_once(' ')?;
            let (target, _) = rest.rsplit_once(' ')?;
            return Some(target.to_owned());
        }
        if count == LOOKED_AT {
            return None;
        }
        sleep(SOON).await;
    }
}

/// Refuses a request with this status.
pub(super) async fn refuse(stream: TcpStream, status: u16, text: &str) {
    // Whether it hears it is its own affair.
    let _ = timeout(REFUSAL, refusal(stream, status, text)).await;
}

async fn refusal(mut stream: TcpStream, status: u16, text: &str) -> io::Result<()> {
    let response = plain_response(status, &[], text).map_err(io::Error::other)?;
    stream.write_all(&response).await?;
    stream.shutdown().await?;
    // Whoever closes before all was read resets the connection, and the answer may be lost.
    let mut unread = [0; 1024];
    while stream.read(&mut unread).await? > 0 {}
    Ok(())
}

//! Whether a client is still there while the server is asked for it.

use std::{future::pending, time::Duration};

use tokio::{io::Interest, net::TcpStream, time::sleep};
use tokio_rustls::server::TlsStream;

use crate::duplex::Duplex;

/// How often to look again where bytes wait to be read.
const PAUSE: Duration = Duration::from_millis(100);

/// A stream over a socket.
pub(super) trait Socket: Duplex + Sync {
    fn tcp(&self) -> &TcpStream;
}

impl Socket for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Socket for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

impl Socket for Box<dyn Socket> {
    fn tcp(&self) -> &TcpStream {
        (**self).tcp()
    }
}

/// Waits until the client has closed its connection. Nothing is read.
pub(super) async fn left(stream: Option<&impl Socket>) {
    let Some(stream) = stream else {
        return pending().await;
    };
    let there = async || {
        let ready = stream.tcp().ready(Interest::READABLE).await;
        ready.is_ok_and(|ready| !ready.is_read_closed())
    };
    while there().await {
        // It has sent more than its request, which is for later.
        sleep(PAUSE).await;
    }
}

//! A transport in memory.

use std::{io, time::Duration};

use wsdraft_conformance::{Received, Wire};

/// One end of a connection, without sockets.
pub(crate) trait Endpoint {
    /// Takes bytes of the tester.
    fn take(&mut self, bytes: &[u8]);
    /// The tester's stream has ended.
    fn end(&mut self);
    /// The bytes to send.
    fn output(&mut self) -> Vec<u8>;
    /// Whether the endpoint has ended the connection.
    fn has_ended(&self) -> bool;
}

/// A transport in memory, which never waits.
pub(crate) struct Memory {
    endpoint: Box<dyn Endpoint>,
}

impl Memory {
    pub(crate) fn new(endpoint: Box<dyn Endpoint>) -> Self {
        Self { endpoint }
    }
}

impl Wire for Memory {
    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.endpoint.has_ended() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.endpoint.take(bytes);
        Ok(())
    }

    async fn receive(&mut self, _within: Duration) -> Received {
        let bytes = self.endpoint.output();
        if !bytes.is_empty() {
            Received::Bytes(bytes)
        } else if self.endpoint.has_ended() {
            Received::End
        } else {
            Received::Silence
        }
    }

    async fn pause(&mut self, _time: Duration) {}

    async fn half_close(&mut self) -> io::Result<()> {
        self.endpoint.end();
        Ok(())
    }
}

//! A client's talk over a stream that hyper has upgraded.

use super::*;

/// A client after its handshake, over a stream, without any I/O of its own.
pub(super) struct Talk<'s, S> {
    stream: &'s mut S,
    connection: Connection<Spoken>,
}

impl<'s, S: AsyncRead + AsyncWrite + Unpin> Talk<'s, S> {
    pub(super) fn new(stream: &'s mut S, established: Established<Spoken>) -> Self {
        let Established {
            draft,
            session,
            rest,
            ..
        } = established;
        let mut connection = Connection::client(draft, session, OsEntropy, Config::default());
        connection.feed(&rest);
        Self { stream, connection }
    }

    pub(super) async fn send(&mut self, text: &str) {
        self.connection.text(text).unwrap();
        let sent = self.connection.output().to_vec();
        self.stream.write_all(&sent).await.unwrap();
        self.connection.sent(sent.len());
    }

    pub(super) async fn recv(&mut self) -> Message {
        loop {
            if let Some(message) = self.connection.receive_message().unwrap() {
                return message;
            }
            let length = self.stream.read(self.connection.space()).await.unwrap();
            assert!(length > 0, "the server left");
            self.connection.filled(length);
        }
    }
}

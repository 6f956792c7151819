//! Both directions of a connection, as they pass.

use std::{io, pin::pin, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
};
use wsdraft::{Role, tokio::tls::Stream};
use wsdraft_analysis::{End, capture::LARGEST, may_be_request};

use super::{
    passed::{Passed, Passing},
    patience::{Activity, Expired, HeadEnd, Patience},
    turn::{Answer, Judged, Remainder, Turn},
};

/// How long an end may take to be told why it is left.
pub(super) const FAREWELL: Duration = Duration::from_secs(2);

/// What both directions of a connection share.
#[derive(Clone, Copy)]
pub(super) struct Way<'w> {
    pub(super) id: u64,
    pub(super) passing: &'w Passing,
    pub(super) activity: &'w Activity,
    pub(super) patience: Patience,
    pub(super) turn: &'w Turn,
}

impl Way<'_> {
    /// Passes both directions on, of which this was read already; see [`pass`](Self::pass).
    pub(super) async fn between(
        self,
        client: &mut TcpStream,
        judged: &Judged,
        server: Stream,
    ) -> io::Result<Result<bool, Expired>> {
        let (from_client, to_client) = client.split();
        let client = (judged.read.as_slice().chain(from_client), to_client);
        let request = Remainder::of(judged);
        Ok(match server {
            Stream::Plain(mut server) => {
                let ended = self.pass(request, client, server.split()).await;
                if ended == Ok(true) {
                    server.set_zero_linger()?;
                }
                ended
            }
            secured => self.pass(request, client, tokio::io::split(secured)).await,
        })
    }

    /// Passes both directions on until they end; whether one was reset, or what took too long.
    async fn pass(
        self,
        request: Remainder,
        client: (impl AsyncRead + Unpin, impl AsyncWrite + Unpin),
        server: (impl AsyncRead + Unpin, impl AsyncWrite + Unpin),
    ) -> Result<bool, Expired> {
        let to_server = pass_to_server(self, request, client.0, server.1);
        let to_client = pass_to_client(self, server.0, client.1);
        tokio::select! {
            is_reset = both(to_server, to_client) => Ok(is_reset),
            expired = self.activity.expires(self.patience) => Err(expired),
            () = self.answers_no_more() => Ok(false),
        }
    }

    /// Waits until something was cut off, and the server has had time for what it still answers.
    async fn answers_no_more(self) {
        self.turn.is_cut().await;
        self.activity.is_silent(FAREWELL).await;
    }

    /// Passes bytes on; whether they could be.
    async fn forward(
        self,
        from: Role,
        bytes: &[u8],
        write: &mut (impl AsyncWrite + Unpin),
    ) -> bool {
        if bytes.is_empty() {
            return true;
        }
        // Looked at first: an answer to it cannot come before it then.
        self.show(from, bytes).await;
        self.write(from, bytes, write).await
    }

    /// Has bytes looked at.
    async fn show(self, from: Role, bytes: &[u8]) {
        let piece = Passed::Piece(from, bytes.into());
        let _ = self.passing.send((self.id, piece)).await;
    }

    /// Writes bytes to the other end; whether they could be.
    async fn write(self, from: Role, bytes: &[u8], write: &mut (impl AsyncWrite + Unpin)) -> bool {
        let is_written = write_all(write, bytes, self.activity).await.is_ok();
        if !is_written {
            let end = Passed::End(from.peer(), End::Reset);
            let _ = self.passing.send((self.id, end)).await;
        }
        is_written
    }

    /// Ends a direction.
    async fn end(self, from: Role, how: End, mut write: impl AsyncWrite + Unpin) -> End {
        let _ = self.passing.send((self.id, Passed::End(from, how))).await;
        let _ = write.shutdown().await;
        how
    }
}

/// Waits for both directions to end; whether one was reset, which ends the other one too.
async fn both(one: impl Future<Output = End>, other: impl Future<Output = End>) -> bool {
    let (mut one, mut other) = (pin!(one), pin!(other));
    tokio::select! {
        end = &mut one => end == End::Reset || other.await == End::Reset,
        end = &mut other => end == End::Reset || one.await == End::Reset,
    }
}

/// Passes on what the client sends: its request, and what follows once that may.
async fn pass_to_server(
    way: Way<'_>,
    mut request: Remainder,
    mut read: impl AsyncRead + Unpin,
    mut write: impl AsyncWrite + Unpin,
) -> End {
    let mut buffer = vec![0; LARGEST];
    let mut head = HeadEnd::default();
    let how = loop {
        let bytes = match next(&mut read, &mut buffer).await {
            Ok(bytes) => bytes,
            Err(how) => break how,
        };
        way.activity.passes();
        if !way.activity.has_asked() && head.is_in(bytes) {
            way.activity.is_asked();
        }
        let length = if way.turn.is_accepted() {
            bytes.len()
        } else {
            request.take(bytes)
        };
        let (now, later) = bytes.split_at(length);
        if !way.forward(Role::Client, now, &mut write).await {
            return End::Reset;
        }
        if later.is_empty() {
            continue;
        }
        // Frames before the answer are looked at as they come, and not as they pass.
        let is_early = way.turn.is_asked() && !may_be_request(later);
        if is_early {
            way.show(Role::Client, later).await;
        }
        if !way.turn.is_over().await {
            way.turn.cut();
            break End::Finished;
        }
        if !is_early {
            way.show(Role::Client, later).await;
        }
        if !way.write(Role::Client, later, &mut write).await {
            return End::Reset;
        }
    };
    way.end(Role::Client, how, write).await
}

/// Passes on what the server sends.
async fn pass_to_client(
    way: Way<'_>,
    mut read: impl AsyncRead + Unpin,
    mut write: impl AsyncWrite + Unpin,
) -> End {
    let mut buffer = vec![0; LARGEST];
    let mut answer = Answer::default();
    let how = loop {
        let bytes = match next(&mut read, &mut buffer).await {
            Ok(bytes) => bytes,
            Err(how) => break how,
        };
        way.activity.passes();
        way.activity.is_answered();
        answer.read(bytes, way.turn);
        if !way.forward(Role::Server, bytes, &mut write).await {
            Answer::end(way.turn);
            return End::Reset;
        }
    };
    Answer::end(way.turn);
    way.end(Role::Server, how, write).await
}

/// The next bytes of a direction, or how it ended.
async fn next<'b>(
    read: &mut (impl AsyncRead + Unpin),
    buffer: &'b mut [u8],
) -> Result<&'b [u8], End> {
    match read.read(buffer).await {
        Ok(0) => Err(End::Finished),
        Ok(length) => Ok(&buffer[..length]),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(End::Finished),
        Err(_) => Err(End::Reset),
    }
}

/// Writes all bytes; each that is taken counts as a sign of life.
async fn write_all(
    write: &mut (impl AsyncWrite + Unpin),
    mut bytes: &[u8],
    activity: &Activity,
) -> io::Result<()> {
    while !bytes.is_empty() {
        match write.write(bytes).await? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            length => bytes = bytes.get(length..).unwrap_or_default(),
        }
        activity.passes();
    }
    Ok(())
}

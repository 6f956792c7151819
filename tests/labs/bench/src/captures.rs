//! Captures to lint: connections that break no rule, of about a given number of bytes.

use std::{
    fs::File,
    io::{self, BufWriter},
    net::SocketAddr,
    path::Path,
    time::Duration,
};

use wsdraft::{
    Config, Connection, MessageRef, OsEntropy, Role, drafts::rfc6455::Draft, extension::Agreed,
    frame::Session,
};
use wsdraft_analysis::{
    End, PerRole,
    capture::{LARGEST, Writer},
};

use crate::{
    compress::{Load, agreed},
    frames::Content,
};

/// What passes in a capture.
#[derive(Clone, Copy, Debug)]
pub struct Traffic {
    pub name: &'static str,
    /// Lengths of the messages, in turn; with none, one message that is all.
    lengths: &'static [usize],
    content: Content,
    /// Who sends the messages, in turn.
    from: &'static [Role],
    compressed: bool,
    /// Bytes of a packet, at most.
    packet: usize,
    /// Whether each message has packets of its own.
    apart: bool,
    connections: u64,
}

/// All kinds.
pub const ALL: &[Traffic] = &[
    Traffic {
        name: "one large message",
        lengths: &[],
        from: &[Role::Server],
        packet: LARGEST,
        ..SMALL
    },
    Traffic {
        name: "uploads of 64 KiB",
        lengths: &[64 << 10],
        from: &[Role::Client],
        ..SMALL
    },
    Traffic {
        name: "16 to 125 B, each in a packet",
        apart: true,
        ..SMALL
    },
    Traffic {
        name: "16 to 125 B, unmasked",
        from: &[Role::Server],
        ..SMALL
    },
    Traffic {
        name: "16 to 125 B, masked",
        from: &[Role::Client],
        ..SMALL
    },
    Traffic {
        name: "text of 4 KiB",
        lengths: &[4 << 10],
        content: Content::Mixed,
        ..SMALL
    },
    Traffic {
        name: "compressed JSON of 1 KiB",
        lengths: &[1 << 10],
        compressed: true,
        apart: true,
        ..SMALL
    },
    Traffic {
        name: "10,000 connections",
        connections: 10_000,
        apart: true,
        ..SMALL
    },
];

const SMALL: Traffic = Traffic {
    name: "",
    lengths: &[16, 125, 40, 80, 24, 110, 60],
    content: Content::Binary,
    from: &[Role::Client, Role::Server],
    compressed: false,
    // What TCP has in a packet on an Ethernet.
    packet: 1448,
    apart: false,
    connections: 1,
};

impl Traffic {
    /// Writes a capture.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(self, file: &Path, bytes: usize) -> io::Result<()> {
        let agreed = self.compressed.then(|| agreed(true));
        let mut capture = Capture::new(file, self.packet)?;
        let mut pairs: Vec<Pair> = (0..self.connections)
            .map(|id| Pair::open(&mut capture, id, agreed.as_ref()))
            .collect::<io::Result<_>>()?;
        let messages = self.messages(bytes);
        let mut turn = 0;
        while capture.written < bytes {
            let from = self.from[turn % self.from.len()];
            let message = &messages[turn / self.from.len() % messages.len()];
            for pair in &mut pairs {
                pair.send(&mut capture, from, message, self.apart)?;
            }
            turn += 1;
        }
        pairs
            .into_iter()
            .try_for_each(|pair| pair.close(&mut capture))
    }

    fn messages(self, bytes: usize) -> Vec<Message> {
        if self.compressed {
            let texts = Load::new(self.lengths[0], 64, true).messages;
            return texts.into_iter().map(Message::Text).collect();
        }
        let lengths = match self.lengths {
            [] => &[bytes],
            lengths => lengths,
        };
        let payloads = lengths.iter().map(|length| self.content.payload(*length));
        let messages = payloads.map(|payload| match self.content {
            Content::Binary => Message::Binary(payload),
            Content::Ascii | Content::Greek | Content::Mixed => {
                Message::Text(String::from_utf8(payload).expect("text"))
            }
        });
        messages.collect()
    }
}

enum Message {
    Text(String),
    Binary(Vec<u8>),
}

/// A file that grows.
struct Capture {
    writer: Writer<BufWriter<File>>,
    now: Duration,
    packet: usize,
    written: usize,
}

impl Capture {
    fn new(file: &Path, packet: usize) -> io::Result<Self> {
        let out = BufWriter::with_capacity(1 << 20, File::create(file)?);
        Ok(Self {
            writer: Writer::new(Some(out))?,
            now: Duration::from_secs(1_700_000_000),
            packet,
            written: 0,
        })
    }

    fn send(&mut self, id: u64, from: Role, bytes: &[u8]) -> io::Result<()> {
        for piece in bytes.chunks(self.packet) {
            self.now += Duration::from_micros(10);
            self.writer.piece(id, from, piece, self.now)?;
            // With the block's fields, the headers of IP and of TCP.
            self.written += 32 + 40 + piece.len();
        }
        Ok(())
    }
}

/// Both ends of a connection.
struct Pair {
    id: u64,
    ends: PerRole<Connection<Draft>>,
}

impl Pair {
    /// Opens a connection.
    fn open(capture: &mut Capture, id: u64, agreed: Option<&Agreed>) -> io::Result<Self> {
        let low = id.to_be_bytes();
        let addresses = PerRole {
            client: SocketAddr::from(([10, 1, low[6], low[7]], 40_000)),
            server: SocketAddr::from(([10, 2, 0, 1], 80)),
        };
        capture.writer.open(id, addresses, capture.now)?;
        let extensions = match agreed {
            Some(_) => "Sec-WebSocket-Extensions: permessage-deflate\r\n",
            None => "",
        };
        let request = format!(
            "GET /chat HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{extensions}\r\n"
        );
        let response = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n{extensions}\r\n"
        );
        capture.send(id, Role::Client, request.as_bytes())?;
        capture.send(id, Role::Server, response.as_bytes())?;
        let mut config = Config::default();
        config.limits.write_buffer = usize::MAX;
        let session = Session::default();
        let client = Connection::client(Draft, session, OsEntropy, config.clone());
        let server = Connection::server(Draft, session, config);
        let ends = match agreed {
            Some(agreed) => PerRole {
                client: client.extended(agreed),
                server: server.extended(agreed),
            },
            None => PerRole { client, server },
        };
        Ok(Self { id, ends })
    }

    fn end(&mut self, role: Role) -> &mut Connection<Draft> {
        match role {
            Role::Client => &mut self.ends.client,
            Role::Server => &mut self.ends.server,
        }
    }

    /// Sends a message, which waits until a packet is full if it need not be `apart`.
    fn send(
        &mut self,
        capture: &mut Capture,
        from: Role,
        message: &Message,
        apart: bool,
    ) -> io::Result<()> {
        let end = self.end(from);
        let sent = match message {
            Message::Text(text) => end.send(MessageRef::Text(text)),
            Message::Binary(payload) => end.send(MessageRef::Binary(payload)),
        };
        sent.expect("a message that can be sent");
        let waiting = end.output().len();
        let whole = waiting / capture.packet * capture.packet;
        self.flush(capture, from, if apart { waiting } else { whole })
    }

    fn flush(&mut self, capture: &mut Capture, from: Role, length: usize) -> io::Result<()> {
        let id = self.id;
        let end = self.end(from);
        capture.send(id, from, &end.output()[..length])?;
        end.sent(length);
        Ok(())
    }

    fn close(mut self, capture: &mut Capture) -> io::Result<()> {
        for role in [Role::Client, Role::Server] {
            let end = self.end(role);
            end.close(1000, "").expect("the first one");
            let waiting = end.output().len();
            self.flush(capture, role, waiting)?;
        }
        for role in [Role::Server, Role::Client] {
            let now = capture.now;
            capture.writer.end(self.id, role, End::Finished, now)?;
        }
        capture.writer.close(self.id)
    }
}

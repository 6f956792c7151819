//! What channels hold: idle ones, and those of a hostile client.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use wsdraft::{
    Config, Connection,
    drafts::rfc6455::Draft,
    extension::{ExtensionInfo, Extensions, builtin, multiplex::BlockKind},
    frame::Session,
    handshake::{HeadLimits, RequestHead, parse},
    multiplex::{Block, ChannelKey, Format, MultiplexLimits, Multiplexer, Mux},
    tokio::Acceptor,
};

use super::held;

const KIB: usize = 1 << 10;
/// Idle channels.
const IDLE: usize = 1000;
/// Channels of a hostile client.
const CHANNELS: usize = 100;
const WINDOW: u64 = 4 << 10;

/// The longest opening handshake of a channel.
const HANDSHAKE: usize = KIB;

/// The request for a channel, complete, as the oldest dialect wants it.
const REQUEST: &[u8] =
    b"GET /b HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n";

/// What a server answers.
const RESPONSE: &[u8] =
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n\r\n";

fn dialects() -> impl Iterator<Item = &'static ExtensionInfo> {
    builtin::ALL.iter().copied().filter(|info| info.carries())
}

fn limits(channels: usize) -> MultiplexLimits {
    MultiplexLimits::default()
        .channels(channels)
        .window(WINDOW)
        .handshake(HANDSHAKE)
}

/// A masked binary frame of a client.
fn physical(message: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x82];
    match message.len() {
        short @ 0..=125 => frame.push(short as u8 | 0x80),
        long => {
            frame.push(0xfe);
            frame.extend((long as u16).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(message);
    frame
}

/// A control block in a message.
fn control(format: &Format, block: &Block<'_>) -> Vec<u8> {
    let mut message = vec![0];
    format.write(block, &mut message);
    physical(&message)
}

fn request(format: &Format, id: u32) -> Vec<u8> {
    let block = Block {
        text: REQUEST,
        ..Block::new(BlockKind::AddRequest, id)
    };
    control(format, &block)
}

/// A frame of a channel.
fn frame(format: &Format, id: u32, frame: &[u8]) -> Vec<u8> {
    let mut message = Vec::new();
    format.write_channel_id(id, &mut message);
    message.extend_from_slice(frame);
    physical(&message)
}

/// The IDs of this many channels but the first one.
fn ids(channels: usize) -> impl Iterator<Item = u32> {
    2..=channels as u32
}

/// The request that opens a physical connection.
fn head(dialect: &ExtensionInfo) -> String {
    format!(
        "GET /first HTTP/1.1\r\nHost: server.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Extensions: {}\r\n\r\n",
        dialect.tokens[0]
    )
}

fn extensions(dialect: &ExtensionInfo) -> Extensions {
    let extensions = Extensions::named(dialect.short, builtin::ALL).unwrap();
    extensions.with_channels()
}

/// Reads what is there.
async fn read(stream: &mut DuplexStream) {
    let mut bytes = [0; 4096];
    while let Ok(Ok(1..)) =
        tokio::time::timeout(std::time::Duration::ZERO, stream.read(&mut bytes)).await
    {}
}

/// Channels that a server has accepted, whose applications wait for messages.
async fn idle(dialect: &'static ExtensionInfo) -> usize {
    let (mut client, stream) = duplex(4 * KIB);
    let acceptor = Acceptor::new(Draft).extensions(extensions(dialect));
    let accepting = acceptor.accept(stream);
    let head = head(dialect);
    let (socket, sent) = tokio::join!(accepting, client.write_all(head.as_bytes()));
    sent.unwrap();
    let (mut mux, driver) = Mux::server(socket.unwrap(), &acceptor, limits(IDLE)).unwrap();
    tokio::spawn(driver);
    let format = Format::of(dialect).unwrap();
    let mut sockets = vec![mux.accept().await.unwrap().unwrap()];
    read(&mut client).await;
    let before = held();
    sockets.reserve_exact(IDLE);
    for id in ids(IDLE) {
        client.write_all(&request(&format, id)).await.unwrap();
        sockets.push(mux.accept().await.unwrap().unwrap());
        read(&mut client).await;
    }
    // Each application has looked once, and waits.
    for socket in &mut sockets {
        let waits = tokio::time::timeout(std::time::Duration::ZERO, socket.recv()).await;
        assert!(waits.is_err(), "{}", dialect.short);
    }
    let grown = held().saturating_sub(before);
    drop(sockets);
    grown / (IDLE - 1)
}

pub(super) fn idle_channels_hold_little() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
    for dialect in dialects() {
        let each = runtime.block_on(idle(dialect));
        println!("an idle channel in {}: {each} bytes", dialect.short);
        assert!(each <= 4 * KIB, "{each} bytes in {}", dialect.short);
    }
}

/// A server with as many channels as it allows, and nobody who reads them.
struct Victim {
    mux: Multiplexer<Draft>,
    format: Format,
    before: usize,
    keys: Vec<ChannelKey>,
}

impl Victim {
    fn new(dialect: &'static ExtensionInfo) -> Self {
        let text = head(dialect);
        let limit = &HeadLimits::new();
        let head = parse::with_request(text.as_bytes(), &[], false, limit, RequestHead::of);
        let offered = dialect.tokens[0];
        let agreed = extensions(dialect).answer(wsdraft::Draft::info(&Draft), offered);
        let physical = Connection::server(Draft, Session::default(), Config::default());
        let physical = physical.extended(&agreed);
        let mux = Multiplexer::new(physical, Some(&head.unwrap()), limits(CHANNELS)).unwrap();
        let mut victim = Self {
            mux,
            format: Format::of(dialect).unwrap(),
            before: held(),
            keys: Vec::with_capacity(2 * CHANNELS),
        };
        victim.receive(&[]);
        for id in ids(CHANNELS) {
            victim.receive(&request(&victim.format, id));
            victim.read();
        }
        assert_eq!(victim.keys.len(), CHANNELS - 1, "{}", dialect.short);
        victim.read();
        victim
    }

    /// Receives something, and accepts what that asks for. The client reads nothing.
    fn receive(&mut self, bytes: &[u8]) {
        if self.mux.is_congested() {
            return;
        }
        self.mux.feed(bytes);
        let _ = self.mux.advance();
        while let Some(key) = self.mux.accept() {
            let length = self.mux.unread(key).map_or(0, <[u8]>::len);
            self.mux.consume(key, length);
            assert_eq!(self.mux.write(key, RESPONSE), Some(RESPONSE.len()));
            self.keys.push(key);
            let _ = self.mux.advance();
        }
        while self.mux.next_changed().is_some() {}
    }

    /// The client reads everything.
    fn read(&mut self) {
        while !self.mux.output().is_empty() {
            self.mux.sent(self.mux.output().len());
            let _ = self.mux.advance();
        }
    }

    fn held(&self) -> usize {
        held().saturating_sub(self.before)
    }
}

/// What a client does again and again, and for how often at most.
type Attack = (&'static str, usize, fn(&mut Victim, u32));

const ATTACKS: [Attack; 6] = [
    ("requests without slots", 20, |victim, id| {
        let request = request(&victim.format, id + 100_000);
        victim.receive(&request);
    }),
    ("quota", 20, |victim, id| {
        let block = Block {
            quota: 1,
            ..Block::new(BlockKind::Quota, id)
        };
        let block = control(&victim.format, &block);
        victim.receive(&block);
    }),
    ("frames of channels that are not open", 20, |victim, id| {
        let frame = frame(&victim.format, id + 100_000, &[0x82; 1000]);
        victim.receive(&frame);
    }),
    ("empty fragments", 20, |victim, id| {
        let frame = frame(&victim.format, id, &[0]);
        victim.receive(&frame);
    }),
    ("drops of channels that are not open", 20, |victim, id| {
        let block = Block::new(BlockKind::Drop, id + 100_000);
        let block = control(&victim.format, &block);
        victim.receive(&block);
    }),
    ("an opening handshake that goes nowhere", 2, |victim, id| {
        let drop = control(&victim.format, &Block::new(BlockKind::Drop, id));
        victim.receive(&drop);
        for key in std::mem::take(&mut victim.keys) {
            if victim.mux.unread(key).is_none() {
                victim.mux.release(key);
            } else {
                victim.keys.push(key);
            }
        }
        victim.read();
        let request = request(&victim.format, id);
        victim.receive(&request);
        victim.read();
    }),
];

pub(super) fn a_hostile_client_grows_channels_no_further() {
    // What waits to be sent to a client that does not read, and the rest of a message.
    const PHYSICAL: usize = 600 * KIB;
    for dialect in dialects() {
        let name = dialect.short;
        for (what, times, attack) in ATTACKS {
            let mut victim = Victim::new(dialect);
            let idle = victim.held();
            assert!(idle <= CHANNELS * KIB + 128 * KIB, "{idle} in {name}");
            let mut most = 0;
            for _ in 0..times {
                ids(CHANNELS).for_each(|id| attack(&mut victim, id));
                most = most.max(victim.held());
            }
            assert_eq!(victim.mux.over(), None, "{what} in {name}");
            let grown = most.saturating_sub(idle);
            println!("{what} in {name}: {grown} bytes beyond {idle}");
            assert!(grown <= PHYSICAL, "{what} in {name}: {grown} bytes");
        }
        used_up(dialect);
    }
}

/// Messages that nobody reads, in the shortest frames: until every quota is used up.
fn used_up(dialect: &'static ExtensionInfo) {
    let mut victim = Victim::new(dialect);
    // A buffer grows by doubling.
    let most = 2 * (8 * WINDOW as usize + HANDSHAKE + 4 * KIB);
    const SOME: usize = 20;
    let before = victim.held();
    for id in ids(CHANNELS).take(SOME) {
        for payload in [&[0x81][..], &[0x81, b'x']] {
            let frame = frame(&victim.format, id, payload);
            for _ in 0..WINDOW {
                victim.mux.feed(&frame);
            }
            let _ = victim.mux.advance();
        }
    }
    let each = victim.held().saturating_sub(before) / SOME;
    println!(
        "used up in {}: {each} bytes a channel, at most {most}",
        dialect.short
    );
    assert!(each <= most, "{each} in {}", dialect.short);
    assert!(victim.held() <= limits(CHANNELS).most_held());
    assert_eq!(victim.mux.over(), None, "{}", dialect.short);
}

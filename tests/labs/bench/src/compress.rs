//! Messages that are compressed: what everyone sends of them, and how fast.

use std::{
    fmt::Write as _,
    sync::{Arc, atomic::Ordering},
};

use wsdraft::{
    Config, Connection, OsEntropy,
    drafts::rfc6455::Draft,
    extension::{Agreed, Compression, Extensions},
    frame::Session,
};

use crate::{
    memory::{Counts, Memory},
    peers::{Core, Sockudo, Wsdraft, Wtx, Yawc},
    work::{Contender, block_on},
};

/// The level at which everyone compresses.
pub const LEVEL: u8 = 6;

/// What is compressed: messages of JSON, and whether a message may refer to earlier ones.
#[derive(Clone, Debug)]
pub struct Load {
    /// The messages, in turn.
    pub messages: Vec<String>,
    /// Whether windows are kept from message to message.
    pub takeover: bool,
    /// The messages as a client sends them, compressed and masked.
    pub frames: Arc<[u8]>,
}

impl Load {
    /// So many different messages of this length.
    pub fn new(length: usize, count: usize, takeover: bool) -> Self {
        let mut state = 1u64;
        let messages: Vec<String> = (0..count).map(|_| json(length, &mut state)).collect();
        let mut config = Config::default();
        config.limits.write_buffer = usize::MAX;
        let client = Connection::client(Draft, Session::default(), OsEntropy, config);
        let mut client = client.extended(&agreed(takeover));
        for message in &messages {
            client.text(message).expect("a message that can be sent");
        }
        let frames = client.output().into();
        Self {
            messages,
            takeover,
            frames,
        }
    }

    /// Bytes of all messages.
    pub fn length(&self) -> usize {
        self.messages.iter().map(String::len).sum()
    }

    /// What the header of the response says.
    pub const fn header(&self) -> &'static str {
        header(self.takeover)
    }
}

const fn header(takeover: bool) -> &'static str {
    if takeover {
        "permessage-deflate"
    } else {
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    }
}

/// What has been agreed, for wsdraft.
pub fn agreed(takeover: bool) -> Agreed {
    let mut settings = Compression::new();
    settings.level = LEVEL;
    let ours = Extensions::compression().with_compression(settings);
    let draft = wsdraft::Draft::info(&Draft);
    ours.agreed(draft, header(takeover))
        .expect("a list that keeps the rules")
}

/// A list of records as services exchange them: the same names, other values.
fn json(length: usize, state: &mut u64) -> String {
    let mut next = |below: u64| {
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) % below
    };
    let words = [
        "open", "closed", "pending", "north", "south", "amber", "violet", "granite",
    ];
    let mut text = String::from("[");
    while text.len() < length {
        let (id, price, quantity) = (next(1 << 24), next(100_000), next(500));
        let (status, place) = (words[next(3) as usize], words[3 + next(5) as usize]);
        write!(
            text,
            "{{\"id\":{id},\"status\":\"{status}\",\"place\":\"{place}\",\"price\":{}.{:02},\"quantity\":{quantity}}},",
            price / 100,
            price % 100
        )
        .expect("a string takes everything");
    }
    text.truncate(length - 1);
    text.push(']');
    text
}

/// A server that sends and receives compressed messages.
pub trait Compress: Contender {
    /// Whether it can keep windows from message to message.
    const KEEPS: bool = true;

    /// Receives so many messages; gives their bytes.
    fn receive(input: Memory, load: &Load, messages: usize) -> impl Future<Output = usize>;

    /// Sends so many messages, each flushed.
    fn send(output: Memory, load: &Load, messages: usize) -> impl Future<Output = ()>;
}

/// Someone who compresses.
pub struct Compressor {
    pub name: &'static str,
    /// Receives so many of the messages.
    pub receive: fn(&Load, usize) -> usize,
    /// Sends so many of them; gives the bytes on the wire.
    pub send: fn(&Load, usize) -> usize,
}

/// All that compress like this.
pub fn compressors(takeover: bool) -> Vec<Compressor> {
    fn of<C: Compress>(takeover: bool) -> Option<Compressor> {
        let compressor = Compressor {
            name: C::NAME,
            receive: |load, messages| {
                block_on(C::receive(Memory::new(load.frames.clone()), load, messages))
            },
            send: |load, messages| {
                let counts = Arc::new(Counts::default());
                let output = Memory::default().counting(counts.clone());
                block_on(C::send(output, load, messages));
                counts.written.load(Ordering::Relaxed)
            },
        };
        (C::KEEPS || !takeover).then_some(compressor)
    }
    let all = [
        of::<Core>,
        of::<Wsdraft>,
        of::<Sockudo>,
        of::<Wtx>,
        of::<Yawc>,
    ];
    all.into_iter()
        .filter_map(|compressor| compressor(takeover))
        .collect()
}

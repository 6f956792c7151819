//! Observes what both endpoints send over a physical connection.

use std::collections::{BTreeMap, VecDeque};

use wsdraft::{
    Role,
    handshake::{HeadLimits, parse},
    info::Kind,
};
use wsdraft_spec::{
    ResolvedDraft,
    extension::{
        ResolvedMultiplexing,
        multiplex::{BlockKind, Carriage, ChannelDemand, Cost, Initial},
    },
    vocabulary::LayoutField,
};

use super::{Contents, Format};

/// A message of the physical connection; its fragments are joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The endpoint that sends it.
    pub by: Role,
    /// Its kind.
    pub kind: Kind,
    /// Its payload.
    pub payload: Vec<u8>,
}

/// A requirement that is not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The position of the message.
    pub message: usize,
    /// The requirement.
    pub demand: ChannelDemand,
    /// The channel that it is about.
    pub channel: Option<u32>,
}

/// What a physical connection starts with.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The draft, whose opcodes the frames of channels have.
    pub draft: &'a ResolvedDraft,
    /// The server's quota on the first channel, as the offer states it.
    pub server_quota: u64,
}

/// The requirements that the messages of a physical connection do not meet, in order.
#[must_use]
pub fn observe(
    stated: &ResolvedMultiplexing,
    setting: &Setting<'_>,
    messages: &[Carried],
) -> Vec<Fault> {
    let mut observer = Observer {
        stated,
        format: Format::new(stated),
        setting,
        channels: BTreeMap::new(),
        slots: VecDeque::new(),
        faults: Vec::new(),
        at: 0,
    };
    if let Some(channels) = &stated.channels {
        observer.open(channels.value.first, true, 0);
    }
    for (at, message) in messages.iter().enumerate() {
        observer.at = at;
        if let Err((demand, channel)) = observer.message(message) {
            observer.note(demand, channel);
        }
    }
    observer.faults
}

/// A requirement that is not met, and the channel that it is about.
type Broken = (ChannelDemand, Option<u32>);

struct Observer<'a> {
    stated: &'a ResolvedMultiplexing,
    format: Format<'a>,
    setting: &'a Setting<'a>,
    channels: BTreeMap<u32, Channel>,
    /// Number of slots, and the quota that comes with each.
    slots: VecDeque<(u64, u64)>,
    faults: Vec<Fault>,
    at: usize,
}

/// What the client and the server may send on a channel.
#[derive(Default)]
struct Channel {
    client: Direction,
    server: Direction,
}

#[derive(Default)]
struct Direction {
    quota: u64,
    /// Whether a control frame waits for its other fragments.
    in_control: bool,
}

impl Channel {
    const fn of(&mut self, by: Role) -> &mut Direction {
        match by {
            Role::Client => &mut self.client,
            Role::Server => &mut self.server,
        }
    }
}

/// The header of a channel's frame.
struct Inner {
    fin: bool,
    kind: Kind,
}

impl Observer<'_> {
    fn note(&mut self, demand: ChannelDemand, channel: Option<u32>) {
        self.faults.push(Fault {
            message: self.at,
            demand,
            channel,
        });
    }

    fn open(&mut self, id: u32, first: bool, slot: u64) {
        let mut channel = Channel::default();
        if let Some(quotas) = &self.stated.quotas {
            let quotas = &quotas.value;
            let (client, server) = match first {
                true => (quotas.client_first, quotas.server_first),
                false => (quotas.client_others, quotas.server_others),
            };
            let start = |initial| match initial {
                Initial::Nothing => 0,
                Initial::Parameter => self.setting.server_quota,
                Initial::Slot => slot,
            };
            channel.client.quota = start(client);
            channel.server.quota = start(server);
        }
        self.channels.insert(id, channel);
    }

    fn message(&mut self, message: &Carried) -> Result<(), Broken> {
        let Some(carriage) = &self.stated.carriage else {
            return Ok(());
        };
        let header = match &carriage.value.form {
            Carriage::Wrapped { .. } if message.kind.is_control() => return Ok(()),
            Carriage::Wrapped { kind, .. } if message.kind != *kind => {
                return Err((ChannelDemand::EnvelopeKind, None));
            }
            Carriage::Wrapped { header, .. } => Some(header),
            Carriage::Prefixed if message.kind.is_control() => {
                return Err((ChannelDemand::ControlInBlock, None));
            }
            Carriage::Prefixed => None,
            Carriage::Claimed(_) => return Ok(()),
        };
        let payload = &message.payload;
        let (id, length) = self
            .format
            .read_channel_id(payload)
            .map_err(|demand| (demand, None))?;
        if self
            .format
            .channel_id(id)
            .is_none_or(|one| one.len() < length)
        {
            self.note(ChannelDemand::ChannelIdShortest, Some(id));
        }
        let rest = &payload[length..];
        let channels = self.stated.channels.as_ref();
        if channels.is_some_and(|channels| channels.value.control == Some(id)) {
            return self.blocks(message.by, rest);
        }
        let (inner, payload) = match header {
            None => {
                let inner = Inner {
                    fin: true,
                    kind: message.kind,
                };
                (inner, rest)
            }
            Some(fields) => {
                let (first, payload) = rest
                    .split_first()
                    .ok_or((ChannelDemand::FrameComplete, Some(id)))?;
                (self.inner(fields, *first), payload)
            }
        };
        self.frame(message.by, id, &inner, payload.len() as u64)
            .map_err(|demand| (demand, Some(id)))
    }

    /// Reads the byte of frame header.
    fn inner(&self, fields: &[LayoutField], byte: u8) -> Inner {
        let mut left = 8;
        let (mut fin, mut opcode) = (true, 0);
        for field in fields {
            let bits = u32::from(field.bits());
            left -= bits;
            let value = (u32::from(byte) >> left & ((1 << bits) - 1)) as u8;
            match field {
                LayoutField::Final => fin = value == 1,
                LayoutField::More => fin = value == 0,
                LayoutField::Opcode(_) => opcode = value,
                LayoutField::Reserved(_) | LayoutField::Masked | LayoutField::Length(_) => {}
            }
        }
        let mut opcodes = self.setting.draft.opcodes.values();
        let known = opcodes.find(|known| known.value.value == opcode);
        let kind = known.map_or(Kind::Reserved, |known| known.value.kind);
        Inner { fin, kind }
    }

    fn frame(
        &mut self,
        by: Role,
        id: u32,
        inner: &Inner,
        payload: u64,
    ) -> Result<(), ChannelDemand> {
        let Some(direction) = self.channels.get_mut(&id).map(|one| one.of(by)) else {
            return Ok(());
        };
        let continues = inner.kind == Kind::Continuation;
        if let Some(quotas) = &self.stated.quotas {
            let cost = match quotas.value.cost {
                Cost::Payload => payload,
                Cost::PayloadAndStart => payload + u64::from(!continues),
            };
            let left = direction.quota.checked_sub(cost);
            direction.quota = left.ok_or(ChannelDemand::WithinQuota)?;
        }
        if direction.in_control && !continues {
            return Err(ChannelDemand::ControlFragments);
        }
        direction.in_control = (direction.in_control || inner.kind.is_control()) && !inner.fin;
        Ok(())
    }

    fn blocks(&mut self, by: Role, mut bytes: &[u8]) -> Result<(), Broken> {
        while !bytes.is_empty() {
            let (contents, length) = self
                .format
                .read_block(bytes)
                .map_err(|demand| (demand, None))?;
            bytes = &bytes[length..];
            self.block(by, &contents)
                .map_err(|demand| (demand, contents.channel))?;
        }
        Ok(())
    }

    fn block(&mut self, by: Role, contents: &Contents) -> Result<(), ChannelDemand> {
        let Some(item) = self.stated.blocks.get(contents.block.as_str()) else {
            return Ok(());
        };
        if item.value.by.is_some_and(|role| role != by) {
            return Err(ChannelDemand::BlockSender);
        }
        let id = contents.channel.unwrap_or_default();
        match item.value.kind {
            BlockKind::AddRequest => {
                self.handshake(by, contents)?;
                if self.channels.contains_key(&id) {
                    return Err(ChannelDemand::FreshChannel);
                }
                let quota = self.slot()?;
                self.open(id, false, quota);
            }
            BlockKind::AddResponse => {
                self.handshake(by, contents)?;
                if contents.flag {
                    self.channels.remove(&id);
                }
            }
            BlockKind::Quota => {
                let bits = self.stated.quotas.as_ref();
                let bits = bits.and_then(|item| item.value.bits).unwrap_or(64);
                if let Some(channel) = self.channels.get_mut(&id) {
                    let direction = channel.of(by.peer());
                    let sum = direction.quota.checked_add(contents.quota.unwrap_or(0));
                    let sum = sum.filter(|sum| bits >= 64 || sum >> bits == 0);
                    direction.quota = sum.ok_or(ChannelDemand::QuotaFits)?;
                }
            }
            BlockKind::Drop => {
                self.channels.remove(&id);
            }
            BlockKind::Slots => {
                let (slots, quota) = (contents.slots, contents.quota);
                self.slots
                    .push_back((slots.unwrap_or(0), quota.unwrap_or(0)));
            }
            BlockKind::ControlFrame | BlockKind::Frame => {}
        }
        Ok(())
    }

    /// Takes a slot, and returns the quota that comes with it.
    fn slot(&mut self) -> Result<u64, ChannelDemand> {
        let channels = self.stated.channels.as_ref();
        if !channels.is_some_and(|channels| channels.value.needs_slots) {
            return Ok(0);
        }
        self.slots.retain(|(left, _)| *left > 0);
        let (left, quota) = self.slots.front_mut().ok_or(ChannelDemand::SlotAvailable)?;
        *left -= 1;
        Ok(*quota)
    }

    fn handshake(&self, by: Role, contents: &Contents) -> Result<(), ChannelDemand> {
        let mut encodings = self.stated.encodings.values();
        if !encodings.any(|encoding| encoding.value.value == contents.encoding) {
            return Err(ChannelDemand::KnownEncoding(by));
        }
        let (head, limits) = (&contents.last, HeadLimits::default());
        let whole = parse::head_end(head) == Some(head.len());
        let read = whole
            && match by {
                Role::Client => parse::with_request(head, &[], false, &limits, |_| ()).is_ok(),
                Role::Server => parse::with_response(head, &[], &limits, |_| ()).is_ok(),
            };
        read.then_some(()).ok_or(ChannelDemand::ValidHandshake(by))
    }
}

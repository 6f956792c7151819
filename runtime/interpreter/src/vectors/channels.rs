//! Vectors for rules about channels and blocks.

use wsdraft::{Role, info::Kind};
use wsdraft_spec::{
    ResolvedDraft, ResolvedExtension,
    extension::{
        Block, Demand, ExtensionRule, ResolvedMultiplexing,
        multiplex::{BlockKind, BlockPart, Carriage, ChannelDemand, Cost},
    },
    vocabulary::{LayoutField, Level},
};

use super::NoVector;
use crate::multiplex::{Carried, Contents, Fault, Format, Setting, observe};

mod blocks;

/// Messages of a physical connection that violate a rule of an extension, and some that follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelCase {
    /// The endpoint that violates the rule.
    pub by: Role,
    /// The messages that violate this rule, and no other; the last one is the cause.
    pub broken: Vec<Carried>,
    /// The messages that violate no rule, and differ as little as possible.
    pub kept: Vec<Carried>,
}

/// The vectors of an extension that multiplexes.
#[derive(Clone, Copy, Debug)]
pub struct ChannelVectors<'a> {
    extension: &'a ResolvedExtension,
    stated: &'a ResolvedMultiplexing,
    format: Format<'a>,
    draft: &'a ResolvedDraft,
}

/// Who sends, and the messages that break and keep a rule.
type Cases = Result<Vec<ChannelCase>, NoVector>;

impl<'a> ChannelVectors<'a> {
    /// The vectors of an extension, with the opcodes of a draft; `None` if it does not multiplex.
    #[must_use]
    pub fn new(extension: &'a ResolvedExtension, draft: &'a ResolvedDraft) -> Option<Self> {
        let stated = extension.multiplexing.as_ref()?;
        Some(Self {
            extension,
            stated,
            format: Format::new(stated),
            draft,
        })
    }

    /// The requirements that messages do not meet. The offer states no quota.
    #[must_use]
    pub fn faults(&self, messages: &[Carried]) -> Vec<Fault> {
        let setting = Setting {
            draft: self.draft,
            server_quota: 0,
        };
        observe(self.stated, &setting, messages)
    }

    /// The ids of the rules that have or could have vectors, in the order of the checks.
    pub fn rules(&self) -> impl Iterator<Item = (&'a str, &'a ExtensionRule)> + use<'a> {
        let rules = self.extension.rules.iter();
        let rules = rules.map(|(id, item)| (id.as_str(), &item.value));
        rules.filter(|(_, rule)| rule.scope.is_of_channels())
    }

    /// The vectors of the rule with this id.
    ///
    /// # Errors
    /// The reason why there are none.
    pub fn of(&self, id: &str) -> Cases {
        let rule = self.extension.rules.get(id).ok_or(NoVector::Unknown)?;
        let rule = &rule.value;
        if rule.level == Level::May {
            return Err(NoVector::Permits);
        }
        match &rule.require {
            Demand::Channels(asked) => self.cases(rule, *asked),
            Demand::Documented(why) => Err(NoVector::Hidden(why.clone())),
            other => Err(NoVector::unknown_form(other)),
        }
    }

    fn cases(&self, rule: &ExtensionRule, asked: ChannelDemand) -> Cases {
        let unknown = || NoVector::unknown_form(&asked);
        let senders: &[Role] = match rule.by {
            None => &[Role::Client, Role::Server],
            Some(Role::Client) => &[Role::Client],
            Some(Role::Server) => &[Role::Server],
        };
        let mut cases = Vec::new();
        for &by in senders {
            cases.extend(self.of_demand(by, asked).ok_or_else(unknown)?);
        }
        if cases.is_empty() {
            return Err(unknown());
        }
        Ok(cases)
    }

    /// Cases of a demand.
    fn of_demand(&self, by: Role, asked: ChannelDemand) -> Option<Vec<ChannelCase>> {
        use ChannelDemand as D;
        let first = self.first()?;
        let hello = self.frame(by, first, Kind::Text, true, b"Hello")?;
        let payload = |bytes: &[u8]| Carried {
            payload: bytes.to_vec(),
            ..hello.clone()
        };
        let id = self.format.channel_id(first)?;
        let broken = match asked {
            D::EnvelopeKind => vec![Carried {
                kind: Kind::Text,
                ..hello.clone()
            }],
            D::ChannelIdComplete => {
                let long = self.format.channel_id_in(first, id.len() + 1)?;
                vec![payload(&[]), payload(&long[..id.len()])]
            }
            D::ChannelIdShortest => {
                let long = self.format.channel_id_in(first, id.len() + 1)?;
                vec![payload(&[&*long, &hello.payload[id.len()..]].concat())]
            }
            D::FrameComplete => vec![payload(&id)],
            D::ControlInBlock => return self.control_in_block(by, &id),
            D::WithinQuota | D::ControlFragments => return self.of_channels(by, asked),
            D::KnownBlock
            | D::BlockReservedClear
            | D::BlockComplete
            | D::NumberShortest
            | D::NumberFits
            | D::DropCodeComplete
            | D::BlockSender
            | D::KnownEncoding(_)
            | D::ValidHandshake(_)
            | D::FreshChannel
            | D::SlotAvailable
            | D::QuotaFits => return self.of_blocks(by, asked),
        };
        let ready = self.grants(by, u64::from(u16::MAX));
        let with = |last: &Carried| [&*ready, std::slice::from_ref(last)].concat();
        let cases = broken.iter().map(|last| ChannelCase {
            by,
            broken: with(last),
            kept: with(&hello),
        });
        Some(cases.collect())
    }

    /// A control frame beside the channels, and one in a block.
    fn control_in_block(&self, by: Role, id: &[u8]) -> Option<Vec<ChannelCase>> {
        let ping = Carried {
            by,
            kind: Kind::Ping,
            payload: id.to_vec(),
        };
        let (name, _) = self.block_of(BlockKind::ControlFrame)?;
        Some(vec![ChannelCase {
            by,
            broken: vec![ping],
            kept: vec![self.control(by, &[self.sample(name)?])?],
        }])
    }

    /// Cases of rules about the frames of a channel.
    fn of_channels(&self, by: Role, asked: ChannelDemand) -> Option<Vec<ChannelCase>> {
        use ChannelDemand as D;
        let first = self.first()?;
        let hello = self.frame(by, first, Kind::Text, true, b"Hello")?;
        let one = |broken, kept| Some(vec![ChannelCase { by, broken, kept }]);
        match asked {
            D::WithinQuota => {
                let cost = 5 + match self.stated.quotas.as_ref()?.value.cost {
                    Cost::Payload => 0,
                    Cost::PayloadAndStart => 1,
                };
                let grant = |quota| [self.grants(by, quota), vec![hello.clone()]].concat();
                one(grant(cost - 1), grant(cost))
            }
            D::ControlFragments => {
                let start = self.frame(by, first, Kind::Ping, false, b"a")?;
                let end = self.frame(by, first, Kind::Continuation, true, b"b")?;
                let ready = self.grants(by, u64::from(u16::MAX));
                let with = |last: &[Carried]| [&*ready, last].concat();
                one(
                    with(&[start.clone(), hello.clone()]),
                    with(&[start, end, hello]),
                )
            }
            D::EnvelopeKind
            | D::ChannelIdComplete
            | D::ChannelIdShortest
            | D::FrameComplete
            | D::ControlInBlock
            | D::KnownBlock
            | D::BlockReservedClear
            | D::BlockComplete
            | D::NumberShortest
            | D::NumberFits
            | D::DropCodeComplete
            | D::BlockSender
            | D::KnownEncoding(_)
            | D::ValidHandshake(_)
            | D::FreshChannel
            | D::SlotAvailable
            | D::QuotaFits => None,
        }
    }

    /// The channel that is open from the start.
    fn first(&self) -> Option<u32> {
        Some(self.stated.channels.as_ref()?.value.first)
    }

    /// The first other channel.
    fn other(&self) -> Option<u32> {
        Some(self.stated.channels.as_ref()?.value.others)
    }

    fn block_of(&self, kind: BlockKind) -> Option<(&'a str, &'a Block)> {
        let mut blocks = self.stated.blocks.iter();
        let (name, item) = blocks.find(|(_, item)| item.value.kind == kind)?;
        Some((name, &item.value))
    }

    /// The block that lets an endpoint send on the first channel, if quotas are limited.
    fn grants(&self, by: Role, quota: u64) -> Vec<Carried> {
        let grant = || {
            self.stated.quotas.as_ref()?;
            let (name, _) = self.block_of(BlockKind::Quota)?;
            let contents = Contents {
                quota: Some(quota),
                ..self.sample(name)?
            };
            self.control(by.peer(), &[contents])
        };
        grant().into_iter().collect()
    }

    /// A message on the control channel.
    fn control(&self, by: Role, blocks: &[Contents]) -> Option<Carried> {
        let blocks: Option<Vec<_>> = blocks.iter().map(|one| self.format.block(one)).collect();
        self.control_bytes(by, &blocks?.concat())
    }

    fn control_bytes(&self, by: Role, bytes: &[u8]) -> Option<Carried> {
        let control = self.stated.channels.as_ref()?.value.control?;
        let kind = match self.stated.carriage.as_ref()?.value.form {
            Carriage::Wrapped { kind, .. } => kind,
            Carriage::Prefixed => Kind::Binary,
            Carriage::Claimed(_) => return None,
        };
        let payload = [&*self.format.channel_id(control)?, bytes].concat();
        Some(Carried { by, kind, payload })
    }

    /// A frame of a channel.
    fn frame(&self, by: Role, id: u32, kind: Kind, fin: bool, payload: &[u8]) -> Option<Carried> {
        let id = self.format.channel_id(id)?;
        match &self.stated.carriage.as_ref()?.value.form {
            Carriage::Wrapped {
                kind: wrapped,
                header,
            } => Some(Carried {
                by,
                kind: *wrapped,
                payload: [&*id, &[self.header(header, kind, fin)?], payload].concat(),
            }),
            Carriage::Prefixed => Some(Carried {
                by,
                kind,
                payload: [&*id, payload].concat(),
            }),
            Carriage::Claimed(_) => None,
        }
    }

    /// The byte of frame header of a channel's frame.
    fn header(&self, fields: &[LayoutField], kind: Kind, fin: bool) -> Option<u8> {
        let mut opcodes = self.draft.opcodes.values();
        let opcode = opcodes.find(|opcode| opcode.value.kind == kind)?;
        let mut byte = 0u32;
        for field in fields {
            let value = match field {
                LayoutField::Final => fin.into(),
                LayoutField::More => (!fin).into(),
                LayoutField::Opcode(_) => opcode.value.value.into(),
                LayoutField::Reserved(_) | LayoutField::Masked | LayoutField::Length(_) => 0,
            };
            byte = byte << field.bits() | value;
        }
        u8::try_from(byte).ok()
    }

    /// A usual block with this name.
    fn sample(&self, name: &str) -> Option<Contents> {
        let block = &self.stated.blocks.get(name)?.value;
        let mut contents = Contents {
            block: name.to_owned(),
            channel: self.first(),
            ..Contents::default()
        };
        match block.kind {
            BlockKind::AddRequest => {
                contents.channel = self.other();
                contents.last = b"GET /chat HTTP/1.1\r\nHost: example.com\r\n\r\n".to_vec();
            }
            BlockKind::AddResponse => {
                contents.channel = self.other();
                contents.last = self.response().into_bytes();
            }
            BlockKind::Quota => contents.quota = Some(8192),
            BlockKind::Drop => {
                if block.parts.contains(&BlockPart::CodeAndReason) {
                    contents.code = self.stated.drop_codes.keys().next().copied();
                }
                contents.last = b"done".to_vec();
            }
            BlockKind::Slots => {
                contents.channel = None;
                (contents.slots, contents.quota) = (Some(2), Some(8192));
            }
            BlockKind::ControlFrame | BlockKind::Frame => {
                let mut opcodes = self.draft.opcodes.values();
                let ping = opcodes.find(|opcode| opcode.value.kind == Kind::Ping)?;
                contents.last = vec![0x80 | ping.value.value, 0];
            }
        }
        Some(contents)
    }

    /// The response that accepts a channel.
    fn response(&self) -> String {
        let line = self.draft.status_line.as_ref().map(|item| &item.value);
        let line = line.map_or_else(String::new, |line| {
            format!("{} {}", line.status, line.reason)
        });
        format!("HTTP/1.1 {line}\r\n\r\n")
    }
}

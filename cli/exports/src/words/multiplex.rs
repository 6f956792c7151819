//! The words of multiplexing.

use super::count;
use wsdraft_spec::{
    extension::{
        Channels,
        multiplex::{
            Base, BlockField, BlockKind, BlockPart, Carriage, ChannelIds, Cost, DropScope, Flag,
            Initial, Numbers,
        },
    },
    vocabulary::{Extended, LayoutField, Role},
};

/// How the frames of the physical connection carry channels.
#[must_use]
pub fn carriage(form: &Carriage) -> String {
    match form {
        Carriage::Wrapped { kind, header } => {
            let fields: Vec<String> = header.iter().map(header_field).collect();
            format!(
                "{kind} messages: the channel ID, one byte of frame header ({}), the payload; on the control channel, blocks after the ID",
                fields.join(", ")
            )
        }
        Carriage::Prefixed => {
            "data frames with their own opcode: the channel ID, the payload; on the control channel, blocks after the ID"
                .into()
        }
        Carriage::Claimed(opcode) => format!("frames with opcode 0x{opcode:X}, each with one block"),
    }
}

/// A field of a frame header.
#[must_use]
pub fn header_field(field: &LayoutField) -> String {
    match field {
        LayoutField::Final => "FIN".into(),
        LayoutField::More => "MORE".into(),
        LayoutField::Reserved(name) => name.clone(),
        LayoutField::Opcode(bits) => format!("opcode: {bits} bits"),
        LayoutField::Masked => "MASK".into(),
        LayoutField::Length(bits) => format!("length: {bits} bits"),
    }
}

/// The encoding of a channel ID.
#[must_use]
pub fn ids(ids: &ChannelIds) -> String {
    match ids {
        ChannelIds::Prefixed(widths) => {
            let forms = widths.iter().enumerate().map(|(more, width)| {
                let end = if more + 1 == widths.len() { "" } else { "0" };
                format!("{}{end} and {width} bits", "1".repeat(more))
            });
            let forms: Vec<String> = forms.collect();
            format!("the bits {}", forms.join("; "))
        }
        ChannelIds::Leading { escape, bits } => {
            format!("in the first byte of the block; after the value {escape}, {bits} bits more")
        }
    }
}

/// Which channels there are.
#[must_use]
pub fn channels(channels: &Channels) -> String {
    let control = channels.control;
    let control = control.map_or_else(String::new, |id| format!("{id} carries control blocks; "));
    let slots = if channels.needs_slots {
        ", one for each slot"
    } else {
        ""
    };
    format!(
        "{control}{} is open from the start; the {} opens others from {} on{slots}",
        channels.first, channels.opened_by, channels.others
    )
}

/// The encoding of numbers in blocks.
#[must_use]
pub fn numbers(form: &Numbers) -> String {
    match form {
        Numbers::Prefixed { bits, extended } => {
            let forms = extended
                .iter()
                .map(|Extended { marker, bits }| format!("{marker} and {bits} bits"));
            let first = format!("one byte with {bits} bits");
            let forms: Vec<String> = std::iter::once(first).chain(forms).collect();
            forms.join(", or ")
        }
        Numbers::Sized(most) => {
            format!("1 to {most} bytes; the first byte of the block contains the number of bytes")
        }
    }
}

/// What a block does.
#[must_use]
pub const fn does(kind: BlockKind) -> &'static str {
    match kind {
        BlockKind::AddRequest => "asks for a new channel",
        BlockKind::AddResponse => "answers a request for a channel",
        BlockKind::Quota => "adds to what the receiver may send on a channel",
        BlockKind::Drop => "ends a channel, or the physical connection",
        BlockKind::Slots => "permits the receiver to open channels",
        BlockKind::ControlFrame => "contains a control frame of a channel",
        BlockKind::Frame => "contains a frame of a channel",
    }
}

/// The fields of a block's first byte.
#[must_use]
pub fn fields(fields: &[BlockField]) -> String {
    let fields = fields.iter().map(|field| {
        let name = match field {
            BlockField::Opcode(_) => "opcode".into(),
            BlockField::Channel(_) => "channel ID".into(),
            BlockField::Reserved(_) => "reserved".into(),
            BlockField::Encoding(_) => "encoding".into(),
            BlockField::Width(quantity, _) => format!("width of the {}", quantity.as_str()),
            BlockField::Flag(flag) => self::flag(*flag).to_owned(),
        };
        format!("{name}: {}", count(field.bits().into(), "bit"))
    });
    fields.collect::<Vec<_>>().join(", ")
}

const fn flag(flag: Flag) -> &'static str {
    match flag {
        Flag::Refused => "refused",
        Flag::Error => "error",
        Flag::Fallback => "fallback",
    }
}

/// The parts of a block.
#[must_use]
pub fn parts(parts: &[BlockPart]) -> String {
    let parts = parts.iter().map(|part| match part {
        BlockPart::Fields => "first byte".into(),
        BlockPart::Channel => "channel ID".into(),
        BlockPart::Number(quantity) => quantity.as_str().to_owned(),
        BlockPart::Fixed(quantity, bits) => format!("{} ({bits} bits)", quantity.as_str()),
        BlockPart::Handshake => "handshake".into(),
        BlockPart::Reason => "reason".into(),
        BlockPart::CodeAndReason => "drop code and reason, or nothing".into(),
        BlockPart::ControlFrame => "control frame".into(),
        BlockPart::Frame => "frame".into(),
    });
    parts.collect::<Vec<String>>().join(", ")
}

/// What a handshake is combined with.
#[must_use]
pub const fn base(base: Option<Base>) -> &'static str {
    match base {
        None => "unknown",
        Some(Base::Nothing) => "complete",
        Some(Base::LastComplete) => "changes to the last complete request",
    }
}

/// What a frame of a channel costs.
#[must_use]
pub const fn cost(cost: Cost) -> &'static str {
    match cost {
        Cost::Payload => "the bytes of its payload",
        Cost::PayloadAndStart => {
            "the bytes of its payload, and 1 unless it is a continuation frame"
        }
    }
}

/// What an endpoint may send on a new channel.
#[must_use]
pub fn initial(by: Role, first: Initial, others: Initial) -> String {
    let (first, others) = (at_first(first), at_first(others));
    format!("{by}: {first} on the first channel, {others} on others")
}

/// How much an endpoint may send on a new channel.
#[must_use]
pub const fn at_first(initial: Initial) -> &'static str {
    match initial {
        Initial::Nothing => "nothing",
        Initial::Parameter => "what the offer states",
        Initial::Slot => "what came with the slot",
    }
}

/// What the drop codes of a range end.
#[must_use]
pub const fn drop_scope(ends: DropScope) -> &'static str {
    match ends {
        DropScope::Normal => "a channel, regularly",
        DropScope::Physical => "the physical connection",
        DropScope::Logical => "a channel, after an error",
        DropScope::Other => "nothing; the peer should do something",
    }
}

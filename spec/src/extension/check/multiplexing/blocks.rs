//! Blocks: their fields and parts, and the encodings of handshakes.

use wsdraft_vocabulary::multiplex::{
    BlockField, BlockKind, BlockPart, ChannelIds, Flag, Numbers, Quantity,
};

use super::Found;
use crate::extension::{Block, ResolvedMultiplexing};

/// A field of a block in the file, and what is wrong with it.
type Wrong = (&'static str, String);

pub(super) fn check(found: &mut Found<'_>) {
    let multiplexing = found.multiplexing;
    let section = ("blocks", &found.written.multiplexing.blocks);
    let entries: Vec<_> = multiplexing.blocks.iter().collect();
    for (at, (name, item)) in entries.iter().enumerate() {
        let earlier = entries[..at]
            .iter()
            .map(|(name, item)| (*name, &item.value));
        let wrong = twice(&item.value, earlier)
            .or_else(|| fields(&item.value, multiplexing))
            .or_else(|| parts(&item.value, multiplexing))
            .or_else(|| contents(&item.value));
        if let Some((field, problem)) = wrong {
            found.in_item(section, (*name, item), field, problem);
        }
    }
    encodings(found);
}

/// Whether an earlier block is in the way of this one.
fn twice<'a>(
    block: &Block,
    earlier: impl Iterator<Item = (&'a String, &'a Block)>,
) -> Option<Wrong> {
    for (name, other) in earlier {
        if other.opcode == block.opcode {
            let text = format!("{name:?} already has the opcode {}", block.opcode);
            return Some(("opcode", text));
        }
        if other.kind == block.kind {
            let text = format!("{name:?} is already the block of the kind {:?}", block.kind);
            return Some(("kind", text));
        }
        if opcode(other) != opcode(block) {
            let text = format!("the opcode is elsewhere than in {name:?}");
            return Some(("fields", text));
        }
    }
    None
}

/// Position and number of bits of a block's opcode.
fn opcode(block: &Block) -> Option<(u32, u8)> {
    let mut at = 0;
    for field in &block.fields {
        if let BlockField::Opcode(bits) = field {
            return Some((at, *bits));
        }
        at += u32::from(field.bits());
    }
    None
}

fn fields(block: &Block, multiplexing: &ResolvedMultiplexing) -> Option<Wrong> {
    let wrong = |text: String| Some(("fields", text));
    let bits: u32 = block.fields.iter().map(|one| u32::from(one.bits())).sum();
    if bits != 8 {
        return wrong(format!(
            "the fields fill {bits} bits; they must fill a byte"
        ));
    }
    for (at, field) in block.fields.iter().enumerate() {
        let same = |other: &&BlockField| match field {
            BlockField::Opcode(_) => matches!(other, BlockField::Opcode(_)),
            BlockField::Channel(_) => matches!(other, BlockField::Channel(_)),
            BlockField::Encoding(_) => matches!(other, BlockField::Encoding(_)),
            BlockField::Width(quantity, _) => {
                matches!(other, BlockField::Width(other, _) if other == quantity)
            }
            BlockField::Flag(flag) => matches!(other, BlockField::Flag(other) if other == flag),
            BlockField::Reserved(_) => false,
        };
        if block.fields[..at].iter().any(|other| same(&other)) {
            return wrong(format!("{field:?} is there twice"));
        }
        if let Some(text) = field_problem(field, block, multiplexing) {
            return wrong(text);
        }
    }
    match opcode(block) {
        None => wrong("write one Opcode".into()),
        Some((_, bits)) if u32::from(block.opcode) >= 1 << bits.min(8) => {
            let text = format!("{} does not fit {bits} bits", block.opcode);
            Some(("opcode", text))
        }
        Some(_) => None,
    }
}

fn field_problem(
    field: &BlockField,
    block: &Block,
    multiplexing: &ResolvedMultiplexing,
) -> Option<String> {
    let numbers = multiplexing.numbers.as_ref().map(|item| &item.value.form);
    let ids = multiplexing.channels.as_ref().map(|item| &item.value.ids);
    if field.bits() == 0 {
        return Some(format!("{field:?} has no bits"));
    }
    match field {
        BlockField::Opcode(_) | BlockField::Reserved(_) => None,
        BlockField::Channel(_) => match ids {
            Some(ChannelIds::Prefixed(_)) => {
                Some("the channel ID is not among the fields in this encoding".into())
            }
            Some(ChannelIds::Leading { .. }) | None => None,
        },
        BlockField::Encoding(_) => {
            let has = block.parts.contains(&BlockPart::Handshake);
            (!has).then(|| "an encoding needs a handshake among the parts".into())
        }
        BlockField::Width(quantity, bits) => {
            let name = quantity.as_str();
            if !block.parts.contains(&BlockPart::Number(*quantity)) {
                return Some(format!("no {name} is among the parts"));
            }
            match numbers {
                Some(Numbers::Sized(bytes)) if u32::from(*bytes) == 1 << bits.min(&8) => None,
                Some(Numbers::Sized(bytes)) => Some(format!(
                    "{bits} bits do not state the number of bytes of the {name}, 1 to {bytes}"
                )),
                Some(Numbers::Prefixed { .. }) | None => {
                    Some(format!("the {name} states its number of bytes itself"))
                }
            }
        }
        BlockField::Flag(flag) => {
            let kind = match flag {
                Flag::Refused => BlockKind::AddResponse,
                Flag::Error => BlockKind::Drop,
                Flag::Fallback => BlockKind::Slots,
            };
            let text = || format!("only a block of the kind {kind:?} can have {flag:?}");
            (block.kind != kind).then(text)
        }
    }
}

fn parts(block: &Block, multiplexing: &ResolvedMultiplexing) -> Option<Wrong> {
    let wrong = |text: String| Some(("parts", text));
    let numbers = multiplexing.numbers.as_ref().map(|item| &item.value.form);
    let start = block.parts.iter().position(|one| *one == BlockPart::Fields);
    let Some(start) = start else {
        return wrong("write Fields once".into());
    };
    for (at, part) in block.parts.iter().enumerate() {
        let (before, after) = (&block.parts[..at], &block.parts[at + 1..]);
        if before.contains(part) {
            return wrong(format!("{part:?} is there twice"));
        }
        if at < start && *part != BlockPart::Channel {
            return wrong(format!(
                "only the channel ID can precede the fields, not {part:?}"
            ));
        }
        let problem = match part {
            BlockPart::Fields | BlockPart::Channel => None,
            BlockPart::Number(quantity) => match numbers {
                Some(Numbers::Sized(_)) if !has_width(block, *quantity) => Some(format!(
                    "no field states the number of bytes of the {}",
                    quantity.as_str()
                )),
                Some(Numbers::Sized(_) | Numbers::Prefixed { .. }) | None => None,
            },
            BlockPart::Fixed(_, bits) => {
                let whole = matches!(bits, 8 | 16 | 24 | 32 | 40 | 48 | 56 | 64);
                (!whole)
                    .then(|| format!("a number of {bits} bits; write whole bytes, up to 64 bits"))
            }
            BlockPart::Handshake | BlockPart::Reason | BlockPart::CodeAndReason => {
                let sized = before.iter().any(|part| is_size(*part));
                (!sized).then(|| format!("a size must precede {part:?}"))
            }
            BlockPart::ControlFrame | BlockPart::Frame => {
                (!after.is_empty()).then(|| format!("nothing can follow {part:?}"))
            }
        };
        if let Some(text) = problem {
            return wrong(text);
        }
    }
    None
}

const fn is_size(part: BlockPart) -> bool {
    matches!(
        part,
        BlockPart::Number(Quantity::Size) | BlockPart::Fixed(Quantity::Size, _)
    )
}

fn has_width(block: &Block, quantity: Quantity) -> bool {
    let mut fields = block.fields.iter();
    fields.any(|field| matches!(field, BlockField::Width(of, _) if *of == quantity))
}

/// What a block of a kind needs.
fn contents(block: &Block) -> Option<Wrong> {
    use BlockPart as P;
    use Quantity as Q;
    let has = |parts: &[BlockPart]| parts.iter().any(|part| block.parts.contains(part));
    let number = |quantity| {
        let mut parts = block.parts.iter();
        parts.any(|part| matches!(part, P::Number(of) | P::Fixed(of, _) if *of == quantity))
    };
    let missing = match block.kind {
        BlockKind::AddRequest | BlockKind::AddResponse if !has(&[P::Handshake]) => "a Handshake",
        BlockKind::Quota if !number(Q::Quota) => "a quota",
        BlockKind::Slots if !number(Q::Slots) => "a number of slots",
        BlockKind::Slots if !number(Q::Quota) => "a quota",
        BlockKind::ControlFrame if !has(&[P::ControlFrame]) => "a ControlFrame",
        BlockKind::Frame if !has(&[P::Frame]) => "a Frame",
        BlockKind::Slots => return None,
        BlockKind::AddRequest
        | BlockKind::AddResponse
        | BlockKind::Quota
        | BlockKind::Drop
        | BlockKind::ControlFrame
        | BlockKind::Frame => {
            if has(&[P::Channel]) {
                return None;
            }
            "a Channel"
        }
    };
    let text = format!("a block of the kind {:?} needs {missing}", block.kind);
    Some(("parts", text))
}

fn encodings(found: &mut Found<'_>) {
    let multiplexing = found.multiplexing;
    let section = ("encodings", &found.written.multiplexing.encodings);
    let entries: Vec<_> = multiplexing.encodings.iter().collect();
    let fields = multiplexing
        .blocks
        .values()
        .flat_map(|block| &block.value.fields);
    let widths = fields.filter_map(|field| match field {
        BlockField::Encoding(bits) => Some(*bits),
        BlockField::Opcode(_)
        | BlockField::Channel(_)
        | BlockField::Reserved(_)
        | BlockField::Width(..)
        | BlockField::Flag(_) => None,
    });
    let narrowest = widths.min().unwrap_or(0);
    for (at, (name, item)) in entries.iter().enumerate() {
        let value = item.value.value;
        let mut earlier = entries[..at].iter();
        let same = earlier.find(|(_, earlier)| earlier.value.value == value);
        let problem = match same {
            Some((other, _)) => format!("{other:?} already has the number {value}"),
            None if u32::from(value) >= 1 << narrowest.min(8) => {
                format!("{value} does not fit the encoding of every block")
            }
            None => continue,
        };
        found.in_item(section, (*name, item), "value", problem);
    }
}

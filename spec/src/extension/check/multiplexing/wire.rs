//! How frames carry channels, channel IDs, and numbers.

use wsdraft_vocabulary::multiplex::{BlockField, Carriage, ChannelIds, Numbers};

use super::Found;
use crate::{
    extension::{ResolvedExtension, ResolvedMultiplexing},
    vocabulary::{Extended, LayoutField},
};

pub(super) fn check(extension: &ResolvedExtension, found: &mut Found<'_>) {
    carriage(extension, found);
    channels(found);
    numbers(found);
}

fn carriage(extension: &ResolvedExtension, found: &mut Found<'_>) {
    let Some(item) = &found.multiplexing.carriage else {
        return;
    };
    let problem = match &item.value.form {
        Carriage::Prefixed => None,
        Carriage::Wrapped { kind, .. } if !kind.starts_message() => {
            Some(format!("{kind} frames do not start a message"))
        }
        Carriage::Wrapped { header, .. } => header_problem(header),
        Carriage::Claimed(opcode) => {
            let mut claims = extension.claims.iter();
            let claimed = claims.any(|claims| claims.value.opcodes.contains(opcode));
            (!claimed).then(|| format!("the extension does not claim the opcode {opcode}"))
        }
    };
    if let Some(problem) = problem {
        found.in_single("carriage", &item.stated_in, "form", problem);
    }
}

/// What is wrong with the byte of frame header of a channel's frame.
fn header_problem(header: &[LayoutField]) -> Option<String> {
    let bits: u32 = header.iter().map(|field| u32::from(field.bits())).sum();
    let count = |test: fn(&LayoutField) -> bool| header.iter().filter(|field| test(field)).count();
    if bits != 8 {
        return Some(format!(
            "the fields fill {bits} bits; they must fill a byte"
        ));
    }
    if count(|field| matches!(field, LayoutField::Final | LayoutField::More)) != 1 {
        return Some("write Final or More once".into());
    }
    if count(LayoutField::is_opcode) != 1 {
        return Some("write one Opcode".into());
    }
    let length =
        |field: &LayoutField| matches!(field, LayoutField::Masked | LayoutField::Length(_));
    (count(length) != 0)
        .then(|| "the frame ends with its message, and is not masked on its own".into())
}

fn channels(found: &mut Found<'_>) {
    let Some(item) = &found.multiplexing.channels else {
        return;
    };
    let channels = &item.value;
    let largest = match ids(&channels.ids, found.multiplexing) {
        Ok(largest) => largest,
        Err(problem) => return found.in_single("channels", &item.stated_in, "ids", problem),
    };
    let mut report = |field: &str, problem: &str| {
        found.in_single("channels", &item.stated_in, field, problem.into());
    };
    if channels.control == Some(channels.first) {
        report("control", "the first channel cannot be the control channel");
    }
    if channels.others <= channels.first {
        report("others", "the other channels come after the first one");
    }
    if channels.others > largest {
        report("others", "no channel ID has so many bits");
    }
}

/// The largest channel ID, or what is wrong with the encoding.
fn ids(ids: &ChannelIds, multiplexing: &ResolvedMultiplexing) -> Result<u32, String> {
    match ids {
        ChannelIds::Prefixed(widths) => {
            for (at, width) in widths.iter().enumerate() {
                let prefix = if at + 1 == widths.len() { at } else { at + 1 };
                let whole = 8 * (at + 1);
                if at > 3 || usize::from(*width) + prefix != whole {
                    return Err(format!(
                        "an ID of {} bytes has {prefix} bits of prefix, and so {} more, not {width}",
                        at + 1,
                        whole.saturating_sub(prefix)
                    ));
                }
            }
            let widest = widths.last().ok_or("an ID has at least one byte")?;
            Ok(u32::MAX >> (32 - u32::from(*widest).min(32)))
        }
        ChannelIds::Leading { escape, bits } => {
            if !matches!(bits, 8 | 16 | 24 | 32) {
                return Err(format!(
                    "a longer ID of {bits} bits; write whole bytes, up to 32 bits"
                ));
            }
            let fields = multiplexing.blocks.values().map(|block| {
                let mut fields = block.value.fields.iter();
                fields.find_map(|field| match field {
                    BlockField::Channel(bits) => Some(*bits),
                    BlockField::Opcode(_)
                    | BlockField::Reserved(_)
                    | BlockField::Encoding(_)
                    | BlockField::Width(..)
                    | BlockField::Flag(_) => None,
                })
            });
            for field in fields {
                let Some(width) = field else {
                    return Err("each block needs a Channel among its fields".into());
                };
                if u32::from(*escape) >= 1 << width.min(8) {
                    return Err(format!("the value {escape} does not fit {width} bits"));
                }
            }
            Ok(u32::MAX >> (32 - u32::from(*bits)))
        }
    }
}

fn numbers(found: &mut Found<'_>) {
    let Some(item) = &found.multiplexing.numbers else {
        return;
    };
    let problem = match &item.value.form {
        Numbers::Sized(bytes) if !matches!(bytes, 1 | 2 | 4 | 8) => Some(format!(
            "at most {bytes} bytes; write 1, 2, 4 or 8, so that a field can contain their number"
        )),
        Numbers::Sized(_) => None,
        Numbers::Prefixed { bits, extended } => number_problem(*bits, extended),
    };
    if let Some(problem) = problem {
        found.in_single("numbers", &item.stated_in, "form", problem);
    }
}

fn number_problem(bits: u8, extended: &[Extended]) -> Option<String> {
    if !matches!(bits, 1..=8) {
        return Some(format!("{bits} bits of a byte; write 1 to 8"));
    }
    let first = (1usize << bits) - extended.len().min(1 << bits);
    for (at, form) in extended.iter().enumerate() {
        if usize::from(form.marker) != first + at {
            return Some("the markers must be the highest values of the first byte".into());
        }
        let before = extended[..at].last().map_or(bits, |before| before.bits);
        if form.bits > 64 || form.bits <= before {
            return Some("each form must have more bits than the one before, up to 64".into());
        }
    }
    None
}

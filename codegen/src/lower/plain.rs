//! What nearly all frames are like, and the proof that they break no rule.
//!
//! A plain frame holds a whole message, has no reserved bit set, is masked as its sender has to,
//! and has its length in the shortest form. Such a frame breaks none of the rules that drafts
//! state of heads, unless a message is open or the sender has closed. Where that can be proved
//! of every rule of a draft, the draft's frames are recognised by their first two bytes, and
//! none of them is checked. A rule that is not known here leaves its draft without that.

use wsdraft_spec::vocabulary as spec;

use crate::model::{Check, Condition, Guard, LayoutModel, OpcodeModel, Plain, Prefixed};

/// What plain frames look like; `None` where the layout does not let it be told simply.
pub(super) fn plain(
    layout: &LayoutModel<'_>,
    opcodes: &[OpcodeModel<'_>],
    guards: &[Guard<'_>],
) -> Option<Plain> {
    let LayoutModel::Prefixed(layout) = layout else {
        return None;
    };
    let covered = match layout.masking.map(|masking| (masking.covers, &masking.key)) {
        None => false,
        Some((spec::Cover::Payload, _)) if layout.masked.is_some() => false,
        Some((spec::Cover::Frame, spec::Expr::FrameNonce)) if layout.masked.is_none() => true,
        Some(_) => return None,
    };
    // All of the first byte but the opcode says the same in every plain frame, and all of the
    // second one but the length.
    let places = (layout.fin.byte, layout.opcode.byte, layout.length.byte);
    let apart = layout.masked.is_none_or(|masked| masked.byte == 1);
    if places != (0, 0, 1) || layout.length.shift != 0 || !apart {
        return None;
    }
    let fin = u8::from(!layout.more) << layout.fin.shift;
    let first: Vec<_> = opcodes
        .iter()
        .map(|opcode| opcode.opcode)
        .filter(|opcode| opcode.kind.starts_message())
        .map(|opcode| (fin | opcode.value << layout.opcode.shift, opcode.kind))
        .collect();
    // Two bytes of which every bit counts, so that no length can be too long for them.
    let longer = layout
        .forms
        .first()
        .filter(|form| form.bytes == 2 && form.bits == 16);
    (!first.is_empty()).then(|| Plain {
        first,
        masked_by: layout.masking.map(|masking| masking.by),
        masked: layout.masked.filter(|_| layout.masking.is_some()),
        covered,
        short: layout.short,
        longer: longer.map(|form| (form.marker, form.shorter + 1)),
        keeps_every_rule: guards.iter().all(|guard| keeps(guard, layout)),
    })
}

/// Whether every plain frame keeps a rule.
fn keeps(guard: &Guard<'_>, layout: &Prefixed<'_>) -> bool {
    let concerns = match &guard.when {
        Condition::Control | Condition::MessageOpen => false,
        Condition::Opcode(kind) => kind.starts_message(),
        Condition::Always
        | Condition::Data
        | Condition::Starts
        | Condition::NoMessageOpen
        // Of heads, not of frames.
        | Condition::Present(_)
        | Condition::Accepts
        | Condition::Refuses
        | Condition::StatusIs(_)
        | Condition::VersionRefused(_) => true,
    };
    if !concerns {
        return true;
    }
    match &guard.check {
        Check::KnownOpcode
        | Check::ReservedClear
        | Check::MinimalLength
        | Check::LengthFits
        | Check::Final
        | Check::MessageOpen(false)
        | Check::BeforeClose => true,
        Check::Masked(masked) => [spec::Role::Client, spec::Role::Server]
            .into_iter()
            .filter(|role| guard.by.is_none_or(|by| by == *role))
            .all(|role| layout.masking.is_some_and(|masking| masking.by == role) == *masked),
        // What is not known to keep it.
        Check::PayloadAtMost(_)
        | Check::MessageOpen(true)
        | Check::Function(_)
        // Of heads and close frames.
        | Check::Method(_)
        | Check::HttpVersion(_)
        | Check::Target(_)
        | Check::Status(_)
        | Check::Reason(_)
        | Check::Present(_)
        | Check::Absent(_)
        | Check::Once(_)
        | Check::Distinct(..)
        | Check::LowerCase(_)
        | Check::Conforms(..)
        | Check::Order(_)
        | Check::First(_)
        | Check::NothingFollows
        | Check::Computed(..)
        | Check::Echoes { .. }
        | Check::ComputedBody(_)
        | Check::Locates { .. }
        | Check::Offered { .. }
        | Check::CodeComplete
        | Check::CodeAllowed
        | Check::ReasonUtf8
        | Check::Letter { .. } => false,
    }
}

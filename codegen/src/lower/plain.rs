//! The form of nearly all frames, and the proof that they violate no rule.
//!
//! A plain frame contains a complete message, has no reserved bit set, is masked as its sender must
//! mask it, and has its length in the shortest form. Such a frame violates no rule on frame
//! headers, unless a message is open or the sender has closed. If this can be proved for every rule
//! of a draft, plain frames are recognised by their first two bytes and need no checks. A draft
//! with a rule that cannot be proved here has no such fast path.

use wsdraft_spec::vocabulary as spec;

use crate::model::{Check, Condition, Guard, LayoutModel, OpcodeModel, Plain, Prefixed};

/// The form of plain frames; `None` if the layout has no simple form.
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
    // In every plain frame, the first byte is the same except for the opcode, and the second byte
    // except for the length.
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
    // Every bit of the two bytes is significant, so no length can be too large for them.
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

/// Whether every plain frame follows a rule.
fn keeps(guard: &Guard<'_>, layout: &Prefixed<'_>) -> bool {
    let concerns = match &guard.when {
        Condition::Control | Condition::MessageOpen => false,
        Condition::Opcode(kind) => kind.starts_message(),
        Condition::Always
        | Condition::Data
        | Condition::Starts
        | Condition::NoMessageOpen
        // Checks of request and response heads, not of frames.
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
        // Not known to follow the rule.
        Check::PayloadAtMost(_)
        | Check::MessageOpen(true)
        | Check::Function(_)
        // Checks of request and response heads and of close frames.
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

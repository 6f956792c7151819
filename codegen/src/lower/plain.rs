//! The form of nearly all frames, and the proof that they violate no rule.
//!
//! A plain frame contains a complete message, has no reserved bit set, is masked as its sender must
//! mask it, and has its length in the shortest form. Such a frame violates no rule on frame
//! headers, unless a message is open or the sender has closed. If this can be proved for every rule
//! of a draft, plain frames are recognised by their first two bytes and need no checks. A draft
//! with a rule that cannot be proved here has no such fast path.

use wsdraft_spec::vocabulary as spec;

use crate::model::{
    FrameCheck, FrameCondition, FrameGuard, LayoutModel, OpcodeModel, Plain, Prefixed,
};

/// The form of plain frames; `None` if the layout has no simple form.
pub(super) fn plain(
    layout: &LayoutModel<'_>,
    opcodes: &[OpcodeModel<'_>],
    guards: &[FrameGuard<'_>],
) -> Option<Plain> {
    let LayoutModel::Prefixed(layout) = layout else {
        return None;
    };
    let covered = match layout.masking.map(|masking| (masking.covers, masking.key)) {
        None => false,
        Some((spec::Cover::Payload, _)) if layout.masked.is_some() => false,
        Some((spec::Cover::Frame, None)) if layout.masked.is_none() => true,
        Some((spec::Cover::Payload | spec::Cover::Frame, _)) => return None,
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
fn keeps(guard: &FrameGuard<'_>, layout: &Prefixed<'_>) -> bool {
    let concerns = match guard.when {
        Some(FrameCondition::Control | FrameCondition::MessageOpen) => false,
        Some(FrameCondition::Kind(kind)) => kind.starts_message(),
        Some(FrameCondition::Data | FrameCondition::Starts | FrameCondition::NoMessageOpen)
        | None => true,
    };
    if !concerns {
        return true;
    }
    // Both endpoints, or the one that the rule concerns, mask as it requires.
    let masks = |masked: bool| {
        [spec::Role::Client, spec::Role::Server]
            .into_iter()
            .filter(|role| guard.by.is_none_or(|by| by == *role))
            .all(|role| layout.masking.is_some_and(|masking| masking.by == role) == masked)
    };
    match guard.test.check {
        FrameCheck::KnownOpcode
        | FrameCheck::ReservedClear(_)
        | FrameCheck::MinimalLength(_)
        | FrameCheck::LengthFits(_)
        | FrameCheck::Final
        | FrameCheck::NoMessageOpen
        | FrameCheck::BeforeClose => true,
        FrameCheck::Masked => masks(true),
        FrameCheck::Unmasked => masks(false),
        // Not known to follow the rule.
        FrameCheck::PayloadAtMost(_) | FrameCheck::MessageOpen | FrameCheck::Function(_) => false,
    }
}

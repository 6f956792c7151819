//! Close codes: constants, what is allowed, and those that the connection itself uses.

use wsdraft_spec::{ResolvedDraft, vocabulary::CodeUse};

use super::citation;
use crate::{
    model::{CodeModel, CodePolicy, LocalCodes},
    naming,
};

/// The close codes in ascending order.
pub(super) fn codes(draft: &ResolvedDraft) -> Vec<CodeModel<'_>> {
    let codes = draft.close_codes.iter().map(|(code, item)| {
        let entry = &item.value;
        let evidence = citation(&entry.evidence);
        let meaning = entry.meaning.trim_end_matches('.');
        CodeModel {
            code: *code,
            constant: naming::constant(&entry.name),
            doc: format!("{code}: {meaning} ({evidence})."),
            name: &entry.name,
            meaning: &entry.meaning,
            on_wire: entry.on_wire,
            by: entry.by,
        }
    });
    let mut codes: Vec<_> = codes.collect();
    codes.sort_by_key(|code| code.code);
    codes
}

pub(super) fn policy(draft: &ResolvedDraft) -> CodePolicy {
    let mut policy = CodePolicy {
        otherwise: draft.close_ranges.is_none(),
        ..CodePolicy::default()
    };
    for code in codes(draft) {
        if !code.on_wire {
            policy.never.push(code.code);
            continue;
        }
        policy.listed.push(code.code);
        policy.one.extend(code.by.map(|by| (code.code, by)));
    }
    let ranges = draft
        .close_ranges
        .iter()
        .flat_map(|ranges| &ranges.value.ranges);
    let open = ranges.filter(|range| range.usage.is_open());
    policy.open = open.map(|range| (range.from, range.to)).collect();
    policy
}

/// The lowest code for each case.
pub(super) fn local_codes(draft: &ResolvedDraft) -> LocalCodes {
    let mut local = LocalCodes::default();
    for (code, item) in draft.close_codes.iter() {
        let Some(usage) = item.value.local else {
            continue;
        };
        let known = match usage {
            CodeUse::Normal => &mut local.normal,
            CodeUse::GoingAway => &mut local.going_away,
            CodeUse::TooBig => &mut local.too_big,
            CodeUse::NoStatus => &mut local.no_status,
            CodeUse::Abnormal => &mut local.abnormal,
            CodeUse::Internal => &mut local.internal,
            CodeUse::Policy => &mut local.policy,
            CodeUse::Overloaded => &mut local.overloaded,
        };
        *known = Some(known.map_or(*code, |known| known.min(*code)));
    }
    local
}

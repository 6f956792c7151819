//! Close codes: constants, and what is allowed.

use wsdraft_spec::{ResolvedDraft, sort, vocabulary::Evidence};

use crate::{
    model::{CodeModel, CodePolicy},
    naming,
};

/// The close codes in ascending order.
pub(super) fn codes(draft: &ResolvedDraft) -> Vec<CodeModel<'_>> {
    let codes = draft.close_codes.iter().map(|(code, item)| {
        let entry = &item.value;
        let evidence = Evidence::citation(&entry.evidence);
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
    sort::by_key(&mut codes, |code| code.code);
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

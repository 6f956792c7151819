//! The opcodes that an extension claims.

use super::{
    super::{Extension, ResolvedExtension},
    single,
};
use crate::{resolve::Problem, resolved::ResolvedDraft};

/// Checks claimed opcodes against the layouts of the extension's drafts.
pub(super) fn opcodes(
    written: &Extension,
    extension: &ResolvedExtension,
    drafts: &[&ResolvedDraft],
    problems: &mut Vec<Problem>,
) {
    let Some(claims) = &extension.claims else {
        return;
    };
    let all = [&claims.value.opcodes, &claims.value.control_opcodes];
    let mut seen = Vec::new();
    for (field, opcodes) in ["opcodes", "control_opcodes"].into_iter().zip(all) {
        for (at, &opcode) in opcodes.iter().enumerate() {
            let problem = if seen.contains(&opcode) {
                Some("it is claimed twice".to_owned())
            } else {
                unclaimable(opcode, &extension.drafts, drafts)
            };
            seen.push(opcode);
            if let Some(problem) = problem {
                let path = single(written, "claims", &claims.stated_in, field);
                problems.push((path.index(at), format!("{opcode}: {problem}")));
            }
        }
    }
}

/// Why an opcode cannot be claimed in the listed drafts, or in any draft if none is listed.
fn unclaimable(opcode: u8, named: &[String], drafts: &[&ResolvedDraft]) -> Option<String> {
    let named: Vec<_> = drafts
        .iter()
        .filter(|draft| named.contains(&draft.short))
        .collect();
    if named.is_empty() {
        let mut drafts = drafts.iter();
        let is_free = drafts.any(|draft| draft.is_complete() && taken(opcode, draft).is_none());
        return (!is_free).then(|| {
            "no known draft has this opcode to claim; list the drafts that have it in `drafts`"
                .to_owned()
        });
    }
    named.iter().find_map(|draft| taken(opcode, draft))
}

/// Why an opcode cannot be claimed in a draft.
fn taken(opcode: u8, draft: &ResolvedDraft) -> Option<String> {
    let short = &draft.short;
    let bits = draft.opcode_bits()?;
    if u16::from(opcode) >= 1 << bits.min(8) {
        return Some(format!("the opcode field of {short} has {bits} bits"));
    }
    let mut opcodes = draft.opcodes.iter();
    let (name, _) = opcodes.find(|(_, item)| item.value.value == opcode)?;
    Some(format!("{short} already defines it as {name:?}"))
}

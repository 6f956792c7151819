//! Channels, blocks and drop codes.

use std::fmt::Display;

use super::{
    super::{DropRange, Extension, Multiplexing, ResolvedExtension, ResolvedMultiplexing},
    Effect, Transform, is_token,
};
use crate::{
    check::is_kebab,
    locate::Path,
    model::{Amend, Delta},
    resolve::Problem,
    resolved::Item,
    vocabulary::Coverage,
};
use wsdraft_vocabulary::multiplex::{BlockKind, DropScope, Feature, Initial};

mod blocks;
pub(super) mod rules;
mod wire;

const FIELD: &str = "multiplexing";

/// Statements without evidence.
pub(super) fn unproven(written: &Multiplexing) -> Vec<Path> {
    let root = Path::root().field(FIELD);
    let singles = [
        ("carriage", super::unproven(written.carriage.as_ref())),
        ("channels", super::unproven(written.channels.as_ref())),
        ("numbers", super::unproven(written.numbers.as_ref())),
        ("handshakes", super::unproven(written.handshakes.as_ref())),
        ("quotas", super::unproven(written.quotas.as_ref())),
        ("drops", super::unproven(written.drops.as_ref())),
    ];
    let singles = singles.into_iter().filter(|(_, unproven)| *unproven);
    let mut paths: Vec<Path> = singles
        .map(|(section, _)| root.field(section).field("evidence"))
        .collect();
    paths.extend(super::unproven_items(&root, "blocks", &written.blocks));
    paths.extend(super::unproven_items(
        &root,
        "encodings",
        &written.encodings,
    ));
    paths.extend(super::unproven_items(
        &root,
        "drop_codes",
        &written.drop_codes,
    ));
    paths.extend(super::unproven_items(&root, "unknown", &written.unknown));
    paths
}

/// Checks multiplexing with everything that is inherited.
pub(super) fn check(
    written: &Extension,
    extension: &ResolvedExtension,
    problems: &mut Vec<Problem>,
) {
    let apply = extension.transform.as_ref().map(|item| item.value.apply);
    let multiplexes = apply == Some(Transform::Multiplex);
    let Some(multiplexing) = &extension.multiplexing else {
        if multiplexes && extension.coverage == Coverage::Complete {
            let text = "an extension that multiplexes must say how; state `multiplexing`, or write `coverage: Partial`";
            problems.push((Path::root().field("short"), text.into()));
        }
        return;
    };
    let mut found = Found {
        written,
        multiplexing,
        problems,
    };
    if !multiplexes {
        let text = "only an extension with the transform Multiplex carries channels";
        let path = Path::root().field(match written.multiplexing.is_empty() {
            true => "extends",
            false => FIELD,
        });
        found.problems.push((path, text.into()));
    }
    if extension.coverage == Coverage::Complete {
        whole(&mut found);
    }
    wire::check(extension, &mut found);
    blocks::check(&mut found);
    handshakes(&mut found);
    quotas(extension, &mut found);
    drops(&mut found);
    unknown(&mut found);
}

/// What is checked, and the problems so far.
struct Found<'a> {
    written: &'a Extension,
    multiplexing: &'a ResolvedMultiplexing,
    problems: &'a mut Vec<Problem>,
}

impl Found<'_> {
    /// A problem in a section that holds one item.
    fn in_single(&mut self, section: &str, stated_in: &str, field: &str, problem: String) {
        let path = if stated_in == self.written.short {
            Path::root().field(FIELD).field(section).field(field)
        } else {
            Path::root().field("extends")
        };
        self.problems.push((path, problem));
    }

    /// A problem in an item of a keyed section.
    fn in_item<K: Display + PartialEq, V: Amend>(
        &mut self,
        (section, delta): (&str, &Delta<K, V>),
        (key, item): (&K, &Item<V>),
        field: &str,
        problem: String,
    ) {
        let path = if item.stated_in == self.written.short {
            let section = Path::root().field(FIELD).field(section);
            let section = section.field(delta.verb(key));
            section.key(&key.to_string()).field(field)
        } else {
            Path::root().field("extends")
        };
        self.problems.push((path, problem));
    }
}

/// A dialect that claims to be complete can be run, or says what is missing.
fn whole(found: &mut Found<'_>) {
    let multiplexing = found.multiplexing;
    let mut features = multiplexing.unknown.values();
    if features.any(|item| item.value.feature == Feature::Running) {
        let text = "how it runs is unknown, so it is not complete; write `coverage: Partial`";
        let path = Path::root().field("short");
        found.problems.push((path, text.into()));
    }
    let has = |kind| {
        let mut blocks = multiplexing.blocks.values();
        blocks.any(|block| block.value.kind == kind)
    };
    let parts = [
        ("carriage", multiplexing.carriage.is_some()),
        ("channels", multiplexing.channels.is_some()),
        ("numbers", multiplexing.numbers.is_some()),
        ("a block of the kind AddRequest", has(BlockKind::AddRequest)),
        (
            "a block of the kind AddResponse",
            has(BlockKind::AddResponse),
        ),
        ("a block of the kind Drop", has(BlockKind::Drop)),
        ("encodings", !multiplexing.encodings.is_empty()),
    ];
    for (part, _) in parts.into_iter().filter(|(_, stated)| !stated) {
        let text = format!("multiplexing needs {part}; state it, or write `coverage: Partial`");
        found.problems.push((Path::root().field("short"), text));
    }
}

fn handshakes(found: &mut Found<'_>) {
    let Some(item) = &found.multiplexing.handshakes else {
        return;
    };
    let lists = [
        ("request_omits", &item.value.request_omits),
        ("response_omits", &item.value.response_omits),
    ];
    for (field, names) in lists {
        if let Some(name) = names.iter().find(|name| !is_token(name)) {
            let problem = format!("{name:?} is not the name of a header field");
            found.in_single("handshakes", &item.stated_in, field, problem);
        }
    }
}

fn quotas(extension: &ResolvedExtension, found: &mut Found<'_>) {
    let Some(item) = &found.multiplexing.quotas else {
        return;
    };
    let value = &item.value;
    let mut parameters = extension.parameters.values();
    let offered = parameters.any(|parameter| parameter.value.effect == Effect::Quota);
    let mut blocks = found.multiplexing.blocks.values();
    let slots = blocks.any(|block| block.value.kind == BlockKind::Slots);
    let starts = [
        ("client_first", value.client_first),
        ("server_first", value.server_first),
        ("client_others", value.client_others),
        ("server_others", value.server_others),
    ];
    for (field, start) in starts {
        let problem = match start {
            Initial::Nothing => continue,
            Initial::Parameter if offered => continue,
            Initial::Slot if slots => continue,
            Initial::Parameter => "no parameter sets a quota",
            Initial::Slot => "no block grants slots",
        };
        found.in_single("quotas", &item.stated_in, field, problem.into());
    }
    if matches!(value.bits, Some(0 | 65..)) {
        let problem = "a quota has 1 to 64 bits".into();
        found.in_single("quotas", &item.stated_in, "bits", problem);
    }
}

fn drops(found: &mut Found<'_>) {
    let multiplexing = found.multiplexing;
    if let Some(item) = &multiplexing.drops {
        let mut next = 0u32;
        for DropRange { from, to, .. } in &item.value.ranges {
            if u32::from(*from) < next || to < from {
                let problem = "write the ranges in ascending order, without overlap".into();
                found.in_single("drops", &item.stated_in, "ranges", problem);
                break;
            }
            next = u32::from(*to) + 1;
        }
        if item.value.physical_close.is_some_and(|code| code > 4999) {
            let problem = "a close code must be below 5000".into();
            found.in_single("drops", &item.stated_in, "physical_close", problem);
        }
    }
    let section = ("drop_codes", &found.written.multiplexing.drop_codes);
    let entries: Vec<_> = multiplexing.drop_codes.iter().collect();
    for (at, (code, item)) in entries.iter().enumerate() {
        let same = |test: &dyn Fn(&Item<super::super::DropCode>) -> bool| {
            let mut earlier = entries[..at].iter();
            earlier
                .find(|(_, earlier)| test(earlier))
                .map(|(code, _)| *code)
        };
        let name = &item.value.name;
        let local = item.value.local;
        let problem = if !is_kebab(name) {
            let text = "write lower case letters, digits and hyphens";
            Some(("name", format!("{name:?} is not a valid name; {text}")))
        } else if let Some(other) = same(&|earlier| earlier.value.name == *name) {
            Some(("name", format!("the code {other} has the same name")))
        } else if multiplexing.drop_range(**code).is_none() {
            Some(("name", format!("no range contains the code {code}")))
        } else {
            local.and_then(|local| {
                let other = same(&|earlier| earlier.value.local == Some(local))?;
                Some(("local", format!("the code {other} is used for {local:?}")))
            })
        };
        if let Some((field, problem)) = problem {
            found.in_item(section, (*code, item), field, problem);
        }
    }
}

fn unknown(found: &mut Found<'_>) {
    let section = ("unknown", &found.written.multiplexing.unknown);
    let entries: Vec<_> = found.multiplexing.unknown.iter().collect();
    for (at, (name, item)) in entries.iter().enumerate() {
        let feature = item.value.feature;
        let mut earlier = entries[..at].iter();
        let same = earlier.find(|(_, earlier)| earlier.value.feature == feature);
        let problem = if !is_kebab(name) {
            let text = "write lower case letters, digits and hyphens";
            Some(("feature", format!("{name:?} is not a valid name; {text}")))
        } else if item.value.reason.trim().is_empty() {
            Some(("reason", "say why it is unknown".into()))
        } else {
            same.map(|(other, _)| ("feature", format!("{other:?} is about the same")))
        };
        if let Some((field, problem)) = problem {
            found.in_item(section, (*name, item), field, problem);
        }
    }
}

/// Whether the drop codes of a scope fail the physical connection.
fn is_physical(range: Option<DropRange>) -> bool {
    range.is_some_and(|range| range.ends == DropScope::Physical)
}

//! What the page knows of close codes, drafts and rules: the database, as JSON.

use std::collections::HashMap;

use serde::Serialize;
use wsdraft::versions::Version;
use wsdraft_spec::{
    Item, LoadError, Registry, ResolvedDraft, Topics,
    model::{CloseCode, Rule},
    sort,
    topic::{Step, Subject},
    vocabulary::{CodeUse, Evidence, Kind, RangeUse, Role},
};

use crate::{
    failure::Failure,
    identity::Identity,
    specs::{Specs, Spoken},
    words,
};

/// All but the rules.
#[derive(Serialize)]
struct Facts<'a> {
    version: &'static str,
    /// The draft that is current.
    current: Option<&'a str>,
    codes: Vec<Code<'a>>,
    ranges: Vec<Range>,
    drafts: Vec<Draft<'a>>,
}

/// A close code, as the current draft or the registry has it.
#[derive(Serialize)]
struct Code<'a> {
    code: u16,
    name: &'a str,
    /// What it means; null where the registry alone has it.
    meaning: Option<&'a str>,
    on_wire: bool,
    /// The only end that may send it.
    by: Option<&'static str>,
    /// Whether the page may send it.
    scripts: bool,
    since: Option<&'a str>,
    cited: Vec<String>,
    /// Who reports it, why, and what to run next.
    about: Option<About<'a>>,
}

/// What is behind a close code that somebody meets.
#[derive(Serialize)]
struct About<'a> {
    text: &'a str,
    reporter: Option<&'a str>,
    /// The most likely one first.
    causes: Vec<&'a str>,
    steps: &'a [Step],
}

/// Close codes that belong to somebody.
#[derive(Serialize)]
struct Range {
    from: u16,
    to: u16,
    usage: &'static str,
    scripts: bool,
}

#[derive(Serialize)]
struct Draft<'a> {
    #[serde(flatten)]
    identity: Identity<'a>,
    /// Whether it can be spoken at all.
    complete: bool,
    /// Whether this server speaks it.
    spoken: bool,
    /// Whether it has pings.
    pings: bool,
    changes: Vec<&'a str>,
}

/// A rule, as the newest draft or extension has it that has it at all.
#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    level: &'static str,
    by: &'static str,
    summary: &'a str,
    broken: String,
    shown: String,
    stated_in: &'a str,
    since: &'a str,
    /// The last draft that has it, where the current one has not.
    until: Option<&'a str>,
    /// The drafts that have it, as places in their list; none for a rule of an extension.
    drafts: Vec<usize>,
    cited: Vec<String>,
}

fn cited(evidence: &[Evidence]) -> Vec<String> {
    evidence.iter().map(ToString::to_string).collect()
}

/// The drafts, the current one first, and then from the newest to the oldest.
fn drafts(specs: &Specs) -> Vec<(Version, &ResolvedDraft)> {
    let current = specs.database().newest().map(|draft| draft.short.as_str());
    let versions = specs.versions().iter();
    let mut drafts: Vec<_> = versions
        .filter_map(|version| Some((version, specs.database().resolved(version.short())?)))
        .collect();
    sort::by_key(&mut drafts, |(version, _)| Some(version.short()) != current);
    drafts
}

/// The close codes, the drafts, and what else the page tells.
pub(super) fn facts(specs: &Specs, spoken: &[Spoken]) -> Result<String, Failure> {
    let newest = specs.database().newest();
    let current = newest.and_then(|draft| specs.database().resolved(&draft.short));
    let registries = Registry::built_in().map_err(|errors| LoadError::Spec(errors.clone()))?;
    let mut codes = codes(current, registries);
    let topics = specs.topics()?;
    for code in &mut codes {
        code.about = about(code.code, topics);
    }
    let facts = Facts {
        version: env!("CARGO_PKG_VERSION"),
        current: current.map(|draft| draft.short.as_str()),
        codes,
        ranges: ranges(current),
        drafts: listed(specs, spoken),
    };
    Ok(serde_json::to_string(&facts).unwrap_or_default())
}

fn listed<'a>(specs: &'a Specs, spoken: &[Spoken]) -> Vec<Draft<'a>> {
    let spoken = sort::set(spoken.iter().map(|draft| draft.info().short));
    let drafts = drafts(specs).into_iter();
    drafts
        .map(|(version, draft)| {
            let mut opcodes = draft.opcodes.values();
            Draft {
                identity: Identity::new(version),
                complete: draft.is_complete(),
                spoken: spoken.contains(version.short()),
                pings: opcodes.any(|one| one.value.kind == Kind::Ping),
                changes: draft.changes.iter().map(|one| one.text.as_str()).collect(),
            }
        })
        .collect()
}

/// The registered names of close codes.
fn registered(registries: &[Registry]) -> HashMap<u16, (&str, &[Evidence])> {
    let codes = registries.iter().flat_map(|registry| {
        let entries = registry.entries.iter();
        // Of the registries, one has numbers that are codes.
        entries.filter(|_| registry.short == "close-codes")
    });
    codes
        .filter_map(|(key, entry)| {
            let code = key.parse().ok()?;
            // Names of what is reserved are between dashes.
            let name = entry.name.trim_matches('-');
            Some((code, (name, entry.evidence.as_slice())))
        })
        .collect()
}

fn codes<'a>(current: Option<&'a ResolvedDraft>, registries: &'a [Registry]) -> Vec<Code<'a>> {
    let mut registered = registered(registries);
    let defined = current.map(|draft| draft.close_codes.iter());
    let mut codes: Vec<Code<'_>> = Vec::new();
    for (&code, item) in defined.into_iter().flatten() {
        let name = registered
            .remove(&code)
            .map_or(item.value.name.as_str(), |(name, _)| name);
        codes.push(defined_code(code, name, item));
    }
    codes.extend(registered.into_iter().map(|(code, (name, evidence))| Code {
        code,
        name,
        meaning: None,
        on_wire: true,
        by: None,
        scripts: current.is_some_and(|draft| is_for_scripts(draft, code)),
        since: None,
        cited: cited(evidence),
        about: None,
    }));
    sort::by_key(&mut codes, |code| code.code);
    codes
}

fn defined_code<'a>(code: u16, name: &'a str, item: &'a Item<CloseCode>) -> Code<'a> {
    let value = &item.value;
    Code {
        code,
        name,
        meaning: Some(&value.meaning),
        on_wire: value.on_wire,
        by: value.by.map(|by| match by {
            Role::Client => "a client",
            Role::Server => "a server",
        }),
        scripts: value.local == Some(CodeUse::Normal),
        since: Some(&item.since),
        cited: cited(&value.evidence),
        about: None,
    }
}

fn about(code: u16, topics: &[Topics]) -> Option<About<'_>> {
    let of_codes = topics
        .iter()
        .find(|one| one.subject == Subject::CloseCode)?;
    let topic = of_codes.entries.get(code.to_string().as_str())?;
    Some(About {
        text: &topic.text,
        reporter: topic.reporter.as_deref(),
        causes: topic
            .causes
            .iter()
            .map(|cause| cause.text.as_str())
            .collect(),
        steps: &topic.steps,
    })
}

/// Whether the interface of browsers lets a script send codes of this use, as it does besides the
/// one of a normal closure.
const fn is_scripted(usage: RangeUse) -> bool {
    match usage {
        RangeUse::Unused | RangeUse::Protocol | RangeUse::Later => false,
        RangeUse::Registered | RangeUse::Private => true,
    }
}

fn is_for_scripts(draft: &ResolvedDraft, code: u16) -> bool {
    let ranges = draft.close_ranges.iter();
    ranges
        .flat_map(|item| &item.value.ranges)
        .any(|range| (range.from..=range.to).contains(&code) && is_scripted(range.usage))
}

fn ranges(current: Option<&ResolvedDraft>) -> Vec<Range> {
    let ranges = current.and_then(|draft| draft.close_ranges.as_ref());
    let ranges = ranges.into_iter().flat_map(|item| &item.value.ranges);
    ranges
        .map(|range| Range {
            from: range.from,
            to: range.to,
            usage: match range.usage {
                RangeUse::Unused => "Nobody uses these; they are never on the wire.",
                RangeUse::Protocol => "For the protocol and its extensions.",
                RangeUse::Later => "For the protocol, as later documents define them.",
                RangeUse::Registered => "For libraries and applications, by registration.",
                RangeUse::Private => "For private use, by agreement.",
            },
            scripts: is_scripted(range.usage),
        })
        .collect()
}

/// The rules of all drafts and extensions, in the order in which the newest checks them.
pub(super) fn rules(specs: &Specs) -> String {
    let drafts = drafts(specs);
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (at, (_, draft)) in drafts.iter().enumerate() {
        for (id, item) in draft.rules.iter() {
            let place = *places.entry(id).or_insert(entries.len());
            match entries.get_mut(place) {
                Some(entry) => entry.drafts.push(at),
                None => entries.push(entry(id, item, at, draft)),
            }
        }
    }
    for extension in specs.database().extensions().iter() {
        let rules = extension.rules.iter();
        let unknown = rules.filter(|(id, _)| !places.contains_key(id.as_str()));
        let added: Vec<_> = unknown
            .map(|(id, item)| Entry {
                rule: id,
                level: item.value.level.as_str(),
                by: "",
                summary: &item.value.summary,
                broken: words::failure(item.value.otherwise),
                shown: words::visibility(item.value.level, item.value.require.visibility()),
                stated_in: &item.stated_in,
                since: &item.since,
                until: None,
                drafts: Vec::new(),
                cited: cited(&item.value.evidence),
            })
            .collect();
        for entry in added {
            places.insert(entry.rule, entries.len());
            entries.push(entry);
        }
    }
    serde_json::to_string(&entries).unwrap_or_default()
}

fn entry<'a>(id: &'a str, item: &'a Item<Rule>, at: usize, draft: &'a ResolvedDraft) -> Entry<'a> {
    let rule = &item.value;
    Entry {
        rule: id,
        level: rule.level.as_str(),
        by: words::keeper(rule),
        summary: &rule.summary,
        broken: words::outcome(rule.otherwise),
        shown: words::visibility(rule.level, rule.require.visibility()),
        stated_in: &item.stated_in,
        since: &item.since,
        until: (at > 0).then_some(draft.short.as_str()),
        drafts: vec![at],
        cited: cited(&rule.evidence),
    }
}

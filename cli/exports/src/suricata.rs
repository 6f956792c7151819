//! Suricata: a rule for each violation of the newest draft that its WebSocket keywords can express.

use wsdraft_spec::{
    Database, ResolvedDraft,
    model::Rule,
    vocabulary::{Evidence, Level, Role},
};

use self::violations::{Needs, Test};
use crate::{Document, hash::hash, languages::visible, origin};

mod setup;
mod violations;

/// Numbers of rules, the first and the last; the first few are for the rules that find out what a flow is.
const SIDS: (u32, u32) = (1_600_000, 1_699_999);

/// The file of rules; none if no draft is the newest.
#[must_use]
pub fn suricata(database: &Database) -> Vec<Document> {
    let newest = database.newest();
    let draft = newest.and_then(|newest| database.resolved(&newest.short));
    let documents = draft.map(|draft| Document {
        path: "wsdraft-websocket.rules".into(),
        text: rules(database, draft),
    });
    documents.into_iter().collect()
}

fn rules(database: &Database, draft: &ResolvedDraft) -> String {
    let (first, last) = SIDS;
    let mut out = head(database, draft);
    let mut taken = Vec::new();
    for (options, sid) in setup::rules(draft).into_iter().zip(first..) {
        taken.push(sid);
        out.push_str(&format!("{options} sid:{sid}; rev:1;)\n"));
    }
    let start = first + 10;
    let mut left_out = Vec::new();
    for (id, item, requirement) in draft.requirements() {
        let rule = &item.value;
        let tests = violations::of(draft, requirement);
        if tests.is_empty() || rule.level == Level::May {
            left_out.push(id.as_str());
            continue;
        }
        out.push_str(&format!(
            "\n# {id}: {} ({}, {})\n",
            visible(&rule.summary),
            rule.level,
            visible(&citation(rule))
        ));
        for test in &tests {
            // A rule keeps its number when others come and go.
            let mut sid = start + hash(&format!("{id} {}", test.options)) % (last - start);
            while taken.contains(&sid) {
                sid += 1;
            }
            taken.push(sid);
            out.push_str(&written(draft, id, rule, test, sid));
        }
    }
    out.push_str(&format!(
        "\n# These keywords do not express: {}.\n",
        left_out.join(", ")
    ));
    out
}

fn head(database: &Database, draft: &ResolvedDraft) -> String {
    let (first, last) = SIDS;
    format!(
        "{head}#\n\
         # Alerts for violations of {draft} that the keywords of Suricata 8 can express. To use it:\n\
         #\n\
         #     suricata -S wsdraft-websocket.rules -r capture.pcap -k none\n\
         #\n\
         # The sids {first} to {last} are for this file. A rule keeps its sid as long as it matches the same.\n\
         # Nothing is reported of a flow after a payload of {limit} bytes or more: Suricata 8.0.8 loses the place in\n\
         # the stream after a payload above app-layer.protocols.websocket.max-payload-size, 64 KiB by default. Do not\n\
         # lower that setting. A connection whose first frame has a reserved bit may not be taken for WebSocket at all.\n\n",
        head = origin::comment(database, "suricata"),
        draft = visible(&draft.name),
        limit = setup::LIMIT,
    )
}

/// A rule in the notation of Suricata.
fn written(draft: &ResolvedDraft, id: &str, rule: &Rule, test: &Test, sid: u32) -> String {
    let flow = match rule.by {
        Some(Role::Client) => " flow:to_server;",
        Some(Role::Server) => " flow:to_client;",
        None => "",
    };
    let unextended = match test.needs {
        Needs::Nothing => String::new(),
        Needs::NoExtension => format!(" flowbits:isnotset,{};", setup::EXTENDED),
    };
    let priority = match rule.level {
        Level::Must => 2,
        Level::Should | Level::May => 3,
    };
    format!(
        "alert websocket any any -> any any (msg:\"wsdraft {id}: {summary}\";{flow} flowbits:isset,{version}; \
         flowbits:isnotset,{lost};{unextended} {options}{reference} classtype:protocol-command-decode; \
         priority:{priority}; metadata:rule {id}, level {level}, draft {short}, citation {citation}; sid:{sid}; rev:1;)\n",
        summary = plain(&rule.summary),
        version = setup::VERSION,
        lost = setup::LOST,
        options = test.options,
        reference = reference(rule),
        level = rule.level,
        short = draft.short,
        citation = plain(&citation(rule)),
    )
}

fn citation(rule: &Rule) -> String {
    Evidence::citation(&rule.evidence)
}

fn reference(rule: &Rule) -> String {
    match rule.evidence.first() {
        Some(Evidence::Rfc(number, section)) => {
            let (number, section) = (plain(number), plain(section));
            format!(" reference:url,www.rfc-editor.org/rfc/rfc{number}#section-{section};")
        }
        Some(
            Evidence::Erratum(..)
            | Evidence::Note(_)
            | Evidence::Perl(_)
            | Evidence::FrontPage(_)
            | Evidence::Implementation(_)
            | Evidence::Registry(_)
            | Evidence::Computed(_)
            | Evidence::Inferred(_)
            | Evidence::Own(_)
            | Evidence::Recalled,
        )
        | None => String::new(),
    }
}

/// A text without what ends or separates options.
fn plain(text: &str) -> String {
    let text = text.replace('§', "section ");
    let letters = text.chars().map(|letter| match letter {
        ';' | ',' | '"' | '\\' | ':' => ' ',
        letter if letter.is_ascii() && !letter.is_control() => letter,
        _ => '?',
    });
    letters.collect()
}

//! SARIF 2.1.0: first the results as they occur, then the rules to which they refer.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wsdraft::info::{Level, RuleInfo};

use crate::finding::{Event, Finding, Note};

/// The values of a SARIF log with one run.
#[derive(Debug, Default)]
pub struct Sarif {
    rules: BTreeMap<&'static str, &'static RuleInfo>,
    /// How often a rule, or kind of note, was found and not shown, by the end that did it.
    hidden: BTreeMap<(&'static str, &'static str), u64>,
}

impl Sarif {
    /// The schema of the log.
    pub const SCHEMA: &'static str = "https://json.schemastore.org/sarif-2.1.0.json";
    /// The version of the format.
    pub const VERSION: &'static str = "2.1.0";

    /// Returns the result for an event, or `None` if the event is not a finding.
    pub fn result(&mut self, event: &Event) -> Option<Value> {
        match event {
            Event::Finding(finding) => {
                let rule = finding.violation.rule;
                self.rules.insert(rule.id, rule);
                Some(of_finding(finding))
            }
            Event::Note(note) => event.is_finding().then(|| of_note(note)),
            Event::Connection(summary) => {
                for repeated in &summary.repeated {
                    let key = (repeated.name, repeated.by.as_str());
                    *self.hidden.entry(key).or_default() += repeated.hidden();
                }
                None
            }
        }
    }

    /// Returns the `driver` of the run: this program, and the rules to which the results refer.
    #[must_use]
    pub fn driver(&self) -> Value {
        let rules: Vec<Value> = self.rules.values().map(|rule| describe(rule)).collect();
        json!({
            "name": "wsdraft",
            "version": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        })
    }

    /// Returns the `properties` of the run: the findings that were found more often than they were
    /// shown, if there are any.
    #[must_use]
    pub fn properties(&self) -> Option<Value> {
        let hidden = self.hidden.iter();
        let hidden =
            hidden.map(|((name, by), count)| json!({"ruleId": name, "by": by, "count": count}));
        let hidden: Vec<Value> = hidden.collect();
        (!hidden.is_empty()).then(|| json!({"notShown": hidden}))
    }
}

const fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "error",
        Level::Should => "warning",
        Level::May => "note",
    }
}

fn of_note(note: &Note) -> Value {
    let source = note.connection.source_of(note.by);
    json!({
        "ruleId": note.kind.name(),
        "level": "warning",
        "message": {"text": format!("{}: {}", note.by, note.kind)},
        "locations": [location(source, note.connection.id, note.packet, note.by.as_str())],
    })
}

fn of_finding(finding: &Finding) -> Value {
    let violation = &finding.violation;
    let source = finding.connection.source_of(violation.by);
    let mut message = format!("{}: {}", violation.by, violation.rule.summary);
    let seen = violation.seen.to_string();
    if !seen.is_empty() {
        message.push_str(&format!(" ({seen})"));
    }
    let mut place = location(
        source,
        finding.connection.id,
        finding.packet,
        violation.by.as_str(),
    );
    if let (None, Some(offset)) = (finding.packet, finding.stream_offset) {
        place["physicalLocation"]["region"] = json!({"byteOffset": offset, "byteLength": 1});
    }
    json!({
        "ruleId": violation.rule.id,
        "level": level(violation.rule.level),
        "message": {"text": message},
        "locations": [place],
        "properties": properties(finding),
    })
}

fn location(source: &str, connection: u64, packet: Option<u64>, by: &str) -> Value {
    let mut name = format!("connection {connection}, {by}");
    if let Some(packet) = packet {
        name.push_str(&format!(", packet {packet}"));
    }
    json!({
        "physicalLocation": {"artifactLocation": {"uri": uri(source)}},
        "logicalLocations": [{"fullyQualifiedName": name}],
    })
}

/// A file's name as a URI reference.
fn uri(name: &str) -> String {
    let mut uri = String::new();
    for byte in name.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

fn describe(rule: &RuleInfo) -> Value {
    json!({
        "id": rule.id,
        "name": rule.variant,
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.evidence.join("; ")},
        "defaultConfiguration": {"level": level(rule.level)},
    })
}

/// What a violation says besides its rule.
fn properties(finding: &Finding) -> Value {
    let mut properties = json!({
        "connection": finding.connection.id,
        "packet": finding.packet,
        "by": finding.violation.by.as_str(),
        "in": finding.part,
        "offset": finding.violation.offset,
        "streamOffset": finding.stream_offset,
        "frame": finding.frame,
        "message": finding.message,
        "draft": finding.violation.draft.short,
        "citation": finding.violation.rule.citation,
        "cause": finding.cause,
    });
    if let Some(channel) = finding.channel {
        properties["channel"] = json!(channel);
    }
    properties
}

//! SARIF 2.1.0: results as they come, and after them the rules that they name.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wsdraft::info::{Level, RuleInfo};
use wsdraft_analysis::report::{Event, Finding};

use super::printer::Printer;
use crate::{failure::Failure, output::Output};

/// One run.
#[derive(Debug)]
pub(super) struct Sarif {
    output: Output,
    first: bool,
    rules: BTreeMap<&'static str, &'static RuleInfo>,
    /// How often a rule, or kind of note, was found and not shown, by the end that did it.
    hidden: BTreeMap<(&'static str, &'static str), u64>,
}

impl Sarif {
    pub(super) const fn new(output: Output) -> Self {
        Self {
            output,
            first: true,
            rules: BTreeMap::new(),
            hidden: BTreeMap::new(),
        }
    }

    fn start(&mut self, out: &mut String) {
        if core::mem::replace(&mut self.first, false) {
            out.push_str("{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\", \"version\": \"2.1.0\", \"runs\": [{\"results\": [\n");
        } else {
            out.push_str(",\n");
        }
    }
}

const fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "error",
        Level::Should => "warning",
        Level::May => "note",
    }
}

impl Printer for Sarif {
    fn event(&mut self, event: &Event, out: &mut String) -> Result<(), Failure> {
        if let Event::Connection(summary) = event {
            for repeated in &summary.repeated {
                let key = (repeated.name, repeated.by.as_str());
                *self.hidden.entry(key).or_default() += repeated.hidden();
            }
        }
        if !event.is_finding() {
            return Ok(());
        }
        let result = match event {
            Event::Finding(finding) => {
                let rule = finding.violation.rule;
                self.rules.insert(rule.id, rule);
                result(finding)
            }
            Event::Note(note) => json!({
                "ruleId": note.what.name(),
                "level": "warning",
                "message": {"text": format!("{}: {}", note.by, note.what)},
                "locations": [location(note.connection.source_of(note.by), note.connection.id, note.packet, note.by.as_str())],
            }),
            Event::Connection(_) => return Ok(()),
        };
        self.start(out);
        out.push_str(&self.output.json(&result)?);
        Ok(())
    }

    fn end(&mut self, out: &mut String) -> Result<(), Failure> {
        if self.first {
            self.start(out);
        }
        let rules: Vec<Value> = self.rules.values().map(|rule| describe(rule)).collect();
        let driver = json!({
            "name": "wsdraft",
            "version": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        });
        out.push_str("\n], \"tool\": {\"driver\": ");
        out.push_str(&self.output.json(&driver)?);
        out.push('}');
        if !self.hidden.is_empty() {
            let hidden: Vec<Value> = self
                .hidden
                .iter()
                .map(|((name, by), count)| json!({"ruleId": name, "by": by, "count": count}))
                .collect();
            out.push_str(", \"properties\": ");
            out.push_str(&self.output.json(&json!({"notShown": hidden}))?);
        }
        out.push_str("}]}\n");
        Ok(())
    }
}

fn result(finding: &Finding) -> Value {
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
    json!({
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
    })
}

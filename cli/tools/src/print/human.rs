//! Text, in the manner of a good compiler.

use std::{
    fmt::Write as _,
    hash::{BuildHasher as _, Hasher as _, RandomState},
};

use wsdraft::{Role, info::Level};
use wsdraft_analysis::{
    AgreedExtension, CarriedChannels, Event, Excerpt, Finding, Note, Part, Peers, Repeated,
    Severity, Summary,
};

use super::printer::Printer;
use crate::{failure::Failure, output::printable, words};

/// Text, with colours or without.
#[derive(Debug)]
pub(super) struct Human {
    /// Where colours are used, what stands for the start of an escape sequence of ours until the
    /// text is escaped: a word that nobody else knows.
    sign: Option<String>,
    errors: u64,
    warnings: u64,
    connections: u64,
}

const RED: &str = "1;31m";
const YELLOW: &str = "1;33m";
const CYAN: &str = "1;36m";
const GREEN: &str = "1;32m";
const BLUE: &str = "1;34m";
const BOLD: &str = "1m";

impl Human {
    pub(super) fn new(colour: bool) -> Self {
        Self {
            sign: colour.then(sign),
            errors: 0,
            warnings: 0,
            connections: 0,
        }
    }

    fn paint(&self, colour: &str, text: &str) -> String {
        match &self.sign {
            Some(sign) => format!("{sign}{colour}{text}{sign}0m"),
            None => text.into(),
        }
    }

    fn finding(&mut self, finding: &Finding, out: &mut String) {
        let violation = &finding.violation;
        let rule = violation.rule;
        let (severity, colour) = match rule.level {
            Level::Must => ("error", RED),
            Level::Should => ("warning", YELLOW),
            Level::May => ("note", GREEN),
        };
        match rule.level {
            Level::Must => self.errors += 1,
            Level::Should | Level::May => self.warnings += 1,
        }
        let title = self.paint(colour, &format!("{severity}[{}]", rule.id));
        let summary = self.paint(BOLD, &format!(": {}", rule.summary));
        let _ = writeln!(out, "{title}{summary}");
        self.place(&finding.connection, violation.by, &place(finding), out);
        if let Some(excerpt) = &finding.excerpt {
            self.excerpt(excerpt, colour, out);
        }
        self.detail("by", &format!("the {}", violation.by), out);
        let seen = violation.seen.to_string();
        if !seen.is_empty() {
            self.detail("seen", &seen, out);
        }
        let (draft, since) = (violation.draft.short, &finding.since);
        let of_draft = violation.draft.rules.iter().any(|one| one.id == rule.id);
        let stands = match (of_draft, since == draft) {
            (_, true) => draft.to_owned(),
            (true, false) => format!("{draft}, since {since}"),
            // A rule of an extension is none of the draft.
            (false, false) => format!("since {since}"),
        };
        let written = format!("{} {} ({stands})", rule.level, rule.citation);
        self.detail("written", &written, out);
        if let Some(leads) = leads_to(finding) {
            self.detail("leads to", &leads, out);
        }
        if let Some(cause) = &finding.cause {
            self.detail("likely", cause, out);
        }
        out.push('\n');
    }

    fn place(&self, peers: &Peers, by: Role, place: &str, out: &mut String) {
        let arrow = self.paint(BLUE, "  -->");
        let source = peers.source_of(by);
        let _ = write!(out, "{arrow} {source}: connection {}", peers.id);
        if let (Some(client), Some(server)) = (&peers.client, &peers.server) {
            let _ = write!(out, " ({client} -> {server})");
        }
        let _ = writeln!(out, ", {place}");
    }

    fn detail(&self, name: &str, text: &str, out: &mut String) {
        let sign = self.paint(BLUE, "   =");
        let _ = writeln!(out, "{sign} {name}: {text}");
    }

    /// Sixteen bytes a line, the marked ones underlined.
    fn excerpt(&self, excerpt: &Excerpt, colour: &str, out: &mut String) {
        let bar = self.paint(BLUE, "   |");
        let _ = writeln!(out, "{bar}");
        for (line, bytes) in excerpt.bytes.chunks(16).enumerate() {
            let first = line * 16;
            let mut digits = String::new();
            let mut letters = String::new();
            let mut marks = String::new();
            for (at, byte) in bytes.iter().enumerate() {
                let marked = excerpt.marked.contains(&(first + at));
                let joined = marked && excerpt.marked.contains(&(first + at + 1)) && at < 15;
                let pair = format!("{byte:02x}");
                digits.push_str(&if marked {
                    self.paint(colour, &pair)
                } else {
                    pair
                });
                digits.push(' ');
                marks.push_str(if marked { "^^" } else { "  " });
                marks.push(if joined { '^' } else { ' ' });
                letters.push(if byte.is_ascii_graphic() || *byte == b' ' {
                    char::from(*byte)
                } else {
                    '.'
                });
            }
            let padding = "   ".repeat(16 - bytes.len());
            let offset = excerpt.offset + first as u64;
            let _ = writeln!(out, "{bar} {offset:08x}  {digits}{padding} {letters}");
            if !marks.trim().is_empty() {
                let marks = self.paint(colour, marks.trim_end());
                let _ = writeln!(out, "{bar}           {marks}");
            }
        }
        let _ = writeln!(out, "{bar}");
    }

    fn note(&mut self, note: &Note, finding: bool, out: &mut String) {
        let (severity, colour) = if finding {
            self.warnings += 1;
            ("warning", YELLOW)
        } else {
            ("note", GREEN)
        };
        let title = self.paint(colour, severity);
        let _ = writeln!(out, "{title}: {}", note.kind);
        let mut place = String::new();
        if let Some(packet) = note.packet {
            let _ = write!(place, "packet {packet}, ");
        }
        let _ = write!(place, "byte {} of the {}", note.stream_offset, note.by);
        self.place(&note.connection, note.by, &place, out);
        out.push('\n');
    }

    fn summary(&mut self, summary: &Summary, out: &mut String) {
        self.connections += 1;
        let peers = &summary.connection;
        let title = self.paint(CYAN, &format!("connection {}", peers.id));
        let _ = write!(out, "{title}");
        if let (Some(client), Some(server)) = (&peers.client, &peers.server) {
            let _ = write!(out, ": {client} -> {server}");
        }
        let _ = writeln!(out, " in {}", peers.source);
        self.detail("draft", &draft(summary), out);
        if let Some(extensions) = &summary.extensions {
            let named = AgreedExtension::dialects(&summary.agreed);
            let named = named.map_or_else(String::new, |named| format!(" ({named})"));
            self.detail("extensions", &format!("{extensions}{named}"), out);
        }
        if let Some(subprotocol) = &summary.subprotocol {
            self.detail("subprotocol", subprotocol, out);
        }
        let sent = |role| {
            let (messages, bytes) = (summary.messages.of(role), summary.bytes.of(role));
            format!(
                "{} ({})",
                words::count(*messages, "message"),
                words::count(*bytes, "byte")
            )
        };
        let (client, server) = (sent(Role::Client), sent(Role::Server));
        let carried = format!("{client} from the client, {server} from the server");
        self.detail("carried", &carried, out);
        if let Some(channels) = &summary.channels {
            self.detail("channels", &carried_channels(channels), out);
        }
        let missing = summary.missing;
        if missing.client + missing.server > 0 {
            let text = format!(
                "{} of the client's bytes and {} of the server's are not recorded: what they held is neither counted nor checked",
                missing.client, missing.server
            );
            self.detail("missing", &text, out);
        }
        self.detail("ended", &summary.ended, out);
        if !summary.not_recorded.is_empty() {
            self.detail("not recorded", &summary.not_recorded.join(", "), out);
        }
        for repeated in &summary.repeated {
            self.repeated(repeated, out);
        }
        out.push('\n');
    }

    /// Counts what was not shown, and says how much that is.
    fn repeated(&mut self, repeated: &Repeated, out: &mut String) {
        match repeated.severity {
            Severity::Error => self.errors += repeated.hidden(),
            Severity::Warning => self.warnings += repeated.hidden(),
            Severity::Note => {}
        }
        let Repeated {
            name, by, count, ..
        } = repeated;
        let shown = match repeated.shown {
            0 => "none is shown".to_owned(),
            1 => "1 is shown".to_owned(),
            shown => format!("{shown} are shown"),
        };
        let times = words::count(*count, "time");
        let text = format!("{name}, {times} by the {by}; {shown}");
        self.detail("repeated", &text, out);
    }
}

/// What each channel carried, and the dialects that they can be of if there are several.
fn carried_channels(channels: &CarriedChannels) -> String {
    /// More are not listed.
    const MOST: usize = 10;

    let opened = channels.opened;
    let each = channels.messages.iter().take(MOST).map(|one| {
        let from = words::count(one.client, "message");
        format!(
            "{}: {from} from the client, {} from the server",
            one.channel, one.server
        )
    });
    let each: Vec<String> = each.collect();
    let least = if channels.complete { "" } else { "at least " };
    let mut text = format!("{least}{opened} opened ({})", each.join("; "));
    let listed = channels.messages.len();
    if listed > MOST {
        // Only some of very many are listed, and the same one can be opened again.
        let more = match u64::try_from(listed) == Ok(opened) {
            true => format!("; and {} more", listed - MOST),
            false => "; and more".to_owned(),
        };
        text.insert_str(text.len() - 1, &more);
    }
    if let [_, _, ..] = &channels.dialects[..] {
        let _ = write!(text, "; they can be of {}", channels.dialects.join(", "));
    }
    if !channels.complete {
        text.push_str("; not everything was followed");
    }
    text
}

/// The draft of a connection, the others that it can be of, and why.
fn draft(summary: &Summary) -> String {
    let Some(draft) = summary.draft else {
        return "none fits".into();
    };
    let others = summary.candidates.iter();
    let others = others.filter(|other| **other != draft.short);
    let others: Vec<&str> = others.copied().collect();
    let mut text = draft.short.to_owned();
    if !others.is_empty() {
        let _ = write!(text, ", or any of {}", others.join(", "));
    }
    if !summary.reasons.is_empty() {
        let _ = write!(text, " ({})", summary.reasons.join("; "));
    }
    text
}

/// Where a rule is broken, as far as that is known.
fn place(finding: &Finding) -> String {
    let by = finding.violation.by;
    let mut place = String::new();
    if let Some(packet) = finding.packet {
        let _ = write!(place, "packet {packet}, ");
    }
    match (finding.part, finding.frame) {
        (Part::Frames, Some(frame)) => {
            let _ = write!(place, "{by} frame {frame}");
        }
        (Part::Frames, None) => {
            let _ = write!(place, "{by}");
        }
        (part, _) => place.push_str(part.as_str()),
    }
    if let Some(message) = finding.message {
        let _ = write!(place, ", message {message}");
    }
    if let Some(channel) = finding.channel {
        let _ = write!(place, ", channel {channel}");
    }
    match finding.stream_offset {
        Some(offset) => {
            let _ = write!(place, ", byte {offset}");
        }
        None => place.push_str(", byte not recorded"),
    }
    place
}

/// What breaking the rule leads to.
fn leads_to(finding: &Finding) -> Option<String> {
    let violation = &finding.violation;
    if let Some(code) = violation.rule.close_code() {
        let codes = violation.draft.close_codes.iter();
        let name = codes
            .clone()
            .find(|info| info.code == code)
            .map(|info| info.name);
        let name = name.map_or_else(String::new, |name| format!(" ({name})"));
        return Some(format!("close code {code}{name}"));
    }
    if let Some(code) = violation.rule.outcome.drop_code() {
        return Some(format!("drop code {code}"));
    }
    let status = violation.rule.http_status()?;
    Some(format!("HTTP status {status}"))
}

/// A word of this process.
fn sign() -> String {
    format!("<{:016x}>", RandomState::new().build_hasher().finish())
}

impl Printer for Human {
    fn event(&mut self, event: &Event, out: &mut String) -> Result<(), Failure> {
        let mut text = String::new();
        match event {
            Event::Finding(finding) => self.finding(finding, &mut text),
            Event::Note(note) => self.note(note, event.is_finding(), &mut text),
            Event::Connection(summary) => self.summary(summary, &mut text),
        }
        let text = printable(&text);
        match &self.sign {
            Some(sign) => out.push_str(&text.replace(sign, "\x1b[")),
            None => out.push_str(&text),
        }
        Ok(())
    }

    fn end(&mut self, out: &mut String) -> Result<(), Failure> {
        let _ = writeln!(
            out,
            "{}: {}, {}",
            words::count(self.connections, "connection"),
            words::count(self.errors, "error"),
            words::count(self.warnings, "warning"),
        );
        Ok(())
    }
}

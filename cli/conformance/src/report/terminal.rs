//! A report as text for a terminal.

use std::{fmt::Write as _, time::Duration};

use super::{
    Report, Summary, Tested, What,
    bar::{Bar, Standing},
    escape::{letter, line},
    shown::{Part, Transfer, transfers},
};
use crate::verdict::Verdict;

/// How a report is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// Whether colours are used.
    pub colour: bool,
    /// Whether every case is shown, and each in full.
    pub verbose: bool,
}

const RED: &str = "1;31";
const YELLOW: &str = "1;33";
const GREEN: &str = "1;32";
const BLUE: &str = "1;34";
const BOLD: &str = "1";
const DIM: &str = "2";

/// How many cases of a rule are shown in full.
const EACH: usize = 3;
/// Bytes in a row, and the most that are shown of a transfer.
const ROW: usize = 16;
const MOST: usize = 4 * ROW;
/// The width of the table's first column, and of the others.
const TITLE: usize = 36;
const COLUMNS: [(Verdict, &str, usize); 6] = [
    (Verdict::Strict, "strict", 7),
    (Verdict::Stricter, "stricter", 9),
    (Verdict::Lenient, "lenient", 8),
    (Verdict::Wrong, "wrong", 6),
    (Verdict::Unknown, "unknown", 8),
    (Verdict::NotApplicable, "n/a", 6),
];

/// The findings, and with `verbose` all other cases as well.
#[must_use]
pub fn cases(report: &Report, bar: &Bar<'_>, look: Look) -> String {
    let mut out = String::new();
    let shown: Vec<&Tested> = report
        .cases
        .iter()
        .filter(|case| look.verbose || (bar.of(case) == Standing::Finding && case.played))
        .collect();
    let key = |case: &Tested| (case.section.clone(), case.rules.first().cloned());
    for group in shown.chunk_by(|a, b| key(a) == key(b)) {
        let (mut full, mut hidden) = (0, 0);
        for case in group {
            if bar.of(case) == Standing::Fine {
                brief(case, look, &mut out);
            } else if full < EACH || look.verbose {
                block(report, case, look, &mut out);
                full += 1;
            } else {
                hidden += 1;
            }
        }
        if hidden > 0 {
            let of = if group[0].rules.is_empty() {
                "section"
            } else {
                "rule"
            };
            let _ = writeln!(
                out,
                "… and {hidden} more of this {of}; --verbose shows them\n"
            );
        }
    }
    let left = report.cases.iter().filter(|case| !case.played);
    let left = left
        .filter(|case| bar.of(case) == Standing::Finding)
        .count();
    if left > 0 && !look.verbose {
        let were = if left == 1 { "case was" } else { "cases were" };
        let _ = writeln!(out, "unknown: {left} {were} not played\n");
    }
    out
}

/// A case that is no finding, on a line.
fn brief(case: &Tested, look: Look, out: &mut String) {
    let _ = write!(out, "{}", first(case, look));
    if !case.why.is_empty() {
        let _ = write!(out, "  {}", line(&case.why));
    }
    out.push('\n');
}

/// The verdict, the id and the citation.
fn first(case: &Tested, look: Look) -> String {
    let verdict = paint(look, colour(case.verdict), case.verdict.as_str());
    let id = paint(look, BOLD, &line(&case.id));
    format!("{verdict}  {id}  {}", line(&case.citation))
        .trim_end()
        .to_owned()
}

/// A case in full.
fn block(report: &Report, case: &Tested, look: Look, out: &mut String) {
    let _ = writeln!(out, "{}", first(case, look));
    let detail = |name: &str, text: &str, out: &mut String| {
        if !text.is_empty() {
            let sign = paint(look, BLUE, "   =");
            let _ = writeln!(out, "{sign} {name}: {}", line(text));
        }
    };
    detail("peer", &case.why, out);
    for id in &case.rules {
        let rule = match report.rule(id) {
            Some(rule) => format!("{id} ({}): {}", rule.level, rule.summary),
            None => id.clone(),
        };
        detail("rule", &rule, out);
    }
    let says = |id: &str, title: &str| report.rule(id).is_some_and(|rule| rule.summary == title);
    match input(case) {
        Some(input) => detail("input", input, out),
        // Of a rule about what the peer sends, it is the rule once more.
        None if case.rules.iter().any(|id| says(id, &case.title)) => {}
        None => detail("case", &case.title, out),
    }
    wire(case, look, out);
    if case.strict != case.title {
        detail("must", &case.strict, out);
    }
    detail(
        "tolerated",
        case.tolerated.as_deref().unwrap_or_default(),
        out,
    );
    if let Some(wrote) = &case.wrote {
        let sign = paint(look, BLUE, "   =");
        let _ = writeln!(out, "{sign} it wrote:");
        for text in wrote.lines() {
            let _ = writeln!(out, "       {}", line(text));
        }
    }
    out.push('\n');
}

/// What the tester does with the rule that its input is about.
fn input(case: &Tested) -> Option<&'static str> {
    let names: Vec<&str> = case.id.split('/').collect();
    match names[..] {
        [_, _, _, "breaks"] => Some("the tester breaks it"),
        [_, _, _, "keeps"] => Some("the tester just keeps it"),
        _ => None,
    }
}

/// What went over the wire in a case.
pub(super) fn wire(case: &Tested, look: Look, out: &mut String) {
    let transfers = transfers(case);
    if transfers.is_empty() {
        return;
    }
    let mut parts = transfers.iter().flat_map(|one| &one.parts);
    let opened = parts.any(|part| !part.is_head);
    let bar = paint(look, BLUE, "   |");
    let _ = writeln!(out, "{bar}");
    for transfer in &transfers {
        show(transfer, opened, look, case.verdict, out);
    }
    let _ = writeln!(out, "{bar}");
}

/// What a side did. Heads are cut short where the case is about what comes after them.
fn show(transfer: &Transfer<'_>, opened: bool, look: Look, verdict: Verdict, out: &mut String) {
    let bar = paint(look, BLUE, "   |");
    let wired = transfer.wired;
    let did = match wired.what {
        What::Bytes if wired.length == 1 => "sends 1 byte".into(),
        What::Bytes => format!("sends {} bytes", wired.length),
        What::End => "ends its side of the stream".into(),
        What::Reset => "resets the connection".into(),
    };
    let did = paint(
        look,
        DIM,
        &format!("{} ms: the {} {did}", wired.at_ms, wired.by.as_str()),
    );
    let _ = writeln!(out, "{bar} {did}");
    let mut left = MOST;
    let mut shown = 0;
    for part in &transfer.parts {
        if part.is_head {
            head(part, opened && part.mark.is_none(), look, verdict, out);
            shown += part.bytes.len();
            continue;
        }
        let rows = part.rows(ROW, left);
        for row in &rows {
            hex(row, look, verdict, out);
            left -= row.bytes.len().min(left);
            shown += row.bytes.len();
        }
    }
    let rest = wired.length.saturating_sub(shown as u64);
    if rest > 0 {
        let _ = writeln!(out, "{bar}   … {rest} more");
    }
    if let Some(at) = transfer.unseen {
        let _ = writeln!(
            out,
            "{bar}   the byte that breaks the rule is number {at}, from 0"
        );
    }
}

fn head(part: &Part<'_>, is_short: bool, look: Look, verdict: Verdict, out: &mut String) {
    let bar = paint(look, BLUE, "   |");
    let lines = part.lines();
    if let (true, [first, rest @ ..]) = (is_short, &*lines) {
        let _ = match rest.len() {
            0 => writeln!(out, "{bar}   {}", first.text),
            count => writeln!(out, "{bar}   {} … {count} more lines", first.text),
        };
        return;
    }
    for line in lines {
        let _ = writeln!(out, "{}", format!("{bar}   {}", line.text).trim_end());
        if let Some(mark) = line.mark {
            let carets = paint(look, colour(verdict), &"^".repeat(mark.len()));
            let _ = writeln!(out, "{bar}   {}{carets}", " ".repeat(mark.start));
        }
    }
}

fn hex(row: &Part<'_>, look: Look, verdict: Verdict, out: &mut String) {
    let bar = paint(look, BLUE, "   |");
    let pairs = row.bytes.iter().enumerate().map(|(at, byte)| {
        let pair = format!("{byte:02x}");
        if row.mark == Some(at) {
            paint(look, colour(verdict), &pair)
        } else {
            pair
        }
    });
    let pairs: Vec<String> = pairs.collect();
    let letters: String = row.bytes.iter().copied().map(letter).collect();
    let padding = "   ".repeat(ROW - row.bytes.len());
    let pairs = pairs.join(" ");
    let _ = writeln!(
        out,
        "{bar}   {:06x}  {pairs}{padding}  {}",
        row.offset,
        letters.trim_end()
    );
    if let Some(mark) = row.mark {
        let caret = paint(look, colour(verdict), "^^");
        let _ = writeln!(out, "{bar}   {}{caret}", " ".repeat(8 + 3 * mark));
    }
}

/// How many cases of each section have each verdict, in at most 80 columns.
#[must_use]
pub fn table(report: &Report, look: Look) -> String {
    let mut out = " ".repeat(TITLE);
    for (_, name, width) in COLUMNS {
        let _ = write!(out, "{name:>width$}");
    }
    out.push('\n');
    for section in &report.sections {
        let (name, title) = (line(&section.name), line(&section.title));
        let both = format!("{name}  {title}");
        let fits = both.chars().count() < TITLE;
        let heading = if fits { &*both } else { &*name };
        row(heading, &section.summary, look, &mut out);
    }
    row("all", &report.summary, look, &mut out);
    out
}

fn row(title: &str, summary: &Summary, look: Look, out: &mut String) {
    let title: String = if title.chars().count() < TITLE {
        title.into()
    } else {
        let kept = title.chars().take(TITLE - 2);
        kept.chain(['…']).collect()
    };
    let _ = write!(out, "{title:<TITLE$}");
    for (verdict, _, width) in COLUMNS {
        let cell = match summary.count(verdict) {
            0 => format!("{:>width$}", "·"),
            count => {
                let cell = format!("{count:>width$}");
                paint(look, colour(verdict), &cell)
            }
        };
        out.push_str(&cell);
    }
    out.push('\n');
}

/// What came of the test, in one sentence.
#[must_use]
pub fn sentence(report: &Report, bar: &Bar<'_>) -> String {
    let counts = Verdict::ALL.into_iter().filter_map(|verdict| {
        let count = report.summary.count(verdict);
        (count > 0).then(|| format!("{count} {}", verdict.as_str().replace('-', " ")))
    });
    let counts: Vec<String> = counts.collect();
    let noun = if report.cases.len() == 1 {
        "case"
    } else {
        "cases"
    };
    let mut out = format!(
        "{} {noun} of {} in {:.1} s: {}.",
        report.cases.len(),
        line(&report.draft),
        Duration::from_millis(report.took_ms).as_secs_f64(),
        counts.join(", ")
    );
    let standings = report.cases.iter().map(|case| bar.of(case));
    let known = standings
        .filter(|standing| *standing == Standing::Known)
        .count();
    if known > 0 {
        let _ = write!(
            out,
            " {known} {} not allowed and {} no better in the baseline.",
            if known == 1 { "case is" } else { "cases are" },
            if known == 1 { "was" } else { "were" },
        );
    }
    let lenient = report.summary.count(Verdict::Lenient);
    if lenient > 0 && bar.allows(Verdict::Lenient) {
        out.push_str(" --strict allows no lenient verdict, and --verbose shows every case.");
    }
    out.push('\n');
    out
}

const fn colour(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Strict | Verdict::Stricter => GREEN,
        Verdict::Lenient | Verdict::Unknown => YELLOW,
        Verdict::Wrong => RED,
        Verdict::NotApplicable => DIM,
    }
}

/// Text that is harmless already, in a colour.
fn paint(look: Look, colour: &str, text: &str) -> String {
    if look.colour {
        format!("\x1b[{colour}m{text}\x1b[0m")
    } else {
        text.into()
    }
}

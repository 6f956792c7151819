//! The page of a case.

use std::fmt::Write as _;

use super::{
    page::{badge, page, time},
    page_name,
};
use crate::report::{
    Report, Tested, What,
    escape::{letter, line, markup},
    shown::{Part, Transfer, transfers},
};

/// Bytes in a row: what a phone has room for.
const ROW: usize = 8;
/// How many transfers are shown, from the start and from the end.
const FIRST: usize = 40;
const LAST: usize = 10;

/// The page of the case at this place.
pub(super) fn html(report: &Report, at: usize) -> String {
    let case = &report.cases[at];
    let mut body = String::new();
    nav(report, at, &mut body);
    let _ = writeln!(body, "<main>\n<h1>{}</h1>", text(&case.id));
    let _ = writeln!(
        body,
        "<p>{}</p>\n<p>{}</p>",
        badge(case.verdict),
        text(&case.title)
    );
    details(report, case, &mut body);
    body.push_str("<h2>On the wire</h2>\n");
    let transfers = transfers(case);
    if transfers.is_empty() {
        body.push_str("<p>Nothing was sent in this case.</p>\n");
    } else {
        body.push_str("<ol class=\"wire\">\n");
        for (at, transfer) in transfers.iter().enumerate() {
            let marked = transfer.parts.iter().any(|part| part.mark.is_some());
            if at < FIRST || at + LAST >= transfers.len() || marked {
                show(transfer, &mut body);
            } else if at == FIRST {
                let count = transfers.len() - FIRST - LAST;
                let _ = writeln!(body, "<li><p>… about {count} more times …</p></li>");
            }
        }
        body.push_str("</ol>\n");
    }
    body.push_str("</main>\n");
    page(
        &format!("{}: {}", line(&case.id), line(&report.agent)),
        &body,
    )
}

fn text(raw: &str) -> String {
    markup(&line(raw))
}

fn nav(report: &Report, at: usize, body: &mut String) {
    body.push_str(
        "<nav aria-label=\"Pages\"><ul>\n<li><a href=\"../index.html\">All cases</a></li>\n",
    );
    let neighbours = [
        (at.checked_sub(1), "prev", "Previous case"),
        (Some(at + 1), "next", "Next case"),
    ];
    for (place, rel, name) in neighbours {
        if let Some(case) = place.and_then(|place| report.cases.get(place)) {
            let page = markup(&page_name(case));
            let _ = writeln!(body, "<li><a rel=\"{rel}\" href=\"{page}\">{name}</a></li>");
        }
    }
    body.push_str("</ul></nav>\n");
}

fn details(report: &Report, case: &Tested, body: &mut String) {
    body.push_str("<dl>\n");
    let mut detail = |name: &str, html: &str| {
        if !html.is_empty() {
            let _ = writeln!(body, "<dt>{name}</dt><dd>{html}</dd>");
        }
    };
    detail("Why", &text(&case.why));
    detail("Strict", &text(&case.strict));
    detail(
        "Tolerated",
        &text(case.tolerated.as_deref().unwrap_or_default()),
    );
    let rules = case.rules.iter().map(|id| match report.rule(id) {
        Some(rule) => format!(
            "<code>{}</code> ({}): {} <span class=\"soft\">{}</span>",
            text(id),
            text(&rule.level),
            text(&rule.summary),
            text(&rule.citation)
        ),
        None => format!("<code>{}</code>", text(id)),
    });
    let rules: Vec<String> = rules.collect();
    detail("Rules", &rules.join("<br>"));
    if !case.rules.iter().any(|id| report.rule(id).is_some()) {
        detail("Written", &text(&case.citation));
    }
    detail("Autobahn", &text(&case.autobahn.join(", ")));
    if let Some(wrote) = &case.wrote {
        let wrote = markup(wrote.trim_end());
        detail("It wrote", &format!("<pre class=\"text\">{wrote}</pre>"));
    }
    let close = case
        .close_code
        .map(|code| format!("The peer closed with {code}."));
    detail("Closed", &close.unwrap_or_default());
    detail("Took", &time(case.took_ms));
    let of = format!(
        "{} <span class=\"soft\">({}, {})</span>",
        text(&report.agent),
        text(&report.subject),
        text(&report.draft)
    );
    detail("Tested", &of);
    body.push_str("</dl>\n");
}

/// What a side did.
fn show(transfer: &Transfer<'_>, body: &mut String) {
    let wired = transfer.wired;
    let by = wired.by.as_str();
    let did = match wired.what {
        What::Bytes if wired.length == 1 => "sends 1 byte".into(),
        What::Bytes => format!("sends {} bytes", wired.length),
        What::End => "ends its side of the stream".into(),
        What::Reset => "resets the connection".into(),
    };
    let at = time(wired.at_ms);
    let _ = writeln!(
        body,
        "<li class=\"{by}\"><h3>The {by} {did} <span class=\"soft\">after {at}</span></h3>"
    );
    for part in &transfer.parts {
        if part.is_head {
            head(part, body);
        } else {
            dump(part, by, body);
        }
    }
    let shown = wired.bytes.len() as u64;
    if wired.length > shown {
        let rest = wired.length - shown;
        let _ = writeln!(body, "<p>… and {rest} more bytes that are not kept.</p>");
    }
    if let Some(at) = transfer.unseen {
        let _ = writeln!(
            body,
            "<p>The byte that breaks the rule is number {at} of them, from 0.</p>"
        );
    }
    body.push_str("</li>\n");
}

fn head(part: &Part<'_>, body: &mut String) {
    body.push_str("<pre class=\"text\">");
    for line in part.lines() {
        match line.mark {
            None => body.push_str(&markup(&line.text)),
            Some(mark) => {
                let letters = |range: std::ops::Range<usize>| {
                    let letters = line.text.chars().skip(range.start).take(range.len());
                    markup(&letters.collect::<String>())
                };
                let marked = match &*letters(mark.clone()) {
                    "" => "⏎".to_owned(),
                    letters => letters.to_owned(),
                };
                body.push_str(&letters(0..mark.start));
                let _ = write!(body, "<mark>{marked}</mark>");
                body.push_str(&letters(mark.end..line.text.len().max(mark.end)));
            }
        }
        body.push('\n');
    }
    body.push_str("</pre>\n");
}

fn dump(part: &Part<'_>, by: &str, body: &mut String) {
    let _ = write!(
        body,
        "<pre tabindex=\"0\" role=\"region\" aria-label=\"Bytes of the {by} from {} on\">",
        part.offset
    );
    for row in part.rows(ROW, usize::MAX) {
        let _ = write!(body, "<span class=\"soft\">{:04x}</span> ", row.offset);
        for (at, byte) in row.bytes.iter().enumerate() {
            let pair = format!("{byte:02x}");
            let _ = match row.mark {
                Some(mark) if mark == at => write!(body, " <mark>{pair}</mark>"),
                Some(_) | None => write!(body, " {pair}"),
            };
        }
        body.push_str(&"   ".repeat(ROW - row.bytes.len()));
        body.push_str("  ");
        let letters: String = row.bytes.iter().copied().map(letter).collect();
        let _ = writeln!(body, "{}", markup(&letters));
    }
    body.push_str("</pre>\n");
    if let Some(mark) = part.mark {
        let at = part.offset + mark as u64;
        let _ = writeln!(
            body,
            "<p class=\"soft\">The marked byte breaks the rule: number {at:#06x} of the {by}.</p>"
        );
    }
}

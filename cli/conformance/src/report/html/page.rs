//! What all pages have.

use std::{fmt::Write as _, time::Duration};

use crate::{
    report::escape::{line, markup},
    verdict::Verdict,
};

/// A page.
pub(super) fn page(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        markup(title)
    )
}

/// A text of one line.
pub(super) fn text(raw: &str) -> String {
    markup(&line(raw))
}

/// A table that scrolls by itself where it is wider than the page.
pub(super) fn open(caption: &str, body: &mut String) {
    let _ = writeln!(
        body,
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\">\n<table>"
    );
}

/// Ends such a table.
pub(super) fn close(body: &mut String) {
    body.push_str("</tbody>\n</table>\n</div>\n");
}

/// A verdict, as a sign and as a word.
pub(super) fn badge(verdict: Verdict) -> String {
    let sign = match verdict {
        Verdict::Strict => "✓",
        Verdict::Stricter => "≥",
        Verdict::Lenient => "~",
        Verdict::Wrong => "✗",
        Verdict::Unknown => "?",
        Verdict::NotApplicable => "–",
    };
    let class = verdict.as_str();
    format!(
        "<span class=\"v {class}\"><span aria-hidden=\"true\">{sign}</span> {}</span>",
        word(verdict)
    )
}

/// A verdict as a word.
pub(super) fn word(verdict: Verdict) -> String {
    verdict.as_str().replace('-', " ")
}

/// A time in milliseconds.
pub(super) fn time(millis: u64) -> String {
    let time = Duration::from_millis(millis);
    if time.as_secs() == 0 {
        format!("{millis} ms")
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

const STYLE: &str = "\
:root{--back:#fff;--text:#1b1f24;--soft:#57606a;--line:#d0d7de;--box:#f6f8fa;--link:#0550ae;\
--good:#116329;--mild:#7d4e00;--bad:#b3141d;--mark:#ffd8a8;--marked:#5c1a00}
@media(prefers-color-scheme:dark){:root{--back:#0d1117;--text:#e6edf3;--soft:#9da7b3;--line:#3a424c;\
--box:#161b22;--link:#79c0ff;--good:#56d364;--mild:#e3b341;--bad:#ff8f87;--mark:#8a4b00;--marked:#fff3e0}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:75rem;background:var(--back);color:var(--text);\
font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
a{color:var(--link)}
h1{font-size:1.5rem;line-height:1.25;margin:.75rem 0}
h2{font-size:1.2rem;margin:2rem 0 .5rem}
nav{margin:.75rem 0}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:0;padding:0}
.soft{color:var(--soft)}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}
thead th{background:var(--box);vertical-align:bottom}
tbody th{font-weight:400;min-width:9rem}
th small{display:block;color:var(--soft)}
.n{text-align:right;white-space:nowrap}
.v{font-weight:600;white-space:nowrap}
.strict,.stricter{color:var(--good)}
.lenient,.unknown{color:var(--mild)}
.wrong{color:var(--bad)}
.not-applicable{color:var(--soft)}
dl{display:grid;grid-template-columns:minmax(6rem,max-content) 1fr;gap:.35rem 1rem;margin:1rem 0}
dt{color:var(--soft)}
dd{margin:0}
.wire{list-style:none;margin:0;padding:0}
.wire>li{border-left:.25rem solid var(--line);padding:.1rem 0 .1rem .75rem;margin:0 0 1rem}
.wire>.peer{border-left-style:double}
.wire h3{font-size:1rem;margin:0 0 .25rem}
pre{margin:.25rem 0;padding:.5rem;background:var(--box);border:1px solid var(--line);\
font:.8125rem/1.45 ui-monospace,monospace;overflow:auto;max-height:28rem}
pre.text{white-space:pre-wrap;overflow-wrap:anywhere}
mark{background:var(--mark);color:var(--marked);outline:1px solid currentColor;font-weight:700}
@media(max-width:40rem){dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 .6rem}\
pre{font-size:.6875rem}th,td{padding:.3rem .4rem}}
";

//! The overview of all endpoints.

use std::fmt::Write as _;

use super::{
    label, measured,
    page::{badge, close, open, page, text, time, word},
    page_of,
};
use crate::{
    report::{Report, Summary, Tested, escape::markup},
    verdict::Verdict,
};

/// The page.
pub(super) fn html(reports: &[Report]) -> String {
    let mut body = String::from("<main>\n<h1>WebSocket conformance</h1>\n");
    body.push_str(
        "<p>What <code>wsdraft test</code> found: <b>strict</b> does what the specification says, \
         <b>stricter</b> refuses what it allows, <b>lenient</b> tolerates what may be tolerated or \
         reacts in another way, <b>wrong</b> does what it forbids, and of <b>unknown</b> nothing \
         shows what it does.</p>\n",
    );
    agents(reports, &mut body);
    let sections = sections(reports);
    contents(reports, &sections, &mut body);
    let found: Vec<&str> = ids(reports)
        .into_iter()
        .filter(|id| {
            let mut cases = reports.iter().filter_map(|report| case(report, id));
            cases.any(|case| is_found(case.verdict))
        })
        .collect();
    body.push_str("<h2 id=\"found\">Lenient, wrong and unknown</h2>\n");
    if found.is_empty() {
        body.push_str("<p>None.</p>\n");
    } else {
        table("Cases that are not strict", reports, &found, &mut body);
    }
    for (name, title) in sections {
        let in_section = |id: &&str| {
            let mut cases = reports.iter().filter_map(|report| case(report, id));
            cases.any(|case| case.section == name)
        };
        let ids: Vec<&str> = ids(reports).into_iter().filter(in_section).collect();
        let (id, title) = (text(name), text(title));
        let _ = writeln!(body, "<h2 id=\"section-{id}\">{title}</h2>");
        table(&title, reports, &ids, &mut body);
    }
    measured::write(reports, &mut body);
    body.push_str("</main>\n");
    page("WebSocket conformance", &body)
}

const fn is_found(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Lenient | Verdict::Wrong | Verdict::Unknown => true,
        Verdict::Strict | Verdict::Stricter | Verdict::NotApplicable => false,
    }
}

fn case<'a>(report: &'a Report, id: &str) -> Option<&'a Tested> {
    report.cases.iter().find(|case| case.id == id)
}

/// The ids of all cases, in the order of the reports.
fn ids(reports: &[Report]) -> Vec<&str> {
    let mut known = std::collections::BTreeSet::new();
    let cases = reports.iter().flat_map(|report| &report.cases);
    let ids = cases.map(|case| &*case.id);
    ids.filter(|id| known.insert(*id)).collect()
}

/// The names and titles of all sections.
fn sections(reports: &[Report]) -> Vec<(&str, &str)> {
    let mut out: Vec<(&str, &str)> = Vec::new();
    for section in reports.iter().flat_map(|report| &report.sections) {
        if !out.iter().any(|(name, _)| *name == section.name) {
            out.push((&section.name, &section.title));
        }
    }
    out
}

fn contents(reports: &[Report], sections: &[(&str, &str)], body: &mut String) {
    body.push_str(
        "<nav aria-label=\"Sections\"><ul>\n<li><a href=\"#found\">Lenient, wrong and unknown</a></li>\n",
    );
    for (name, title) in sections {
        let (id, title) = (text(name), text(title));
        let _ = writeln!(body, "<li><a href=\"#section-{id}\">{title}</a></li>");
    }
    if measured::is_any(reports) {
        let (place, title) = measured::PLACE;
        let _ = writeln!(body, "<li><a href=\"#{place}\">{title}</a></li>");
    }
    body.push_str("</ul></nav>\n");
}

/// How many cases of each endpoint have each verdict.
fn agents(reports: &[Report], body: &mut String) {
    body.push_str("<h2>Endpoints</h2>\n");
    open("Number of cases with each verdict", body);
    body.push_str("<thead><tr><th scope=\"col\">Endpoint</th>");
    for verdict in Verdict::ALL {
        let _ = write!(body, "<th scope=\"col\" class=\"n\">{}</th>", word(verdict));
    }
    body.push_str("<th scope=\"col\" class=\"n\">time</th></tr></thead>\n<tbody>\n");
    for report in reports {
        let name = text(&label(report, reports));
        let of = format!("{}, {}", text(&report.subject), text(&report.draft));
        let _ = write!(body, "<tr><th scope=\"row\">{name}<small>{of}</small></th>");
        counts(&report.summary, body);
        let _ = writeln!(body, "<td class=\"n\">{}</td></tr>", time(report.took_ms));
    }
    close(body);
}

fn counts(summary: &Summary, body: &mut String) {
    for verdict in Verdict::ALL {
        let class = verdict.as_str();
        let _ = match summary.count(verdict) {
            0 => write!(body, "<td class=\"n soft\">0</td>"),
            count => write!(body, "<td class=\"n v {class}\">{count}</td>"),
        };
    }
}

/// The verdicts on these cases, the endpoints side by side.
fn table(caption: &str, reports: &[Report], ids: &[&str], body: &mut String) {
    open(caption, body);
    body.push_str("<thead><tr><th scope=\"col\">Case</th>");
    for report in reports {
        let _ = write!(
            body,
            "<th scope=\"col\">{}</th>",
            text(&label(report, reports))
        );
    }
    body.push_str("</tr></thead>\n<tbody>\n");
    for id in ids {
        let title = reports.iter().find_map(|report| case(report, id));
        let title = title.map(|case| text(&case.title)).unwrap_or_default();
        let _ = write!(
            body,
            "<tr><th scope=\"row\">{}<small>{title}</small></th>",
            text(id)
        );
        for report in reports {
            let _ = match case(report, id) {
                Some(case) => write!(
                    body,
                    "<td><a href=\"{}\">{}</a></td>",
                    markup(&page_of(report, case)),
                    badge(case.verdict)
                ),
                None => write!(body, "<td class=\"soft\">not tested</td>"),
            };
        }
        body.push_str("</tr>\n");
    }
    close(body);
}

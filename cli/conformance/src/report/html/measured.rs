//! What was measured, in the overview.

use std::fmt::Write as _;

use super::{
    label,
    page::{close, open, text},
};
use crate::{measure::Measurement, report::Report};

/// Where it is on the page, and its title.
pub(super) const PLACE: (&str, &str) = ("measured", "Round trips");

/// Whether anything was measured.
pub(super) fn is_any(reports: &[Report]) -> bool {
    reports.iter().any(|report| !report.measurements.is_empty())
}

/// The measurements, by endpoint; nothing if there are none.
pub(super) fn write(reports: &[Report], body: &mut String) {
    if !is_any(reports) {
        return;
    }
    let (place, title) = PLACE;
    let _ = writeln!(body, "<h2 id=\"{place}\">{title}</h2>");
    body.push_str(
        "<p>How long messages took to the endpoint and back, one after the other. p90 is the time, in \
         microseconds, that 90 of 100 took at most. No verdict depends on it.</p>\n",
    );
    let measured = reports.iter().enumerate();
    let measured = measured.filter(|(_, report)| !report.measurements.is_empty());
    let name = |report| text(&label(report, reports));
    let several = measured.clone().count() > 1;
    if several {
        body.push_str("<nav aria-label=\"Endpoints that were measured\"><ul>\n");
        for (at, report) in measured.clone() {
            let name = name(report);
            let _ = writeln!(body, "<li><a href=\"#{place}-{at}\">{name}</a></li>");
        }
        body.push_str("</ul></nav>\n");
    }
    for (at, report) in measured {
        let name = name(report);
        let _ = writeln!(body, "<h3 id=\"{place}-{at}\">{name}</h3>");
        table(&name, &report.measurements, body);
    }
}

/// The measurements of an endpoint.
fn table(name: &str, measurements: &[Measurement], body: &mut String) {
    open(&format!("{}: {name}", PLACE.1), body);
    body.push_str("<thead><tr><th scope=\"col\">Messages</th>");
    for head in [
        "count",
        "per second",
        "p50 µs",
        "p90 µs",
        "p99 µs",
        "p99.9 µs",
    ] {
        let _ = write!(body, "<th scope=\"col\" class=\"n\">{head}</th>");
    }
    body.push_str("</tr></thead>\n<tbody>\n");
    for one in measurements {
        let (kind, size) = (text(&one.kind), one.size);
        let _ = write!(
            body,
            "<tr><th scope=\"row\">{kind}, {size} bytes</th><td class=\"n\">{}</td><td class=\"n\">{:.0}</td>",
            one.count, one.per_second
        );
        for time in [one.p50_us, one.p90_us, one.p99_us, one.p999_us] {
            let _ = write!(body, "<td class=\"n\">{time:.1}</td>");
        }
        body.push_str("</tr>\n");
    }
    close(body);
}

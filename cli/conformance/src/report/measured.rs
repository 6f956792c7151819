//! Measurements as a table for a terminal.

use std::fmt::Write as _;

use super::Report;
use crate::measure::Measurement;

/// The measurements as a table; nothing if there are none.
#[must_use]
pub fn table(report: &Report) -> String {
    if report.measurements.is_empty() {
        return String::new();
    }
    let mut out = format!(
        "{:<8}{:>8}{:>9}{:>13}{:>10}{:>10}{:>10}{:>10}\n",
        "message", "bytes", "count", "per second", "p50 µs", "p90 µs", "p99 µs", "p99.9 µs"
    );
    for Measurement {
        kind,
        size,
        count,
        per_second,
        p50_us,
        p90_us,
        p99_us,
        p999_us,
    } in &report.measurements
    {
        let kind = super::escape::line(kind);
        let _ = writeln!(
            out,
            "{kind:<8}{size:>8}{count:>9}{per_second:>13.0}{p50_us:>10.1}{p90_us:>10.1}{p99_us:>10.1}{p999_us:>10.1}"
        );
    }
    out.push('\n');
    out
}

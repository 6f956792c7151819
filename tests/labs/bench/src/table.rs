//! Tables in Markdown.

use crate::contest::Score;

/// Scores side by side: a row a contender, a column an amount of work. Ratios are to `ours`.
#[derive(Debug, Default)]
pub struct Table {
    title: String,
    columns: Vec<(String, Vec<Score>)>,
}

impl Table {
    pub fn new(title: &str) -> Self {
        Self {
            title: title.into(),
            columns: Vec::new(),
        }
    }

    pub fn column(&mut self, name: &str, scores: Vec<Score>) {
        eprintln!("{}, {name}: measured", self.title);
        self.columns.push((name.into(), scores));
    }

    /// Prints it. `ours` is whom the ratios are to.
    pub fn print(&self, ours: &str) {
        println!("\n### {}\n", self.title);
        let heads: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        println!("| | {} |", heads.join(" | "));
        println!("|---|{}", "---|".repeat(heads.len()));
        let Some((_, first)) = self.columns.first() else {
            return;
        };
        for (row, name) in first.iter().map(|score| score.name).enumerate() {
            let cells = self.columns.iter().map(|(_, scores)| {
                let base = scores.iter().find(|score| score.name == ours);
                cell(&scores[row], base)
            });
            println!("| {name} | {} |", cells.collect::<Vec<_>>().join(" | "));
        }
    }
}

fn cell(score: &Score, base: Option<&Score>) -> String {
    let spread = (score.middle / score.best - 1.0) * 100.0;
    let time = time(score.best);
    match base {
        Some(base) if base.name != score.name => {
            format!("{time} +{spread:.0} % ({:.2})", score.best / base.best)
        }
        _ => format!("{time} +{spread:.0} %"),
    }
}

/// A time in a unit that reads well.
pub fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        ..100.0 => format!("{nanoseconds:.1} ns"),
        ..10_000.0 => format!("{nanoseconds:.0} ns"),
        ..1_000_000.0 => format!("{:.1} µs", nanoseconds / 1e3),
        _ => format!("{:.2} ms", nanoseconds / 1e6),
    }
}

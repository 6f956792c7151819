//! The picture: a cell for each number, with a bar from the middle to the right where wsdraft is
//! faster and to the left where it is slower. It loads nothing and runs nothing.

use std::fmt::Write;

use super::{
    document::summary,
    standing::{BY_LENGTH, Kind, Standing, Verdict},
};

const WIDTH: usize = 900;
const LABELS: usize = 178;
const CELL: usize = 120;
/// Cells of other work side by side.
const ACROSS: usize = 7;
const ROW: usize = 38;
const COLUMNS: [&str; 6] = ["16 B", "125 B", "1 KiB", "16 KiB", "64 KiB", "1 MiB"];
/// Half the width of a bar's track.
const HALF: f64 = 46.0;
/// Powers of two that fill a half.
const POWERS: f64 = 2.0;

const STYLE: &str = "
  text { font: 12px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; fill: #1f2328 }
  .title { font-size: 17px; font-weight: 600 }
  .note, .head, .peer { fill: #59636e }
  .peer { font-size: 9.5px }
  .head { font-size: 11px }
  .ratio, .kind { font-weight: 600 }
  .back { fill: #ffffff }
  .track { fill: #eaeef2 }
  .middle { stroke: #59636e; stroke-width: 1 }
  .ahead { fill: #0072b2 }
  .level { fill: #818b98 }
  .behind { fill: #d55e00 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .note, .head, .peer { fill: #9198a1 }
    .back { fill: #0d1117 }
    .track { fill: #262c36 }
    .middle { stroke: #9198a1 }
    .ahead { fill: #56b4e9 }
    .behind { fill: #ff9b45 }
  }
";

/// An SVG of the standings.
pub fn draw(standings: &[Standing]) -> String {
    let mut drawing = Drawing::default();
    drawing.head();
    for kind in BY_LENGTH {
        drawing.by_length(kind, standings);
    }
    drawing.others(standings);
    let height = drawing.y + 12;
    let title = "wsdraft beside the best other WebSocket crate for Rust";
    let summary = summary(standings);
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" aria-labelledby="title desc">
<title id="title">{title}</title>
<desc id="desc">{summary} Each cell has the best peer's time or memory, divided by wsdraft's, and the name of that peer. The table in the document has the same numbers.</desc>
<style>{STYLE}</style>
<rect class="back" width="{WIDTH}" height="{height}" rx="6"/>
<text class="title" x="16" y="28">{title}</text>
{}</svg>
"#,
        drawing.body
    )
}

#[derive(Default)]
struct Drawing {
    body: String,
    /// Where the next row starts.
    y: usize,
}

impl Drawing {
    fn text(&mut self, class: &str, x: usize, y: usize, text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        writeln!(
            self.body,
            r#"<text class="{class}" x="{x}" y="{y}">{text}</text>"#
        )
        .expect("a string takes everything");
    }

    fn head(&mut self) {
        let notes = [
            "What the best peer takes, divided by what wsdraft takes over tokio. A bar to the right and a number above 1: \
             wsdraft takes less.",
            "Bars are logarithmic and end at a quarter and at four times. Grey: within the spread.",
        ];
        for (at, note) in notes.iter().enumerate() {
            self.text("note", 16, 48 + 16 * at, note);
        }
        self.y = 92;
        for (at, column) in COLUMNS.iter().enumerate() {
            self.text("head", LABELS + CELL * at, self.y, column);
        }
        self.y += 8;
    }

    fn by_length(&mut self, kind: &Kind, standings: &[Standing]) {
        let own = standings.iter().filter(|one| one.kind.name == kind.name);
        let own: Vec<_> = own.collect();
        if own.is_empty() {
            return;
        }
        self.text("kind", 16, self.y + 16, kind.short);
        for standing in own {
            let at = COLUMNS.iter().position(|column| *column == standing.column);
            if let Some(at) = at {
                self.cell(LABELS + CELL * at, self.y, standing);
            }
        }
        self.y += ROW;
    }

    /// Each under its own heading, side by side.
    fn others(&mut self, standings: &[Standing]) {
        let is_other = |one: &&Standing| BY_LENGTH.iter().all(|kind| one.kind.name != kind.name);
        let others: Vec<_> = standings.iter().filter(is_other).collect();
        self.y += 4;
        for row in others.chunks(ACROSS) {
            for (at, standing) in row.iter().enumerate() {
                let x = 16 + CELL * at;
                self.text("kind", x, self.y + 14, standing.kind.short);
                self.text("head", x, self.y + 29, &standing.column);
                self.cell(x, self.y + 34, standing);
            }
            self.y += ROW + 40;
        }
    }

    fn cell(&mut self, x: usize, y: usize, standing: &Standing) {
        let ratio = standing.ratio();
        let class = match standing.verdict() {
            Verdict::Behind => "behind",
            Verdict::Ahead => "ahead",
            Verdict::Level => "level",
        };
        let length = (ratio.log2() / POWERS).clamp(-1.0, 1.0) * HALF;
        let middle = x as f64 + HALF;
        let start = middle + length.min(0.0);
        let number = if ratio < 10.0 {
            format!("{ratio:.2}")
        } else {
            format!("{ratio:.0}")
        };
        self.text("ratio", x, y + 12, &number);
        let peer = standing.peer.split([',', ' ']).next().unwrap_or_default();
        self.text("peer", x + 32, y + 12, peer);
        let (track, width) = (HALF * 2.0, length.abs().max(1.0));
        let (top, end) = (y + 17, y + 26);
        writeln!(
            self.body,
            r#"<rect class="track" x="{x}" y="{top}" width="{track}" height="8" rx="2"/><rect class="{class}" x="{start:.1}" y="{top}" width="{width:.1}" height="8"/><line class="middle" x1="{middle}" x2="{middle}" y1="{}" y2="{end}"/>"#,
            top - 1
        )
        .expect("a string takes everything");
    }
}

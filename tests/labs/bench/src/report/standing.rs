//! Where wsdraft stands: its number beside that of the best peer, for each row of the first table.

use crate::table::{Cell, Table};

/// One number of wsdraft's beside the best peer's.
#[derive(Clone, Debug)]
pub struct Standing {
    pub kind: &'static Kind,
    pub column: String,
    /// The core's number, where it takes part.
    pub core: Option<Cell>,
    /// The number over tokio, or the core's where there is no other.
    pub ours: Cell,
    pub best: Cell,
    pub peer: String,
}

impl Standing {
    /// How many times as much as wsdraft the best peer takes: above 1, wsdraft is ahead.
    pub fn ratio(&self) -> f64 {
        self.best.value / self.ours.value
    }

    /// Whether wsdraft is ahead or behind by more than the rounds of this run differ: by how much the
    /// middle one took longer than the best, of wsdraft or of the best peer.
    pub fn verdict(&self) -> Verdict {
        let spread = |cell: Cell| cell.middle.map_or(0.0, |middle| middle / cell.value - 1.0);
        let level = 1.0 + spread(self.ours).max(spread(self.best));
        match self.ratio() {
            ratio if ratio > level => Verdict::Ahead,
            ratio if ratio < 1.0 / level => Verdict::Behind,
            _ => Verdict::Level,
        }
    }
}

/// What a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Ahead,
    Level,
    Behind,
}

/// A kind of work that is shown.
#[derive(Debug)]
pub struct Kind {
    /// The word of its table.
    pub word: &'static str,
    /// What it is called in the first table.
    pub name: &'static str,
    /// What it is called in the picture.
    pub short: &'static str,
    /// The row of wsdraft's that counts, with `**wsdraft**` left out.
    pub row: &'static str,
    /// The columns that are shown; all, if there are none.
    pub columns: &'static [&'static str],
}

impl Kind {
    const fn new(word: &'static str, name: &'static str) -> Self {
        Self {
            word,
            name,
            short: name,
            row: "",
            columns: &[],
        }
    }

    const fn of(self, row: &'static str) -> Self {
        Self { row, ..self }
    }

    const fn drawn_as(self, short: &'static str) -> Self {
        Self { short, ..self }
    }

    const fn at(self, columns: &'static [&'static str]) -> Self {
        Self { columns, ..self }
    }

    fn row(&self) -> String {
        format!("{OURS}{}", self.row)
    }
}

const OURS: &str = "**wsdraft**";
const CORE: &str = "**wsdraft**, core";
const KEPT: &str = ", owned messages";

/// Work whose columns are lengths of messages.
pub const BY_LENGTH: &[Kind] = &[
    Kind::new("receive-binary", "Receive binary"),
    Kind::new("receive-ascii", "Receive ASCII"),
    Kind::new("receive-mixed", "Receive mixed text"),
    Kind::new("keep-binary", "Receive binary, to keep")
        .drawn_as("Binary, to keep")
        .of(KEPT),
    Kind::new("keep-mixed", "Receive mixed text, to keep")
        .drawn_as("Mixed text, to keep")
        .of(KEPT),
    Kind::new("send-server", "Send as a server"),
    Kind::new("send-client", "Send as a client"),
    Kind::new("feed-server", "Feed as a server"),
    Kind::new("feed-client", "Feed as a client"),
    Kind::new("echo-core", "Echo in memory"),
];

/// Other work.
pub const OTHERS: &[Kind] = &[
    Kind::new("accept", "Accept"),
    Kind::new("echo", "Echo over TCP"),
    Kind::new("compress-send-takeover", "Send compressed").drawn_as("Send JSON"),
    Kind::new("compress-receive-takeover", "Receive compressed").drawn_as("Receive JSON"),
    Kind::new("broadcast", "Broadcast to 64"),
    Kind::new("broadcast-compressed", "Broadcast JSON to 64").drawn_as("JSON to 64"),
    Kind::new("fan-out", "Fan-out of 1 KiB, a connection")
        .drawn_as("Fan-out, 1 KiB")
        .at(&["1,000", "10,000", "1,000, compressed"]),
    Kind::new("connections", "Echo over TCP, connections")
        .drawn_as("Connections")
        .at(&["1,000", "10,000"]),
    Kind::new("latency", "Latency under load").drawn_as("Echo latency"),
    Kind::new("idle", "Heap of a connection")
        .drawn_as("Heap")
        .at(&["fresh"]),
    Kind::new("resident", "Idle connection").at(&["resident"]),
    Kind::new("tls", "Idle connection, TLS")
        .drawn_as("Idle with TLS")
        .at(&["resident"]),
    Kind::new("cold-build", "Cold build"),
];

/// How wsdraft stands in every kind of work that has been measured.
pub fn standings(tables: &[Table]) -> Vec<Standing> {
    let kinds = BY_LENGTH.iter().chain(OTHERS);
    kinds.flat_map(|kind| of_kind(kind, tables)).collect()
}

fn of_kind(kind: &'static Kind, tables: &[Table]) -> Vec<Standing> {
    let Some(table) = tables.iter().find(|table| table.word == kind.word) else {
        return Vec::new();
    };
    let wanted =
        |column: &&String| kind.columns.is_empty() || kind.columns.contains(&column.as_str());
    let columns = table.columns.iter().filter(wanted);
    columns
        .filter_map(|column| of_column(kind, table, column))
        .collect()
}

fn of_column(kind: &'static Kind, table: &Table, column: &str) -> Option<Standing> {
    let core = table.get(CORE, column).filter(|_| kind.row.is_empty());
    let ours = table.get(&kind.row(), column).or(core)?;
    let peers = table.rows.iter().filter(|row| is_peer(&row.name));
    let cells = peers.filter_map(|row| Some((table.get(&row.name, column)?, &row.name)));
    let (best, peer) = cells.min_by(|(one, _), (other, _)| one.value.total_cmp(&other.value))?;
    Some(Standing {
        kind,
        column: column.into(),
        core,
        ours,
        best,
        peer: peer.clone(),
    })
}

/// Rows of those who do less: one checks nothing, the other leaves its caller's message masked.
const LESS: [&str; 2] = ["bare loop", "wtx, message destroyed"];

/// Whether this row is another crate's that does the same.
fn is_peer(row: &str) -> bool {
    !row.starts_with(OURS) && !LESS.contains(&row)
}

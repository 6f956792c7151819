//! What went over the wire, in the parts in which it is shown.

use super::{Tested, What, Wired};
use crate::log::Side;

/// What one side did.
pub(super) struct Transfer<'a> {
    pub(super) wired: &'a Wired,
    /// The bytes that are kept.
    pub(super) parts: Vec<Part<'a>>,
    /// Where the marked byte is if it is one that is not kept: its number in the transfer.
    pub(super) unseen: Option<u64>,
}

/// Bytes that are shown in one way.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    /// Whether they are the head of a message of the handshake.
    pub(super) is_head: bool,
    pub(super) bytes: &'a [u8],
    /// How many bytes the side sent before.
    pub(super) offset: u64,
    /// Which of the bytes is marked.
    pub(super) mark: Option<usize>,
}

/// A line of a head.
pub(super) struct Line {
    pub(super) text: String,
    /// The marked characters.
    pub(super) mark: Option<std::ops::Range<usize>>,
}

/// How far the head of a side has come.
#[derive(Clone, Debug)]
enum Head {
    /// Nothing was sent.
    Awaited,
    /// It is not complete; these are its last bytes.
    Within(Vec<u8>),
    /// It is complete.
    Over,
}

/// What went over the wire in a case.
pub(super) fn transfers(case: &Tested) -> Vec<Transfer<'_>> {
    let mut sides = [(Head::Awaited, 0), (Head::Awaited, 0)];
    let mut out = Vec::with_capacity(case.wire.len());
    for wired in &case.wire {
        let (head, offset) = &mut sides[usize::from(wired.by == Side::Peer)];
        let mark = case.mark.filter(|mark| mark.by == wired.by);
        let mark = mark.and_then(|mark| mark.offset.checked_sub(*offset));
        let mark = mark.filter(|at| wired.what == What::Bytes && *at < wired.length);
        let kept = mark.and_then(|at| usize::try_from(at).ok());
        let kept = kept.filter(|at| *at < wired.bytes.len());
        out.push(Transfer {
            wired,
            parts: parts(head, &wired.bytes, *offset, kept),
            unseen: mark.filter(|_| kept.is_none()),
        });
        if wired.bytes.len() as u64 != wired.length {
            *head = Head::Over;
        }
        *offset += wired.length;
    }
    out
}

fn parts<'a>(head: &mut Head, bytes: &'a [u8], offset: u64, mark: Option<usize>) -> Vec<Part<'a>> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let (length, is_head) = next(head, &bytes[at..]);
        let end = at + length;
        let mark = mark.filter(|mark| (at..end).contains(mark));
        out.push(Part {
            is_head,
            bytes: &bytes[at..end],
            offset: offset + at as u64,
            mark: mark.map(|mark| mark - at),
        });
        at = end;
    }
    out
}

const END: &[u8] = b"\r\n\r\n";

/// Frames start with other bytes than heads.
fn looks_like_head(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .take(3)
        .all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
}

/// How long the part is that these bytes start with, and whether it is of a head.
fn next(head: &mut Head, bytes: &[u8]) -> (usize, bool) {
    let tail = match head {
        Head::Over if bytes.starts_with(b"HTTP/") => Vec::new(),
        Head::Awaited if looks_like_head(bytes) => Vec::new(),
        Head::Within(tail) => std::mem::take(tail),
        Head::Awaited | Head::Over => {
            *head = Head::Over;
            return (bytes.len(), false);
        }
    };
    let all = [&*tail, bytes].concat();
    match all.windows(END.len()).position(|four| four == END) {
        Some(at) => {
            *head = Head::Over;
            (at + END.len() - tail.len(), true)
        }
        None => {
            let kept = all.len().saturating_sub(END.len() - 1);
            *head = Head::Within(all[kept..].to_vec());
            (bytes.len(), true)
        }
    }
}

impl<'a> Part<'a> {
    /// The lines of a head.
    pub(super) fn lines(&self) -> Vec<Line> {
        let mut start = 0;
        let mut out = Vec::new();
        for line in self.bytes.split_inclusive(|byte| *byte == b'\n') {
            let mark = self.mark.and_then(|mark| mark.checked_sub(start));
            out.push(Line::new(line, mark.filter(|at| *at < line.len())));
            start += line.len();
        }
        // The end of the head is an empty line.
        let last = out.last();
        if last.is_some_and(|last: &Line| last.text.is_empty() && last.mark.is_none()) {
            out.pop();
        }
        out
    }

    /// The bytes in rows: from where `most` bytes have the marked one among them, with the offset
    /// of each row.
    pub(super) fn rows(&self, width: usize, most: usize) -> Vec<Self> {
        let first = match self.mark {
            Some(mark) if mark >= most => (mark / width).saturating_sub(1) * width,
            Some(_) | None => 0,
        };
        let end = first.saturating_add(most).min(self.bytes.len());
        let rows = self.bytes[first..end].chunks(width).enumerate();
        let row = |(row, bytes): (usize, &'a [u8])| {
            let at = first + row * width;
            let mark = self.mark.and_then(|mark| mark.checked_sub(at));
            Self {
                bytes,
                offset: self.offset + at as u64,
                mark: mark.filter(|mark| *mark < bytes.len()),
                is_head: false,
            }
        };
        rows.map(row).collect()
    }
}

impl Line {
    fn new(bytes: &[u8], marked: Option<usize>) -> Self {
        let ends = bytes.strip_suffix(b"\r\n").unwrap_or(bytes).len();
        let (mut text, mut mark) = (String::new(), None);
        for (at, byte) in bytes.iter().enumerate() {
            let start = text.chars().count();
            match byte {
                _ if at >= ends => {}
                b'\r' => text.push_str("\\r"),
                b'\n' => text.push_str("\\n"),
                b'\t' => text.push_str("\\t"),
                b' '..=b'~' => text.push(char::from(*byte)),
                other => text.push_str(&format!("\\x{other:02x}")),
            }
            if marked == Some(at) {
                mark = Some(start..text.chars().count().max(start + 1));
            }
        }
        Self { text, mark }
    }
}

//! What passes on the wire, for people: heads line by line, and frames with their bytes.

use std::{
    cell::RefCell,
    fmt::Write as _,
    mem,
    rc::Rc,
    task::{Context, Poll},
};

use wsdraft::{
    Connection, Limits, Role,
    handshake::parse::{self, HeadLimits},
    info::Kind,
    inspect::{Inspector, Observed},
};

use super::screen::Screen;
use crate::{input::hex, specs::Spoken, words::count};

/// Fields whose values are secrets (RFC 9110 §11.6, RFC 6265).
const SECRETS: [&str; 4] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
];
/// Bytes of a handshake that are kept.
const MOST: usize = 64 << 10;
/// Bytes of a frame that are kept until all of it has passed: more than any header has.
const START: usize = 32;

/// Shows what passes. Clones show the same connection.
#[derive(Clone)]
pub(super) struct Trace(Rc<Shared>);

struct Shared {
    screen: Rc<Screen>,
    /// Bytes of each payload that are shown.
    most: usize,
    sent: RefCell<Direction>,
    received: RefCell<Direction>,
}

/// One direction.
#[derive(Default)]
struct Direction {
    /// Bytes of heads that are not shown, and what follows them.
    early: Vec<u8>,
    /// Whether the head is over.
    headed: bool,
    frames: Option<Frames>,
}

/// Frames in one direction.
struct Frames {
    inspector: Inspector<Spoken>,
    /// Bytes since the end of the last frame, as far as they are kept.
    kept: Vec<u8>,
    /// Where they start.
    start: u64,
    /// Bytes that have passed.
    passed: u64,
}

impl Trace {
    /// Shows so many bytes of each payload.
    pub(super) fn new(screen: Rc<Screen>, most: usize) -> Self {
        Self(Rc::new(Shared {
            screen,
            most,
            sent: RefCell::default(),
            received: RefCell::default(),
        }))
    }

    /// A line of our own.
    pub(super) fn note(&self, text: &str) {
        self.0.screen.trace(format!("* {text}"));
    }

    /// A line of a head.
    pub(super) fn head(&self, from: Role, line: &str) {
        self.0
            .screen
            .trace(format!("{} {}", mark(from), harmless(line)));
    }

    /// Another stream has been opened.
    pub(super) fn begin(&self) {
        self.0.sent.take();
        self.0.received.take();
    }

    /// From here on, what passes is frames: those of this connection.
    pub(super) fn opened(&self, connection: &Connection<Spoken>) {
        let info = connection.info();
        for (from, body) in [
            (Role::Client, info.request_body),
            (Role::Server, info.response_body),
        ] {
            let inspector = Inspector::with(
                *connection.draft(),
                from,
                *connection.session(),
                0,
                Limits::default(),
            );
            let inspector = inspector.extended(connection.agreed()).showing(self.0.most);
            let mut direction = self.direction(from).borrow_mut();
            let early = mem::take(&mut direction.early);
            direction.frames = Some(Frames {
                inspector,
                kept: Vec::new(),
                start: 0,
                passed: 0,
            });
            let (body, frames) = early.split_at(body.min(early.len()));
            if !body.is_empty() {
                self.0.screen.trace(format!("{} {}", mark(from), hex(body)));
            }
            self.frames(from, &mut direction, frames);
        }
    }

    fn direction(&self, from: Role) -> &RefCell<Direction> {
        match from {
            Role::Client => &self.0.sent,
            Role::Server => &self.0.received,
        }
    }

    /// Waits while too much of what has passed waits to be shown.
    pub(super) fn poll_room(&self, cx: &Context<'_>) -> Poll<()> {
        self.0.screen.poll_room(cx)
    }

    /// These bytes have passed.
    pub(super) fn passed(&self, from: Role, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let mut direction = self.direction(from).borrow_mut();
        if direction.frames.is_some() {
            return self.frames(from, &mut direction, bytes);
        }
        let room = MOST.saturating_sub(direction.early.len()).min(bytes.len());
        direction.early.extend_from_slice(&bytes[..room]);
        while !direction.headed {
            let Some(end) = parse::head_end(&direction.early) else {
                return;
            };
            let head: Vec<u8> = direction.early.drain(..end).collect();
            for line in String::from_utf8_lossy(&head).trim_end().lines() {
                self.head(from, line);
            }
            self.0.screen.trace(mark(from).into());
            let status = parse::with_response(&head, &[], &HeadLimits::default(), |response| {
                response.status
            });
            direction.headed = !status.is_ok_and(parse::is_interim);
        }
    }

    fn frames(&self, from: Role, direction: &mut Direction, bytes: &[u8]) {
        let Some(frames) = &mut direction.frames else {
            return;
        };
        frames.inspector.push(bytes);
        let chunk = frames.passed;
        frames.passed += bytes.len() as u64;
        frames.kept.extend_from_slice(bytes);
        let mut end = frames.start;
        while let Some(observed) = frames.inspector.next() {
            let Observed::Frame {
                offset,
                fin,
                kind,
                opcode,
                masked,
                size,
                length,
                ref payload,
                ..
            } = observed
            else {
                continue;
            };
            let header = frames.kept.get(frames.index(offset, chunk)..);
            let header = header.unwrap_or_default();
            let header = header.get(..usize::from(size)).unwrap_or_default();
            let mut line = format!("{} {kind}", mark(from));
            if matches!(
                kind,
                Kind::Reserved | Kind::Extension | Kind::ExtensionControl
            ) {
                let _ = write!(line, " 0x{opcode:x}");
            }
            line += if fin { "" } else { ", more to come" };
            line += if masked { ", masked" } else { "" };
            let _ = write!(line, ", {} [{}]", count(length, "byte"), hex(header));
            shown(&mut line, kind, payload, length);
            self.0.screen.trace(line);
            end = offset + u64::from(size) + length;
        }
        if end > frames.start {
            let next = frames.index(end, chunk).min(frames.kept.len());
            frames.kept.drain(..next);
            frames.start = end;
        }
        frames.kept.truncate(START);
    }
}

impl Frames {
    /// Where the byte with this offset is kept; the bytes since `chunk` all are.
    fn index(&self, offset: u64, chunk: u64) -> usize {
        let index = if offset >= chunk {
            (self.kept.len() as u64).checked_sub(self.passed.saturating_sub(offset))
        } else {
            offset.checked_sub(self.start)
        };
        let index = index.and_then(|index| usize::try_from(index).ok());
        index.unwrap_or(usize::MAX)
    }
}

/// Writes a payload, or its start.
fn shown(line: &mut String, kind: Kind, payload: &[u8], length: u64) {
    if payload.is_empty() {
        return;
    }
    let _ = match std::str::from_utf8(payload) {
        Ok(text) if kind == Kind::Text => write!(line, " {text:?}"),
        _ => write!(line, " {}", hex(payload)),
    };
    if (payload.len() as u64) < length {
        line.push('…');
    }
}

const fn mark(from: Role) -> &'static str {
    match from {
        Role::Client => ">",
        Role::Server => "<",
    }
}

/// A line of a head, without the values of fields that are secrets.
fn harmless(line: &str) -> String {
    match line.split_once(':') {
        Some((name, _))
            if SECRETS
                .iter()
                .any(|secret| name.eq_ignore_ascii_case(secret)) =>
        {
            format!("{name}: (not shown)")
        }
        _ => line.to_owned(),
    }
}

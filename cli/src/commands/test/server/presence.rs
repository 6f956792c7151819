//! Whether the tested server is still there.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    io::{self, ErrorKind},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

/// How long a server may take to come back.
const RETURN: Duration = Duration::from_secs(2);
/// How often the tester looks whether it is back.
const EVERY: Duration = Duration::from_millis(100);

/// Whether the tested server is still there, and which cases may have ended it.
#[derive(Debug, Default)]
pub(super) struct Presence {
    state: RefCell<State>,
    left: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// All cases that had a connection, in the order in which these were opened.
    spans: Vec<Span>,
    /// When the last connection was opened over which the server said something. One that it never
    /// took proves nothing.
    alive: Option<Instant>,
    /// Whether the server is missing right now.
    missing: bool,
    suspects: BTreeSet<usize>,
    /// How many cases in a row ended without a sign of the server, and when the first of them began.
    silent: usize,
    silent_since: Option<Instant>,
    gone: Option<Gone>,
}

/// The time in which a case had a connection.
#[derive(Clone, Copy, Debug)]
struct Span {
    case: usize,
    from: Instant,
    to: Option<Instant>,
}

/// How a server went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gone {
    /// It accepts no connections any more.
    Ended,
    /// It accepts connections, and does nothing with them.
    Stuck,
}

impl Gone {
    /// Why a case was not played.
    pub(super) const fn why(self) -> &'static str {
        match self {
            Self::Ended => "The server is gone.",
            Self::Stuck => "The server does not answer anything any more.",
        }
    }

    /// What happened in a case.
    pub(super) const fn happened(self) -> &'static str {
        match self {
            Self::Ended => "The server ended its process or stopped listening during this case",
            Self::Stuck => "The server stopped to answer anything during this case",
        }
    }
}

impl Presence {
    /// Opens a connection. Waits for a server that does not listen any more, for a while.
    pub(super) async fn open<S>(&self, dial: impl AsyncFn() -> io::Result<S>) -> io::Result<S> {
        let first = dial().await;
        if !is_absent(&first) {
            self.found();
            return first;
        }
        self.missed();
        let deadline = Instant::now() + RETURN;
        while Instant::now() < deadline {
            sleep(EVERY).await;
            let again = dial().await;
            if !is_absent(&again) {
                self.found();
                return again;
            }
        }
        self.go(Gone::Ended);
        first
    }

    fn found(&self) {
        self.state.borrow_mut().missing = false;
    }

    /// Everything since the last sign of life may be the cause.
    fn missed(&self) {
        let mut state = self.state.borrow_mut();
        if state.missing {
            return;
        }
        state.missing = true;
        let since = state.alive;
        let spans = state.spans.iter().filter(|span| span.lasts_to(since));
        let suspects: Vec<usize> = spans.map(|span| span.case).collect();
        state.suspects.extend(suspects);
    }

    fn go(&self, gone: Gone) {
        self.state.borrow_mut().gone.get_or_insert(gone);
        self.left.notify_one();
    }

    /// A case has a connection.
    pub(super) fn begin(&self, case: usize) {
        let from = Instant::now();
        let to = None;
        self.state.borrow_mut().spans.push(Span { case, from, to });
    }

    /// A case is over. Returns how many in a row heard nothing of the server.
    pub(super) fn end(&self, case: usize, heard: bool) -> usize {
        let mut state = self.state.borrow_mut();
        let mut spans = state.spans.iter_mut().rev();
        let span = spans.find(|span| span.case == case);
        let from = span.map(|span| {
            span.to = Some(Instant::now());
            span.from
        });
        if heard {
            state.alive = state.alive.max(from);
            (state.silent, state.silent_since) = (0, None);
        } else {
            state.silent += 1;
            state.silent_since = state.silent_since.or(from);
        }
        state.silent
    }

    /// The server answers after all.
    pub(super) fn answers(&self) {
        let mut state = self.state.borrow_mut();
        (state.silent, state.silent_since) = (0, None);
    }

    /// The server accepts connections, and does nothing with them.
    pub(super) fn stuck(&self) {
        let mut state = self.state.borrow_mut();
        let Some(since) = state.silent_since.filter(|_| state.gone.is_none()) else {
            return;
        };
        let spans = state.spans.iter();
        let spans = spans.filter(|span| span.from <= since && span.lasts_to(Some(since)));
        let suspects: Vec<usize> = spans.map(|span| span.case).collect();
        state.suspects.extend(suspects);
        drop(state);
        self.go(Gone::Stuck);
    }

    /// The cases that began after the server had stopped to answer.
    pub(super) fn in_vain(&self) -> Vec<usize> {
        let state = self.state.borrow();
        let Some(since) = state.silent_since else {
            return Vec::new();
        };
        let later = state.spans.iter().filter(|span| span.from > since);
        later.map(|span| span.case).collect()
    }

    /// How the server went; `None` if it is there.
    pub(super) fn gone(&self) -> Option<Gone> {
        self.state.borrow().gone
    }

    /// Waits until the server is gone.
    pub(super) async fn left(&self) {
        self.left.notified().await;
    }

    /// The cases in which the server may have gone.
    pub(super) fn take_suspects(&self) -> BTreeSet<usize> {
        std::mem::take(&mut self.state.borrow_mut().suspects)
    }
}

impl Span {
    /// Whether the case was still played then, or is.
    fn lasts_to(&self, then: Option<Instant>) -> bool {
        self.to.is_none_or(|to| then.is_none_or(|then| to >= then))
    }
}

fn is_absent<S>(opened: &io::Result<S>) -> bool {
    matches!(opened, Err(error) if error.kind() == ErrorKind::ConnectionRefused)
}

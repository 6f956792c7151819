//! One request on each connection: what a client sends after it passes only once the server has
//! left HTTP for the connection's own protocol. It could be another request, which nobody judged.

use std::collections::BTreeSet;

use tokio::sync::watch;
use wsdraft::handshake::parse::is_interim;
use wsdraft_analysis::Content;

use super::patience::HeadEnd;

/// What became of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The server has not answered it.
    Asked,
    /// The server accepted it: what follows is no HTTP.
    Accepted,
    /// The server gave another answer, so that what follows is another request.
    Answered,
    /// Something followed, and does not pass.
    Cut,
}

/// What both directions of a connection know of its request.
#[derive(Debug)]
pub(super) struct Turn {
    state: watch::Sender<State>,
    /// The statuses with which a server accepts.
    accepting: BTreeSet<u16>,
}

impl Turn {
    /// The turn of a request that a server accepts with one of these statuses.
    pub(super) fn new(accepting: BTreeSet<u16>) -> Self {
        Self {
            state: watch::Sender::new(State::Asked),
            accepting,
        }
    }

    /// A turn that never ends: everything passes.
    pub(super) fn open() -> Self {
        Self {
            state: watch::Sender::new(State::Accepted),
            accepting: BTreeSet::new(),
        }
    }

    /// Whether everything passes from here on.
    pub(super) fn is_accepted(&self) -> bool {
        *self.state.borrow() == State::Accepted
    }

    /// Whether the server has not answered yet.
    pub(super) fn is_asked(&self) -> bool {
        *self.state.borrow() == State::Asked
    }

    /// Waits for the server's answer; whether what follows the request may pass.
    pub(super) async fn is_over(&self) -> bool {
        let mut state = self.state.subscribe();
        let decided = state.wait_for(|state| *state != State::Asked).await;
        decided.is_ok_and(|state| *state == State::Accepted)
    }

    /// Says that something followed that does not pass.
    pub(super) fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    /// Whether something followed that does not pass.
    pub(super) fn was_cut(&self) -> bool {
        *self.state.borrow() == State::Cut
    }

    /// Waits until something followed that does not pass.
    pub(super) async fn is_cut(&self) {
        let mut state = self.state.subscribe();
        // The sender lives as long as this does.
        let _ = state.wait_for(|state| *state == State::Cut).await;
    }

    fn decide(&self, accepted: bool) {
        self.state.send_if_modified(|state| {
            let asked = *state == State::Asked;
            if asked {
                *state = if accepted {
                    State::Accepted
                } else {
                    State::Answered
                };
            }
            asked
        });
    }
}

/// A request as it was read and judged.
#[derive(Debug, Default)]
pub(super) struct Judged {
    /// What was read of the connection.
    pub(super) read: Vec<u8>,
    /// Bytes of the head, which is where the request's content starts.
    pub(super) head: usize,
    /// The content that it has.
    pub(super) content: Option<Content>,
}

/// What is left of the request that passes.
#[derive(Debug)]
pub(super) struct Remainder {
    head: usize,
    content: Option<Content>,
}

impl Remainder {
    pub(super) const fn of(judged: &Judged) -> Self {
        Self {
            head: judged.head,
            content: judged.content,
        }
    }

    /// How many of the next bytes belong to the request.
    pub(super) fn take(&mut self, bytes: &[u8]) -> usize {
        let of_head = self.head.min(bytes.len());
        self.head -= of_head;
        let rest = bytes.get(of_head..).unwrap_or_default();
        let Some(content) = self.content.as_mut().filter(|_| !rest.is_empty()) else {
            return of_head;
        };
        let (taken, goes_on) = content.pass(rest);
        if !goes_on {
            self.content = None;
        }
        of_head + taken
    }
}

/// Reads the status of the server's answer, past interim ones.
#[derive(Debug, Default)]
pub(super) struct Answer {
    line: Vec<u8>,
    /// The rest of an interim answer, which is passed over.
    interim: Option<HeadEnd>,
}

impl Answer {
    /// Bytes of a first line up to its status, at most.
    const MOST: usize = 64;

    /// Looks at what the server sends, until it has answered.
    pub(super) fn read(&mut self, bytes: &[u8], turn: &Turn) {
        for byte in bytes {
            if !turn.is_asked() {
                return;
            }
            if let Some(head) = &mut self.interim {
                if head.is_in(core::slice::from_ref(byte)) {
                    *self = Self::default();
                }
                continue;
            }
            match byte {
                b'\n' if self.line.trim_ascii().is_empty() => self.line.clear(),
                b'\n' => match status(&self.line) {
                    Some(status) if turn.accepting.contains(&status) => turn.decide(true),
                    Some(status) if is_interim(status) => {
                        let mut head = HeadEnd::default();
                        head.is_in(b"-\n");
                        self.interim = Some(head);
                    }
                    _ => turn.decide(false),
                },
                _ if self.line.len() < Self::MOST => self.line.push(*byte),
                _ => {}
            }
        }
    }

    /// The server says no more.
    pub(super) fn end(turn: &Turn) {
        turn.decide(false);
    }
}

fn status(line: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(line).ok();
    let mut words = text?.split_ascii_whitespace();
    words.next()?;
    words.next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Answer, State, Turn};

    #[test]
    fn the_answer_is_found_in_any_pieces() {
        for (response, state) in [
            ("HTTP/1.1 101 Any\r\n", State::Accepted),
            ("HTTP/1.1 101\r\n", State::Accepted),
            ("HTTP/1.1 200 OK\r\n", State::Answered),
            (
                "HTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 101 \r\n",
                State::Accepted,
            ),
            (
                "HTTP/1.1 100 \r\n\r\nHTTP/1.1 403 No\r\nA: 101\r\n\r\n",
                State::Answered,
            ),
            ("HTTP/1.1 100 \r\n\r\n", State::Asked),
            ("\x16\x03\x01\n", State::Answered),
            ("HTTP/1.1 101", State::Asked),
        ] {
            for size in 1..=response.len() {
                let turn = Turn::new(BTreeSet::from([101]));
                let mut answer = Answer::default();
                for piece in response.as_bytes().chunks(size) {
                    answer.read(piece, &turn);
                }
                assert_eq!(*turn.state.borrow(), state, "{response:?}");
            }
        }
    }
}

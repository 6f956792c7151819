//! How a connection ended, in words that a person can act on.

use wsdraft::{Close, Role, info::DraftInfo};

use super::opening::Answer;

/// How a direction of the transport ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its sender said that no more comes.
    Finished,
    /// Its sender reset the connection.
    Reset,
    /// The record has no more of it.
    Record,
}

/// What is known of the end.
#[derive(Debug, Default)]
pub(super) struct Ending {
    /// The first close frame of each end, in the order in which they were recorded.
    closes: Vec<(Role, Close)>,
    /// How the transport ended, and by whom first.
    ends: Vec<(Role, End)>,
    /// The response is not one.
    pub(super) unanswerable: bool,
    /// The record begins after the opening handshake.
    pub(super) joined: bool,
    /// The directions are recorded apart, so that which close frame came first is not known.
    apart: bool,
    /// Why it is not followed to its end, where it is not.
    pub(super) given_up: Option<String>,
    /// Whose bytes end within a frame or a message.
    pub(super) cut: Option<Role>,
    /// No frame was begun, and nothing is missing.
    pub(super) silent: bool,
    /// The response breaks a rule.
    pub(super) faulty_answer: bool,
}

impl Ending {
    /// Nothing is known yet; `apart` says that the directions are recorded apart.
    pub(super) fn new(apart: bool) -> Self {
        Self {
            apart,
            ..Self::default()
        }
    }

    /// Notes the end of a direction.
    pub(super) fn transport(&mut self, by: Role, how: End) {
        if how != End::Record {
            self.ends.push((by, how));
        }
    }

    /// Notes a close frame.
    pub(super) fn closed(&mut self, by: Role, close: Close) {
        if self.closes.iter().all(|before| before.0 != by) {
            self.closes.push((by, close));
        }
    }

    /// Whether any close frame is recorded.
    pub(super) fn has_close(&self) -> bool {
        !self.closes.is_empty()
    }

    /// Bytes of memory that it takes, roughly.
    pub(super) fn held(&self) -> usize {
        let closes = self.closes.iter();
        closes.map(|(_, close)| 64 + close.reason.len()).sum()
    }

    /// Whether the transport's end is recorded.
    pub(super) fn transport_ended(&self) -> bool {
        !self.ends.is_empty()
    }

    /// Who ended it first.
    pub(super) fn transport_by(&self) -> Role {
        self.ends.first().map_or(Role::Server, |end| end.0)
    }

    /// Whether the client ended it when it saw the answer.
    fn left_at_once(&self, answer: Option<&Answer>) -> bool {
        self.silent && answer.is_some() && self.transport_by() == Role::Client
    }

    /// The end in words, and whether it is as the draft has it.
    pub(super) fn describe(
        &self,
        draft: &DraftInfo,
        answer: Option<&Answer>,
        is_open: bool,
    ) -> (String, Option<bool>) {
        if let Some(why) = &self.given_up {
            return (format!("not followed to its end: {why}"), None);
        }
        let transport = self.ends.first().map(|(by, how)| match how {
            End::Reset => format!("the {by} reset the TCP connection"),
            _ => format!("the {by} ended the TCP connection"),
        });
        if !is_open {
            let refused = answer.map(|answer| {
                format!(
                    "refused by the server with {} {}",
                    answer.status, answer.reason
                )
            });
            let words = match (refused, transport) {
                (Some(refused), _) => refused,
                (None, _) if self.unanswerable => {
                    "the server answered with no HTTP response".into()
                }
                (None, Some(transport)) => format!("{transport} before the response was complete"),
                (None, None) => "the record ends before the response is complete".into(),
            };
            return (words.trim_end().into(), None);
        }
        let first = self.closes.first();
        let second = first.and_then(|first| self.closes.iter().find(|other| other.0 != first.0));
        match (first, second, transport) {
            (Some((by, close)), Some((_, other)), None) if self.apart => (
                format!(
                    "the {by} closed{}, and the {} too{}; which of them was first is not recorded",
                    with(close, draft),
                    by.peer(),
                    with(other, draft),
                ),
                Some(true),
            ),
            (Some((by, close)), Some((_, reply)), transport) => {
                let mut words = format!("the {by} closed{}", with(close, draft));
                words.push_str(&format!(
                    ", the {} answered{}",
                    by.peer(),
                    with(reply, draft)
                ));
                match transport {
                    Some(transport) => words.push_str(&format!("; then {transport}")),
                    None => words.push_str("; the end of the TCP connection is not recorded"),
                }
                (words, Some(true))
            }
            (Some((by, close)), None, transport) => {
                let closed = format!("the {by} closed{}", with(close, draft));
                let peer = by.peer();
                match transport {
                    Some(transport) => (
                        format!("{closed}, the {peer} did not answer; then {transport}"),
                        Some(false),
                    ),
                    None => (
                        format!("{closed}; no answer of the {peer} is recorded"),
                        None,
                    ),
                }
            }
            (None, _, Some(transport)) if self.left_at_once(answer) => {
                let (none, clean) = match draft.closing {
                    Some(_) => ("without the closing handshake", Some(false)),
                    None => ("as this draft has no closing handshake", Some(true)),
                };
                let why = if self.faulty_answer {
                    "the response breaks a rule"
                } else {
                    "it wants another subprotocol, extension or header field than it got, or it only looks whether the server is there"
                };
                (
                    format!(
                        "{transport} right after the response and before any frame, {none}: it did not like the answer, most likely: {why}"
                    ),
                    clean,
                )
            }
            (None, _, Some(transport)) if draft.closing.is_none() => (
                format!("{transport}, as this draft has no closing handshake"),
                Some(self.cut.is_none()),
            ),
            (None, _, Some(transport)) => {
                let within = match self.cut {
                    Some(cut) => format!(", in the middle of what the {cut} sent"),
                    None => String::new(),
                };
                (
                    format!(
                        "{transport} without the closing handshake{within}: it crashed, hit a timeout, or something between the ends cut the line"
                    ),
                    Some(false),
                )
            }
            (None, _, None) => ("the record ends while the connection is open".into(), None),
        }
    }
}

/// A close frame's code, its name and the reason.
fn with(close: &Close, draft: &DraftInfo) -> String {
    let Some(code) = close.code else {
        return String::new();
    };
    let mut words = format!(" with {code}");
    if let Some(info) = draft.close_codes.iter().find(|info| info.code == code) {
        words.push_str(&format!(", {}", info.name));
    }
    if !close.reason.is_empty() {
        words.push_str(&format!(", {:?}", close.reason));
    }
    words
}

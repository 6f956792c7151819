//! How a connection ended, in words that a person can act on.

use wsdraft::{Close, Role, info::DraftInfo};

use super::handshake::Answer;
use crate::bytes::End;

/// What is known of the end.
#[derive(Debug, Default)]
pub(crate) struct Ending {
    /// The first close frame of each end and its packet, in the order in which they were recorded.
    closes: Vec<(Role, Close, Option<u64>)>,
    /// How the transport ended, and by whom first.
    ends: Vec<(Role, End)>,
    /// The response is not one.
    pub(crate) unanswerable: bool,
    /// The record begins after the opening handshake.
    pub(crate) joined: bool,
    /// The directions are recorded apart, so that which close frame came first is not known.
    apart: bool,
    /// Why it is not followed to its end, where it is not.
    pub(crate) given_up: Option<String>,
    /// Whose bytes end within a frame or a message.
    pub(crate) cut: Option<Role>,
    /// No frame was begun, and nothing is missing.
    pub(crate) silent: bool,
    /// The response breaks a rule.
    pub(crate) faulty_answer: bool,
    /// Ends whose last frames are not recorded or not read: a close frame may be among them.
    pub(crate) hidden: Vec<Role>,
}

impl Ending {
    /// Nothing is known yet; `apart` says that the directions are recorded apart.
    pub(crate) fn new(apart: bool) -> Self {
        Self {
            apart,
            ..Self::default()
        }
    }

    /// Notes the end of a direction.
    pub(crate) fn transport(&mut self, by: Role, how: End) {
        if how != End::Record {
            self.ends.push((by, how));
        }
    }

    /// Notes a close frame, and the packet that brought it.
    pub(crate) fn closed(&mut self, by: Role, close: Close, packet: Option<u64>) {
        if self.closes.iter().any(|before| before.0 == by) {
            return;
        }
        // One that was held back may be older than the answer to it.
        let is_later = |other: &(Role, Close, Option<u64>)| {
            let packets = other.2.zip(packet).filter(|_| !self.apart);
            packets.is_some_and(|(other, packet)| other > packet)
        };
        let place = self.closes.iter().position(is_later);
        let place = place.unwrap_or(self.closes.len());
        self.closes.insert(place, (by, close, packet));
    }

    /// Whether there may have been a close frame.
    pub(crate) fn may_have_close(&self) -> bool {
        !self.closes.is_empty() || !self.hidden.is_empty()
    }

    /// Bytes of memory that it takes, roughly.
    pub(crate) fn held(&self) -> usize {
        let closes = self.closes.iter();
        closes.map(|(_, close, _)| 64 + close.reason.len()).sum()
    }

    /// Whether the transport's end is recorded.
    pub(crate) fn transport_ended(&self) -> bool {
        !self.ends.is_empty()
    }

    /// Who ended it first.
    pub(crate) fn transport_by(&self) -> Role {
        self.ends.first().map_or(Role::Server, |end| end.0)
    }

    /// Whether the client ended it when it saw the answer.
    fn left_at_once(&self, answer: Option<&Answer>) -> bool {
        self.silent && answer.is_some() && self.transport_by() == Role::Client
    }

    /// The end in words, and whether it is as the draft has it.
    pub(crate) fn describe(
        &self,
        draft: &DraftInfo,
        answer: Option<&Answer>,
        is_open: bool,
    ) -> (String, Option<bool>) {
        if let Some(why) = &self.given_up {
            return (format!("not followed to its end: {why}"), None);
        }
        if !is_open {
            return (self.unopened(answer), None);
        }
        let Some((by, close, _)) = self.closes.first() else {
            return self.unclosed(draft, answer);
        };
        let closed = format!("the {by} closed{}", with(close, draft));
        let peer = by.peer();
        let reply = self.closes.iter().find(|other| other.0 != *by);
        match (reply, self.transport_in_words()) {
            (Some((_, reply, _)), None) if self.apart => {
                let reply = with(reply, draft);
                let words = format!(
                    "{closed}, and the {peer} too{reply}; which of them was first is not recorded"
                );
                (words, Some(true))
            }
            (Some((_, reply, _)), transport) => {
                let reply = with(reply, draft);
                let then = transport.map_or_else(
                    || "the end of the TCP connection is not recorded".into(),
                    |transport| format!("then {transport}"),
                );
                let words = format!("{closed}, the {peer} answered{reply}; {then}");
                (words, Some(true))
            }
            (None, Some(transport)) if self.hidden.contains(&peer) => {
                let words =
                    format!("{closed}; no answer of the {peer} is recorded; then {transport}");
                (words, None)
            }
            (None, Some(transport)) => {
                let words = format!("{closed}, the {peer} did not answer; then {transport}");
                (words, Some(false))
            }
            (None, None) => {
                let words = format!("{closed}; no answer of the {peer} is recorded");
                (words, None)
            }
        }
    }

    /// The end of the transport in words.
    fn transport_in_words(&self) -> Option<String> {
        self.ends.first().map(|(by, how)| match how {
            End::Reset => format!("the {by} reset the TCP connection"),
            End::Finished | End::Record => format!("the {by} ended the TCP connection"),
        })
    }

    /// The end, in words, of a connection that was never open.
    fn unopened(&self, answer: Option<&Answer>) -> String {
        if let Some(Answer { status, reason, .. }) = answer {
            let words = format!("refused by the server with {status} {reason}");
            return words.trim_end().into();
        }
        match self.transport_in_words() {
            _ if self.unanswerable => "the server answered with no HTTP response".into(),
            Some(transport) => format!("{transport} before the response was complete"),
            None => "the record ends before the response is complete".into(),
        }
    }

    /// The end, in words, of an open connection without a close frame, and whether it is as the
    /// draft has it.
    fn unclosed(&self, draft: &DraftInfo, answer: Option<&Answer>) -> (String, Option<bool>) {
        let Some(transport) = self.transport_in_words() else {
            return ("the record ends while the connection is open".into(), None);
        };
        let closes = draft.closing.is_some();
        if closes && !self.hidden.is_empty() {
            let words = format!("{transport}; no close frame is recorded, but one may be missing");
            return (words, None);
        }
        if self.left_at_once(answer) {
            let none = if closes {
                "without the closing handshake"
            } else {
                "as this draft has no closing handshake"
            };
            let why = if self.faulty_answer {
                "the response breaks a rule"
            } else {
                "it wants another subprotocol, extension or header field than it got, or it only looks whether the server is there"
            };
            let words = format!(
                "{transport} right after the response and before any frame, {none}: it did not like the answer, most likely: {why}"
            );
            return (words, Some(!closes));
        }
        if !closes {
            let words = format!("{transport}, as this draft has no closing handshake");
            return (words, Some(self.cut.is_none()));
        }
        let within = match self.cut {
            Some(cut) => format!(", in the middle of what the {cut} sent"),
            None => String::new(),
        };
        let words = format!(
            "{transport} without the closing handshake{within}: it crashed, hit a timeout, or something between the ends cut the line"
        );
        (words, Some(false))
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

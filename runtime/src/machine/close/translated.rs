//! What a gateway says to one endpoint when the other one has closed, in another draft.

use alloc::{boxed::Box, format};
use core::fmt;

use super::{Close, Ending, body, check_body};
use crate::protocol::{
    draft::Draft,
    info::{CloseBody, CodeUse, DraftInfo, Role},
};

/// A close frame for an endpoint of another draft: what to pass to
/// [`Connection::close`](crate::Connection::close).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TranslatedClose {
    /// The close code; `None` if none was stated, or if the draft has none.
    pub code: Option<u16>,
    /// The reason. If another code takes the place of the original one, the reason begins with the
    /// original one.
    pub reason: Box<str>,
    /// What is not passed on as it was, if anything.
    pub change: Option<CloseChange>,
}

/// What is not passed on as it was. Its text is a clause, for a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseChange {
    /// The draft has no close frames: the connection just ends.
    NoFrame {
        /// The code that is not passed on, if any.
        code: Option<u16>,
    },
    /// Close frames of the draft have no code.
    NoCode {
        /// The code that is not passed on.
        code: u16,
    },
    /// The draft has another number for what the code means.
    Renumbered {
        /// The code as received.
        from: u16,
        /// The code in the draft.
        to: u16,
    },
    /// The draft has no such code, or this endpoint may not send it.
    Replaced {
        /// The code as received.
        from: u16,
        /// The code in its place, if the draft has one.
        to: Option<u16>,
    },
    /// Nothing that was received has a code: this one stands for a normal closure.
    Supplied {
        /// The code.
        code: u16,
    },
    /// The other endpoint left without a close frame, or was cut off. No code says so on the wire.
    Lost {
        /// The code that tells the endpoint that is still there, if the draft has one.
        to: Option<u16>,
    },
}

impl fmt::Display for CloseChange {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// A code, or the lack of one.
        struct Word(Option<u16>);

        impl fmt::Display for Word {
            #[inline]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 {
                    Some(code) => code.fmt(f),
                    None => f.write_str("a close frame without a code"),
                }
            }
        }

        match *self {
            Self::NoFrame { code: Some(code) } => write!(
                f,
                "close code {code} is not passed on: the draft has no close frames"
            ),
            Self::NoFrame { code: None } => {
                f.write_str("the end is not announced: the draft has no close frames")
            }
            Self::NoCode { code } => write!(
                f,
                "close code {code} is not passed on: close frames of the draft have no code"
            ),
            Self::Renumbered { from, to } => write!(
                f,
                "close code {from} is passed on as {to}, the draft's number for it"
            ),
            Self::Replaced { from, to } => write!(
                f,
                "close code {from} is passed on as {}: this endpoint may not send it in the draft",
                Word(to)
            ),
            Self::Supplied { code } => write!(f, "an end without a code is passed on as {code}"),
            Self::Lost { to } => write!(f, "a lost connection is passed on as {}", Word(to)),
        }
    }
}

impl Close {
    /// What says the same to an endpoint of another draft. `from` is the draft of the endpoint that
    /// sent this close frame, `to` is the draft to pass it on in, and `sender` is the role of the
    /// endpoint that sent it, in which it is passed on.
    ///
    /// The data of the drafts decides: the code for the same use, or else the same number if the
    /// draft allows it, or else the code of the same name, or else the draft's code for an endpoint
    /// that goes away, with the original code in the reason. Codes that are never on the wire are
    /// never passed on. Where no close frame has a code, the draft's code for a normal closure
    /// stands in.
    ///
    /// ```
    /// use wsdraft::{Close, Draft, Role, drafts::{hixie_76, hybi_08, hybi_17}};
    ///
    /// let mut close = Close::default();
    /// close.code = Some(1009);
    /// let older = close.translated(hybi_17::Draft.info(), &hybi_08::Draft, Role::Client);
    /// assert_eq!(older.code, Some(1004), "the number that \"too big\" had before");
    /// let oldest = close.translated(hybi_17::Draft.info(), &hixie_76::Draft, Role::Client);
    /// assert_eq!(oldest.code, None);
    /// ```
    #[must_use]
    pub fn translated(
        &self,
        from: &DraftInfo,
        to: &(impl Draft + ?Sized),
        sender: Role,
    ) -> TranslatedClose {
        let info = to.info();
        let sent = self.code.filter(|code| !is_local(from, *code));
        let says_codes = |draft: &DraftInfo| {
            let closing = draft.closing;
            closing.is_some_and(|closing| closing.body == CloseBody::Status)
        };
        match sent {
            code if info.closing.is_none() => changed(None, "", CloseChange::NoFrame { code }),
            Some(code) if !says_codes(info) => changed(None, "", CloseChange::NoCode { code }),
            Some(code) => self.coded(code, from, to, sender),
            None => match info.local_codes.normal {
                Some(code) if !says_codes(from) => {
                    changed(Some(code), "", CloseChange::Supplied { code })
                }
                _ => TranslatedClose::default(),
            },
        }
    }

    /// As [`translated`](Self::translated), with a code, to a draft that has codes.
    fn coded(
        &self,
        code: u16,
        from: &DraftInfo,
        to: &(impl Draft + ?Sized),
        sender: Role,
    ) -> TranslatedClose {
        match counterpart(from, to, sender, code) {
            Some(same) if same == code => TranslatedClose {
                code: Some(code),
                reason: self.reason.clone(),
                change: None,
            },
            Some(to) => {
                let change = CloseChange::Renumbered { from: code, to };
                changed(Some(to), &self.reason, change)
            }
            None => {
                let going_away = to.info().local_codes.going_away;
                let reason = match &*self.reason {
                    "" => format!("{code}"),
                    reason => format!("{code}: {reason}"),
                };
                let change = CloseChange::Replaced {
                    from: code,
                    to: going_away,
                };
                changed(going_away, going_away.map_or("", |_| &reason), change)
            }
        }
    }
}

impl Ending {
    /// What tells an endpoint of another draft that this connection has ended. The arguments are
    /// those of [`Close::translated`]: `sender` is the role of the peer of this connection.
    ///
    /// A clean end is passed on as its close frame is, anything else as [`lost`](Self::lost).
    #[must_use]
    pub fn translated(
        &self,
        from: &DraftInfo,
        to: &(impl Draft + ?Sized),
        sender: Role,
    ) -> TranslatedClose {
        if self.is_clean() {
            let close = Close {
                code: self.code,
                reason: self.reason.clone(),
            };
            return close.translated(from, to, sender);
        }
        Self::lost(to, sender)
    }

    /// What tells an endpoint that the other one is gone without a close frame: it has vanished,
    /// violated a rule or exceeded a limit, or its stream has failed. A server hears that its client
    /// goes away, and a client hears that the server behind the gateway has failed.
    #[must_use]
    pub fn lost(to: &(impl Draft + ?Sized), sender: Role) -> TranslatedClose {
        let info = to.info();
        if info.closing.is_none() {
            return changed(None, "", CloseChange::NoFrame { code: None });
        }
        let codes = info.local_codes;
        let to = match sender {
            Role::Client => codes.going_away,
            Role::Server => {
                let failed = codes.bad_gateway.or(codes.internal);
                failed.or(codes.going_away)
            }
        };
        changed(to, "", CloseChange::Lost { to })
    }
}

#[inline]
fn changed(code: Option<u16>, reason: &str, change: CloseChange) -> TranslatedClose {
    TranslatedClose {
        code,
        reason: reason.into(),
        change: Some(change),
    }
}

/// Whether a draft only reports this code locally.
#[inline]
fn is_local(draft: &DraftInfo, code: u16) -> bool {
    let codes = draft.local_codes;
    [codes.no_status, codes.abnormal].contains(&Some(code))
}

/// The code of a draft that means what this code means in another one, and that this role may send.
fn counterpart(
    from: &DraftInfo,
    to: &(impl Draft + ?Sized),
    sender: Role,
    code: u16,
) -> Option<u16> {
    let info = to.info();
    let may_send = |code: &u16| {
        let frame = body(CloseBody::Status, sender, Some(*code), "");
        check_body(to, sender, &frame).is_ok()
    };
    let mut uses = CodeUse::ALL.into_iter();
    let usage = uses.find(|usage| from.local_codes.of(*usage) == Some(code));
    let same_use = usage.and_then(|usage| info.local_codes.of(usage));
    let named = || {
        let known = from.close_codes.iter().find(|known| known.code == code)?;
        let mut codes = info.close_codes.iter();
        Some(codes.find(|other| other.name == known.name)?.code)
    };
    same_use
        .filter(may_send)
        .or_else(|| Some(code).filter(may_send))
        .or_else(|| named().filter(may_send))
}

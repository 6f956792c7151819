//! Close frames, and how a connection ended.

use alloc::{boxed::Box, string::String, vec::Vec};

use crate::{
    machine::{
        error::{ConnectionError, Misuse},
        limits::Limit,
    },
    protocol::{
        draft::Draft,
        info::{CloseBody, CloseReply, Closing, Role},
        violation::{Enforce, Relaxed, Violation},
    },
};

mod translated;

pub use self::translated::{CloseChange, TranslatedClose};

/// The content of a close frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Close {
    /// The close code; `None` if the frame or the draft has none.
    pub code: Option<u16>,
    /// The reason, with U+FFFD for invalid UTF-8.
    pub reason: Box<str>,
}

impl Close {
    /// The close code in another type, such as the `CloseCode` that is generated for a draft.
    ///
    /// ```
    /// use wsdraft::{Close, drafts::rfc6455::CloseCode};
    ///
    /// let mut close = Close::default();
    /// close.code = Some(1001);
    /// assert_eq!(close.code_as(), Some(CloseCode::GOING_AWAY));
    /// ```
    #[must_use]
    pub fn code_as<C: From<u16>>(&self) -> Option<C> {
        self.code.map(C::from)
    }

    /// Reads the body of a close frame.
    #[must_use]
    pub fn read(body: &[u8], form: CloseBody) -> Self {
        match (form, body) {
            (CloseBody::Status, [high, low, reason @ ..]) => Self {
                code: Some(u16::from_be_bytes([*high, *low])),
                reason: String::from_utf8_lossy(reason).into(),
            },
            (
                CloseBody::Status | CloseBody::Empty | CloseBody::Opaque | CloseBody::Letter { .. },
                _,
            ) => Self::default(),
        }
    }
}

/// The body of a close frame that `from` sends first.
pub(crate) fn body(form: CloseBody, from: Role, code: Option<u16>, reason: &str) -> Vec<u8> {
    match (form, code) {
        (CloseBody::Status, Some(code)) => [&code.to_be_bytes(), reason.as_bytes()].concat(),
        (CloseBody::Letter { client, server }, _) => Vec::from([match from {
            Role::Client => client,
            Role::Server => server,
        }]),
        (CloseBody::Status | CloseBody::Empty | CloseBody::Opaque, _) => Vec::new(),
    }
}

/// The body with which `from` responds to a close frame.
pub(crate) fn reply(closing: Closing, from: Role, received: &[u8]) -> Vec<u8> {
    match (closing.reply, received) {
        (CloseReply::Empty, _) => Vec::new(),
        (CloseReply::Echo, body) => body.into(),
        (CloseReply::EchoCode, [high, low, ..]) => Vec::from([*high, *low]),
        (CloseReply::EchoCode, _) => Vec::new(),
        (CloseReply::Letter, _) => body(closing.body, from, None, ""),
    }
}

/// Checks the body of a close frame to be sent: its code must be allowed for this role, and the
/// body must follow the rules for the peer's frames.
pub(crate) fn check_body(
    draft: &(impl Draft + ?Sized),
    from: Role,
    body: &[u8],
) -> Result<(), Misuse> {
    let info = draft.info();
    if let (Some(CloseBody::Status), [high, low, ..]) = (info.closing.map(|it| it.body), body) {
        let code = u16::from_be_bytes([*high, *low]);
        let mut known = info.close_codes.iter();
        if known.any(|known| known.code == code && !known.is_sent_by(from)) {
            return Err(Misuse::CloseCode(code));
        }
    }
    let mut enforce = Enforce::new(Relaxed::NONE, false);
    // `Stop` says no more than `finish` does.
    let _ = draft.check_close(body, from, 0, &mut enforce);
    enforce
        .finish()
        .map_err(|violation| Misuse::Breaks(violation.rule))
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ending {
    /// Why it ended.
    pub cause: Cause,
    /// The endpoint that caused it: it closed first, violated a rule, reached a limit or left.
    pub by: Role,
    /// The close code for the application: that of the peer's close frame, or the draft's code for a
    /// close frame without a code or for a connection without a close frame.
    pub code: Option<u16>,
    /// The reason in the peer's close frame.
    pub reason: Box<str>,
}

/// Why a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// Both endpoints closed it with the closing handshake of the draft.
    Clean,
    /// The peer violated a rule.
    Violation(Violation),
    /// A limit of this endpoint was reached.
    Limit {
        /// The limit.
        limit: Limit,
        /// Its value, in the limit's [unit](Limit::unit).
        value: u64,
    },
    /// The peer left without closing.
    Vanished {
        /// Whether it left in the middle of a frame or of a message.
        partial: bool,
    },
}

impl Ending {
    /// The close code in another type, such as the `CloseCode` that is generated for a draft.
    ///
    /// ```
    /// use wsdraft::{Ending, drafts::rfc6455::CloseCode};
    ///
    /// fn comes_back(ending: &Ending) -> bool {
    ///     ending.code_as() == Some(CloseCode::SERVICE_RESTART)
    /// }
    /// ```
    #[must_use]
    pub fn code_as<C: From<u16>>(&self) -> Option<C> {
        self.code.map(C::from)
    }

    /// Whether both endpoints closed the connection with the closing handshake of the draft.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        matches!(self.cause, Cause::Clean)
    }

    /// The error that the connection ended with, if it failed.
    #[must_use]
    pub fn error(&self) -> Option<ConnectionError> {
        match &self.cause {
            Cause::Clean => None,
            Cause::Violation(violation) => Some(ConnectionError::Violation(violation.clone())),
            &Cause::Limit { limit, value } => Some(ConnectionError::Limit { limit, value }),
            &Cause::Vanished { partial } => Some(ConnectionError::Vanished { partial }),
        }
    }

    /// The result for an endpoint that has closed: a peer that then leaves without closing is not an
    /// error.
    #[cfg(feature = "std")]
    pub(crate) fn closed(self) -> Result<Self, ConnectionError> {
        match self.error() {
            None | Some(ConnectionError::Vanished { .. }) => Ok(self),
            Some(error) => Err(error),
        }
    }
}

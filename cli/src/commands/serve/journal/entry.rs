//! What can be said about a connection.

use std::{fmt, time::Duration};

use serde::{Serialize, Serializer};
use wsdraft::info::DraftInfo;

use super::Level;
use crate::{
    events::{Agreed, AgreedExtension, DropReport, Event},
    words::count,
};

/// Something that is logged.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub(in crate::commands::serve) enum Entry<'a> {
    /// Where the page is.
    Page {
        /// Its URL.
        url: &'a str,
    },
    /// A connection is open.
    Open {
        /// The path, without a query.
        #[serde(serialize_with = "short")]
        path: &'a str,
        /// The draft.
        draft: &'a str,
        /// The origin that the client states.
        #[serde(serialize_with = "short_if_any")]
        origin: Option<&'a str>,
        /// The subprotocol.
        #[serde(serialize_with = "short_if_any")]
        subprotocol: Option<&'a str>,
        /// The extensions: the value of the header field.
        extensions: Option<&'a str>,
        /// Which they are.
        agreed: &'a [AgreedExtension],
    },
    /// A connection that was open has ended.
    Closed(Box<Closed>),
    /// A request that is of no draft was answered.
    Request {
        /// Its method.
        #[serde(serialize_with = "short")]
        method: &'a str,
        /// Its target.
        #[serde(serialize_with = "short")]
        target: &'a str,
        /// The status of the response.
        status: u16,
    },
    /// Something went wrong.
    Error {
        /// What.
        #[serde(serialize_with = "short")]
        message: &'a str,
    },
    /// The head of a request or a response.
    Head {
        /// `client` or `server`.
        from: &'a str,
        /// Its lines.
        head: &'a str,
    },
    /// What one end sent.
    Sent {
        /// `client` or `server`.
        from: &'a str,
        /// What it is, as `inspect` shows it.
        what: &'a Event,
    },
    /// What one end sent while a case was played.
    Bytes {
        /// `client` or `server`.
        from: &'a str,
        /// The first bytes, in hex.
        start: &'a str,
        /// How many there were.
        length: u64,
    },
    /// A process was started.
    Started {
        /// Its number.
        process: u32,
    },
    /// A process wrote a line to its standard error.
    Stderr {
        /// The line.
        line: &'a str,
    },
    /// A process has ended.
    Exited {
        /// How.
        status: &'a str,
    },
    /// A case of the conformance tester was played.
    Played {
        /// Its id.
        case: &'a str,
        /// What it says about the client.
        verdict: &'a str,
        /// Why.
        why: &'a str,
        /// What a strict client does.
        strict: &'a str,
    },
}

/// Characters of what a client states that an object has; the rest is cut.
const LONGEST: usize = 1024;

fn short<S: Serializer>(text: &&str, serializer: S) -> Result<S::Ok, S::Error> {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => serializer.serialize_str(&format!("{}…", &text[..at])),
        None => serializer.serialize_str(text),
    }
}

fn short_if_any<S: Serializer>(text: &Option<&str>, serializer: S) -> Result<S::Ok, S::Error> {
    match text {
        Some(text) => short(text, serializer),
        None => serializer.serialize_none(),
    }
}

/// Messages, and the bytes in them.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(in crate::commands::serve) struct Amount {
    pub(in crate::commands::serve) messages: u64,
    pub(in crate::commands::serve) bytes: u64,
}

/// How a connection ended.
#[derive(Debug, Serialize)]
pub(in crate::commands::serve) struct Closed {
    /// `clean`, `violation`, `limit`, `vanished` or `dropped`.
    pub(in crate::commands::serve) how: &'static str,
    /// The close code, if a close frame had one.
    pub(in crate::commands::serve) code: Option<u16>,
    /// Its name in the draft.
    pub(in crate::commands::serve) code_name: Option<&'static str>,
    /// The reason in the close frame of the client.
    pub(in crate::commands::serve) reason: Option<String>,
    /// Whose close frame that is: `client` or `server`.
    pub(in crate::commands::serve) by: Option<&'static str>,
    /// The rule that the client broke, or the limit that it reached.
    pub(in crate::commands::serve) rule: Option<&'static str>,
    /// What went wrong.
    pub(in crate::commands::serve) error: Option<String>,
    /// How the channel was dropped, if it was one, and was not closed before.
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped: Option<DropReport>,
    /// The draft.
    pub(in crate::commands::serve) draft: &'static str,
    /// How long it was open.
    pub(in crate::commands::serve) seconds: f64,
    /// What came.
    pub(in crate::commands::serve) received: Amount,
    /// What was sent.
    pub(in crate::commands::serve) sent: Amount,
}

impl Entry<'_> {
    /// How much has to be logged for this to be.
    pub(super) const fn level(&self) -> Level {
        match self {
            Self::Error { .. } => Level::Errors,
            Self::Closed(closed) if closed.error.is_some() => Level::Errors,
            Self::Page { .. }
            | Self::Open { .. }
            | Self::Closed(_)
            | Self::Request { .. }
            | Self::Started { .. }
            | Self::Stderr { .. }
            | Self::Exited { .. }
            | Self::Played { .. } => Level::Connections,
            Self::Sent {
                what: Event::Frame { .. },
                ..
            } => Level::Frames,
            Self::Head { .. } | Self::Sent { .. } | Self::Bytes { .. } => Level::Messages,
        }
    }
}

impl fmt::Display for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page { url } => write!(f, "{url} is a page to work with"),
            Self::Open { .. } => self.open(f),
            Self::Closed(closed) => closed.fmt(f),
            Self::Request {
                method,
                target,
                status,
            } => write!(f, "{method} {target}, {status}"),
            Self::Error { message } => f.write_str(message),
            Self::Head { from, head } => write!(f, "{from}: {head}"),
            Self::Sent { from, what } => write!(f, "{from}: {what}"),
            Self::Bytes {
                from,
                start,
                length,
            } => write!(f, "{from}: {}: {start}", count(*length, "byte")),
            Self::Started { process } => write!(f, "process {process} started"),
            Self::Stderr { line } => write!(f, "stderr: {line}"),
            Self::Exited { status } => write!(f, "the process has ended: {status}"),
            Self::Played {
                case,
                verdict,
                why,
                strict,
            } => match why.is_empty() {
                true => write!(f, "{case}: {verdict} ({strict})"),
                false => write!(f, "{case}: {verdict}: {why}"),
            },
        }
    }
}

impl Entry<'_> {
    fn open(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Open {
            path,
            draft,
            origin,
            subprotocol,
            extensions,
            agreed,
        } = self
        else {
            return Ok(());
        };
        let agreed = Agreed {
            subprotocol: *subprotocol,
            extensions: *extensions,
            dialects: agreed,
        };
        write!(f, "open, {path}, {draft}{agreed}")?;
        match origin {
            Some(origin) => write!(f, ", origin {origin}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(error) = &self.error {
            write!(f, "{error}; ")?;
        }
        f.write_str(match (self.by, self.code) {
            (None, _) => "ended",
            (Some(_), Some(_)) => "closed with ",
            (Some(_), None) => "closed",
        })?;
        if let Some(code) = self.code {
            write!(f, "{code}")?;
            if let Some(name) = self.code_name {
                write!(f, " ({name})")?;
            }
        }
        if let Some(reason) = self.reason.as_ref().filter(|reason| !reason.is_empty()) {
            write!(f, " {reason:?}")?;
        }
        if let Some(by) = self.by {
            write!(f, " by the {by}")?;
        }
        write!(
            f,
            " after {:.3} s: received {}, sent {}",
            self.seconds, self.received, self.sent
        )
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (messages, bytes) = (count(self.messages, "message"), count(self.bytes, "byte"));
        write!(f, "{messages} ({bytes})")
    }
}

impl Closed {
    /// A connection of this draft that was open for so long.
    pub(in crate::commands::serve) fn new(draft: &DraftInfo, open: Duration) -> Self {
        Self {
            how: "dropped",
            code: None,
            code_name: None,
            reason: None,
            by: None,
            rule: None,
            error: None,
            dropped: None,
            draft: draft.short,
            seconds: open.as_secs_f64(),
            received: Amount::default(),
            sent: Amount::default(),
        }
    }

    /// The same of a channel that was dropped like this. `is_clean` is whether it was closed before.
    pub(in crate::commands::serve) fn dropped_with(&mut self, dropped: DropReport, is_clean: bool) {
        if let Some(rule) = dropped.rule {
            (self.how, self.rule) = ("violation", Some(rule));
        } else if is_clean {
            return;
        }
        self.error = Some(dropped.to_string());
        self.dropped = Some(dropped);
    }
}

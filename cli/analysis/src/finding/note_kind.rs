//! What notes say.

use wsdraft::handshake::ProxyHeader;

use super::repeats::Severity;

/// The kind of a [`Note`](super::Note).
#[derive(Clone, Debug)]
pub enum NoteKind {
    /// The record lacks bytes.
    Gap {
        /// The number of missing bytes.
        missing: u64,
        /// Whether all of them belong to one payload, so that the start of the next frame is known.
        within_payload: bool,
    },
    /// From this position on, frames can be read again.
    Resumed,
    /// The bytes at this position are not a frame.
    Unreadable,
    /// The direction ends within a frame or a message.
    Incomplete {
        /// The number of bytes that the frame lacks, if it is known.
        needed: Option<u64>,
    },
    /// The connection ended without the closing handshake.
    Unclosed {
        /// The close code that an application receives, and the name of the code.
        reported: Option<(u16, &'static str)>,
    },
    /// A request or response head is not HTTP, or exceeds a limit.
    Head(String),
    /// The program cannot check something.
    Unchecked(String),
    /// A report by the software that recorded the connection.
    Reported(String),
    /// A likely cause of the findings.
    Hint(String),
    /// A proxy in front of the server states the client for which it connects.
    Proxied(ProxyHeader),
    /// The request has content, which is not a frame.
    Content,
    /// The analysis of the connection stops, for this reason.
    GivenUp(String),
}

impl NoteKind {
    /// Returns the name of the event.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Gap { .. } => "gap",
            Self::Resumed => "resumed",
            Self::Unreadable => "unreadable",
            Self::Incomplete { .. } => "incomplete",
            Self::Unclosed { .. } => "unclosed",
            Self::Head(_) => "head",
            Self::Unchecked(_) => "unchecked",
            Self::Reported(_) => "reported",
            Self::Hint(_) => "hint",
            Self::Proxied(_) => "proxied",
            Self::Content => "content",
            Self::GivenUp(_) => "given-up",
        }
    }

    /// Returns the severity.
    pub const fn severity(&self) -> Severity {
        if self.is_finding() {
            Severity::Warning
        } else {
            Severity::Note
        }
    }

    pub(super) const fn is_finding(&self) -> bool {
        matches!(
            self,
            Self::Unreadable
                | Self::Incomplete { .. }
                | Self::Unclosed { .. }
                | Self::Head(_)
                | Self::Reported(_)
        )
    }
}

impl std::fmt::Display for NoteKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Gap {
                missing,
                within_payload: true,
            } => {
                let (bytes, are) = counted(*missing);
                write!(
                    f,
                    "{missing} {bytes} of a payload {are} not recorded; the text of its message is not checked"
                )
            }
            Self::Gap { missing, .. } => {
                let (bytes, are) = counted(*missing);
                write!(
                    f,
                    "{missing} {bytes} {are} not recorded; where the next frame starts is not known"
                )
            }
            Self::Resumed => f.write_str("frames can be read again from here on"),
            Self::Unreadable => f.write_str("no frame; what follows cannot be read"),
            Self::Incomplete {
                needed: Some(needed),
            } => write!(
                f,
                "the bytes end within a frame, which lacks {needed} more at least"
            ),
            Self::Incomplete { needed: None } => {
                f.write_str("the bytes end between the frames of a message")
            }
            Self::Unclosed { reported } => {
                f.write_str("the connection ended without the closing handshake")?;
                match reported {
                    Some((code, name)) => write!(f, "; applications are told {code}, {name}"),
                    None => Ok(()),
                }
            }
            Self::Head(why) | Self::Unchecked(why) | Self::Hint(why) => f.write_str(why),
            Self::Proxied(header) => {
                let version = header.version;
                write!(
                    f,
                    "a header of the PROXY protocol, version {version}, comes first"
                )?;
                match header.client {
                    Some(client) => write!(f, ": a proxy connects for {client}"),
                    None => Ok(()),
                }
            }
            Self::Content => f.write_str("the request has content, behind which the frames begin"),
            Self::GivenUp(why) => write!(f, "the connection is not followed any further: {why}"),
            Self::Reported(words) => write!(f, "the recording browser reported: {words}"),
        }
    }
}

/// The noun and the verb for so many bytes.
const fn counted(bytes: u64) -> (&'static str, &'static str) {
    match bytes {
        1 => ("byte", "is"),
        _ => ("bytes", "are"),
    }
}

//! How a program prints the error when it ends with it.

use core::fmt;

use super::ClientError;
use crate::protocol::violation::excerpt;

/// The body of a refusal may be a page of text.
impl fmt::Debug for ClientError {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head(error) => f.debug_tuple("Head").field(error).finish(),
            Self::Violation(violation) => f.debug_tuple("Violation").field(violation).finish(),
            Self::Misuse(misuse) => f.debug_tuple("Misuse").field(misuse).finish(),
            Self::Refused {
                status,
                reason,
                versions,
                fields,
                body,
            } => f
                .debug_struct("Refused")
                .field("status", status)
                .field("reason", reason)
                .field("versions", versions)
                .field("fields", fields)
                .field("body", &format_args!("\"{}\"", excerpt(body)))
                .finish(),
            Self::NoBootstrap { draft } => {
                let draft = &draft.short;
                f.debug_struct("NoBootstrap").field("draft", draft).finish()
            }
            Self::NotAnnounced { setting } => f
                .debug_struct("NotAnnounced")
                .field("setting", setting)
                .finish(),
            Self::Interim { limit } => f.debug_struct("Interim").field("limit", limit).finish(),
        }
    }
}

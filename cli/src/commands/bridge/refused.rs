//! What a client hears when the server does not accept it.

use std::time::Duration;

use wsdraft::{
    ConnectionError, Error, Limit,
    handshake::{Rejection, client::ClientError},
    info::DraftInfo,
};

use super::fields;
use crate::tls;

/// The server behind the bridge cannot be reached, or not be understood (RFC 9110 §15.6.3).
const BAD_GATEWAY: u16 = 502;
/// It takes too long (RFC 9110 §15.6.5).
const GATEWAY_TIMEOUT: u16 = 504;
/// It wants another version or protocol, which is between it and the bridge (RFC 9110 §15.5.22).
const UPGRADE_REQUIRED: u16 = 426;

/// Why there is no connection to the server, and what the client is told.
pub(super) struct Refused {
    pub(super) answer: Rejection,
    /// For the log.
    pub(super) why: String,
}

impl Refused {
    /// The server took too long.
    pub(super) fn late(patience: Duration) -> Self {
        Self::told(
            GATEWAY_TIMEOUT,
            "The server behind this bridge did not respond in time.\n",
            format!(
                "the upstream did not respond within {} s, as --upstream-timeout says",
                patience.as_secs_f64()
            ),
        )
    }

    /// The request cannot be passed on.
    pub(super) fn unsayable(why: &str) -> Self {
        Self::told(
            BAD_GATEWAY,
            "The server behind this bridge cannot be asked for this.\n",
            format!("the request cannot be passed on: {why}"),
        )
    }

    /// The server refused, failed or was not reached.
    pub(super) fn because(error: &Error, draft: &DraftInfo, patience: Duration) -> Self {
        match error {
            Error::Connection(ConnectionError::Limit {
                limit: Limit::Handshake,
                ..
            }) => Self::late(patience),
            Error::Handshake(failed) => match &failed.cause {
                ClientError::Refused {
                    status,
                    versions,
                    fields,
                    body,
                    ..
                } if *status != UPGRADE_REQUIRED && versions.is_empty() => {
                    let mut answer = Rejection::new(*status).body(body.clone());
                    answer.fields = fields::of_refusal(draft, fields);
                    let why = format!("the upstream refused: {}", failed.cause);
                    Self { answer, why }
                }
                cause => Self::told(
                    BAD_GATEWAY,
                    "The server behind this bridge does not speak its draft.\n",
                    format!("the upstream does not speak {}: {cause}", draft.short),
                ),
            },
            Error::Io(error) => {
                let why = tls::explained(error).unwrap_or_else(|| error.to_string());
                Self::unreachable(&why)
            }
            error => Self::unreachable(&error.to_string()),
        }
    }

    fn unreachable(why: &str) -> Self {
        Self::told(
            BAD_GATEWAY,
            "The server behind this bridge cannot be reached.\n",
            format!("the upstream cannot be reached: {why}"),
        )
    }

    fn told(status: u16, text: &str, why: String) -> Self {
        Self {
            answer: Rejection::new(status).body(text),
            why,
        }
    }
}

//! Why a server cannot be tested, and what its user can do about it.

use std::io::{self, ErrorKind};

use wsdraft_conformance::{Answered, Hello};

use crate::{failure::Failure, tls};

/// What the user gave.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'a> {
    /// Whether the URL demands TLS.
    pub(super) is_secure: bool,
    /// The draft, if the user chose it.
    pub(super) draft: Option<&'a str>,
}

/// The login in a URL is nothing that every tool sends in the same way.
pub(super) fn check_credentials(url: &str) -> Result<(), Failure> {
    let authority = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(Failure::input(
            "credentials in the URL are not supported: use --header 'Authorization: …'",
        ));
    }
    Ok(())
}

/// Why there is no connection.
pub(super) fn unreachable(error: &io::Error, given: Given<'_>) -> String {
    if let Some(why) = tls::explained(error) {
        return why;
    }
    match error.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::TimedOut
            if given.is_secure =>
        {
            format!("{error}; if the server does not speak TLS, use ws://")
        }
        _ => error.to_string(),
    }
}

/// Why the server cannot be tested.
pub(super) fn refused(hello: &Hello, given: Given<'_>) -> Option<String> {
    let other_draft = given.draft.map_or_else(String::new, |draft| {
        format!("; does the server speak {draft}?")
    });
    match &hello.answered {
        Answered::Accepted { .. } => {
            let ended = hello.ended.as_ref()?;
            let broken = hello.broken.first().map_or_else(
                || "if it demands a subprotocol, use --subprotocol".to_owned(),
                |violation| format!("its response breaks a rule: {violation}"),
            );
            (!hello.echoes && !hello.pongs).then(|| {
                format!(
                    "the server accepts the connection, but then {ended}; {broken}{other_draft}"
                )
            })
        }
        Answered::Refused {
            status,
            reason,
            location,
            ..
        } => {
            let answer = format!("{status} {reason}");
            let answer = answer.trim_end();
            Some(match (status, location) {
                (200..=299, _) => format!(
                    "the server answers with {answer}, and does not switch protocols: no WebSocket endpoint at this path?"
                ),
                (300..=399, Some(location)) => {
                    format!(
                        "the server refuses the request with {answer}; it redirects to {location}"
                    )
                }
                (401, _) => format!(
                    "the server refuses the request with {answer}; it wants authentication: use --header"
                ),
                (404, _) => format!(
                    "the server refuses the request with {answer}: no WebSocket endpoint at this path?"
                ),
                _ => format!(
                    "the server refuses the request with {answer}; --origin, --subprotocol and --header set what the request says{other_draft}"
                ),
            })
        }
        Answered::Ended(_) => Some(format!(
            "the server ends the connection without a response{}{other_draft}",
            tls_port(given)
        )),
        Answered::Silent => Some(format!("the server does not respond{other_draft}")),
        Answered::Unreadable(_) if hello.first == Some(tls::ALERT) => Some(format!(
            "the server answers with an alert of TLS{}",
            tls_port(given)
        )),
        Answered::Unreadable(why) => Some(format!("{why}{other_draft}")),
    }
}

fn tls_port(given: Given<'_>) -> &'static str {
    if given.is_secure {
        ""
    } else {
        "; is it a TLS port? use wss://"
    }
}

//! Opening handshakes, in both roles.

use std::time::{Duration, Instant};

use wsdraft::{
    Violation,
    extension::{Agreed, Extensions},
    frame::Session,
    handshake::{Answer, HeadError, HeadLimits, Request, Response, parse},
    info::Purpose,
};
use wsdraft_interpreter::vectors::Bytes;

use crate::{
    bounds::HEAD,
    log::Side,
    setup::Setup,
    talk::{Ended, Seen, Talk},
    wire::Wire,
};

/// What came of a request.
#[derive(Clone, Debug)]
pub enum Answered {
    /// The server accepted it.
    Accepted {
        /// The subprotocol that it chose.
        subprotocol: Option<String>,
        /// The extensions that it agreed to, as the field says.
        extensions: Option<String>,
    },
    /// The server refused it.
    Refused {
        /// The status code.
        status: u16,
        /// The reason phrase.
        reason: String,
        /// The place of a redirect.
        location: Option<String>,
        /// The versions that it lists.
        versions: Option<String>,
    },
    /// The server ended the connection without a response.
    Ended(bool),
    /// The server did not answer in time.
    Silent,
    /// The server answered something other than HTTP, for this reason.
    Unreadable(String),
}

/// A way to send a head.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sending {
    /// What goes before it.
    pub(crate) before: Vec<u8>,
    /// The size of each write.
    pub(crate) chopped: Option<usize>,
    /// What goes after it in the same write.
    pub(crate) along: Vec<u8>,
}

/// Sends a request, reads the response, and opens the conversation if it accepts.
pub(crate) async fn ask<W: Wire>(
    talk: &mut Talk<'_, W>,
    request: &Bytes,
    offer: Option<&str>,
    sending: &Sending,
) -> Answered {
    let bytes = [&*sending.before, &request.all(), &sending.along].concat();
    talk.frames_at =
        Some(talk.log.total(Side::Tester) + (bytes.len() - sending.along.len()) as u64);
    match sending.chopped {
        Some(size) => talk.send_chopped(&bytes, size).await,
        None => talk.send(&bytes).await,
    }
    let deadline = Instant::now() + talk.setup.patience;
    loop {
        match response(talk.setup, request, offer, &talk.raw) {
            Read::More => {}
            Read::Interim(end) => {
                talk.raw.drain(..end);
                continue;
            }
            Read::Unreadable(why) => return Answered::Unreadable(why),
            Read::Whole(whole) => {
                let Whole {
                    end,
                    answered,
                    broken,
                    session,
                    agreed,
                } = *whole;
                talk.starts.head = talk.log.total(Side::Peer) - talk.raw.len() as u64;
                talk.raw.drain(..end);
                talk.overloaded |= is_overloaded(&answered);
                talk.broken.extend(broken);
                if let Answered::Accepted { .. } = answered {
                    talk.open(session, agreed);
                }
                return answered;
            }
        }
        let left = deadline.saturating_duration_since(Instant::now());
        match talk.read(left).await {
            Ok(()) => {}
            Err(Seen::End(ended)) => return Answered::Ended(ended == Ended::Reset),
            Err(_) => return Answered::Silent,
        }
    }
}

/// Whether a server refuses because it has too much to do: too many requests, or no service for now.
const fn is_overloaded(answered: &Answered) -> bool {
    matches!(
        answered,
        Answered::Refused {
            status: 429 | 503,
            ..
        }
    )
}

enum Read {
    More,
    Interim(usize),
    Unreadable(String),
    Whole(Box<Whole>),
}

struct Whole {
    end: usize,
    answered: Answered,
    broken: Vec<Violation>,
    session: Session,
    agreed: Agreed,
}

/// Reads the response in these bytes.
fn response(setup: &Setup, request: &Bytes, offer: Option<&str>, raw: &[u8]) -> Read {
    let Some(end) = parse::head_end(raw) else {
        let http = raw.starts_with(&b"HTTP/"[..raw.len().min(5)]);
        return if http && raw.len() < HEAD {
            Read::More
        } else {
            Read::Unreadable("the answer is not an HTTP response".into())
        };
    };
    let info = setup.draft.info();
    let body = raw[end..].get(..info.response_body);
    let limits = lenient();
    let looked = parse::with_request(&request.head, &request.body, false, &limits, |request| {
        parse::with_response(&raw[..end], body.unwrap_or_default(), &limits, |response| {
            if parse::is_interim(response.status) {
                return Read::Interim(end);
            }
            if !info.accepts(response) {
                return refusal(setup, request, response, end);
            }
            if body.is_none() {
                return Read::More;
            }
            let end = end + info.response_body;
            acceptance(setup, request, response, offer, end)
        })
    });
    match looked {
        Ok(Ok(read)) => read,
        Ok(Err(error)) => Read::Unreadable(format!("the response cannot be read: {error}")),
        // The request is broken on purpose, so that nothing tells what its response has to be.
        Err(_) => unrelated(&raw[..end]),
    }
}

/// A response to a request that cannot be read: only its status counts.
fn unrelated(head: &[u8]) -> Read {
    let status = parse::with_response(head, &[], &lenient(), |response| {
        (response.status, response.reason.to_owned())
    });
    match status {
        Ok((status, reason)) => Read::Whole(Box::new(Whole {
            end: head.len(),
            answered: Answered::Refused {
                status,
                reason,
                location: None,
                versions: None,
            },
            broken: Vec::new(),
            session: Session::default(),
            agreed: Agreed::default(),
        })),
        Err(error) => Read::Unreadable(format!("the response cannot be read: {error}")),
    }
}

fn refusal(setup: &Setup, request: &Request<'_>, response: &Response<'_>, end: usize) -> Read {
    let field = |name: &str| {
        let field = response.fields.get(name)?;
        field.text().map(str::to_owned)
    };
    let version = setup.draft.info().response_header(Purpose::Version);
    Read::Whole(Box::new(Whole {
        end,
        answered: Answered::Refused {
            status: response.status,
            reason: response.reason.to_owned(),
            location: field(LOCATION),
            versions: version.and_then(|header| field(header.name)),
        },
        broken: versions(setup, request, response),
        session: Session::default(),
        agreed: Agreed::default(),
    }))
}

fn acceptance(
    setup: &Setup,
    request: &Request<'_>,
    response: &Response<'_>,
    offer: Option<&str>,
    end: usize,
) -> Read {
    let info = setup.draft.info();
    let value = |purpose| {
        let header = info.response_header(purpose)?;
        response.fields.joined(header.name)
    };
    let mut broken = checked(setup, request, response);
    let extensions = value(Purpose::Extensions).map(|joined| joined.into_text());
    let mut agreed = Agreed::default();
    if let Some(answered) = &extensions {
        let offered = offer.unwrap_or_default();
        let ours = Extensions::offered(offered, &setup.extensions);
        match ours.check(info, offered, answered) {
            Ok(settled) => agreed = settled,
            Err(violation) => broken.push(violation),
        }
    }
    Read::Whole(Box::new(Whole {
        end,
        answered: Answered::Accepted {
            subprotocol: value(Purpose::Subprotocol)
                .map(|joined| joined.into_text())
                .filter(|name| !name.is_empty()),
            extensions,
        },
        broken,
        session: setup.draft.session(request, response),
        agreed,
    }))
}

/// The rules that a refusal breaks. A server that accepts other requests of the draft supports its
/// version, so that it owes a list of versions only if the request states another one.
fn versions(setup: &Setup, request: &Request<'_>, response: &Response<'_>) -> Vec<Violation> {
    let mut other_version = false;
    let _ = setup
        .draft
        .check_request(request, &mut |violation: Violation| {
            other_version |= violation.rule.outcome.lists_versions();
            Ok(())
        });
    let mut broken = checked(setup, request, response);
    broken.retain(|_| other_version);
    broken
}

fn checked(setup: &Setup, request: &Request<'_>, response: &Response<'_>) -> Vec<Violation> {
    let mut broken = Vec::new();
    let _ = setup
        .spoken()
        .check_response(request, response, &mut |violation: Violation| {
            broken.push(violation);
            Ok(())
        });
    broken
}

/// Why there is no request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoRequest {
    /// The client ended the connection, or sent nothing in time.
    Nothing(Seen),
    /// It sent something other than HTTP, for this reason.
    Unreadable(String),
}

/// Reads a client's request, and notes the rules that it breaks.
pub(crate) async fn hear<W: Wire>(talk: &mut Talk<'_, W>) -> Result<Bytes, NoRequest> {
    let deadline = Instant::now() + talk.setup.patience;
    let rest = talk.setup.draft.info().request_body;
    loop {
        if let Some(end) = parse::head_end(&talk.raw)
            && talk.raw.len() >= end + rest
        {
            talk.starts.head = talk.log.total(Side::Peer) - talk.raw.len() as u64;
            let mut head: Vec<u8> = talk.raw.drain(..end + rest).collect();
            let body = head.split_off(end);
            let draft = talk.setup.spoken();
            let mut broken = Vec::new();
            let read = parse::with_request(&head, &body, false, &lenient(), |request| {
                let _ = draft.check_request(request, &mut |violation: Violation| {
                    broken.push(violation);
                    Ok(())
                });
            });
            talk.broken.extend(broken);
            return match read {
                Ok(()) => {
                    let request = Bytes { head, body };
                    talk.asked = Some(request.clone());
                    Ok(request)
                }
                Err(error) => Err(NoRequest::Unreadable(error.to_string())),
            };
        }
        if talk.raw.len() > HEAD {
            return Err(NoRequest::Unreadable(format!(
                "it has more than {HEAD} bytes"
            )));
        }
        let left = deadline.saturating_duration_since(Instant::now());
        talk.read(left).await.map_err(NoRequest::Nothing)?;
    }
}

/// The response that accepts a request, and what the connection then has.
pub(crate) fn accepting(
    setup: &Setup,
    request: &Bytes,
    answer: &Answer<'_>,
) -> Result<Vec<u8>, HeadError> {
    let mut out = Vec::new();
    parse::with_request(&request.head, &request.body, false, &lenient(), |request| {
        setup.draft.write_response(request, answer, &mut out);
        setup.draft.write_response_body(request, &mut out);
    })?;
    Ok(out)
}

/// The keys of the connection that a response opens.
pub(crate) fn session(setup: &Setup, request: &Bytes, response: &[u8]) -> Session {
    let end = parse::head_end(response).unwrap_or(response.len());
    let (head, body) = response.split_at(end);
    let limits = lenient();
    let derived = parse::with_request(&request.head, &request.body, false, &limits, |request| {
        parse::with_response(head, body, &limits, |response| {
            setup.draft.session(request, response)
        })
    });
    match derived {
        Ok(Ok(session)) => session,
        Ok(Err(_)) | Err(_) => Session::default(),
    }
}

/// The value of the request's field with this purpose.
pub(crate) fn requested(setup: &Setup, request: &Bytes, purpose: Purpose) -> Option<String> {
    let header = setup.draft.info().request_header(purpose)?;
    parse::with_request(&request.head, &request.body, false, &lenient(), |request| {
        request
            .fields
            .joined(header.name)
            .map(|joined| joined.into_text())
    })
    .ok()
    .flatten()
}

/// Whether a response opens a connection in the draft; `None` if it cannot be read.
pub(crate) fn opens(setup: &Setup, response: &Bytes) -> Option<bool> {
    let info = setup.draft.info();
    parse::with_response(&response.head, &response.body, &lenient(), |response| {
        info.accepting_status == Some(response.status)
    })
    .ok()
}

fn lenient() -> HeadLimits {
    HeadLimits::default()
}

/// The name of the header field for the place of a redirect (RFC 9110 §10.2.2).
const LOCATION: &str = "location";

/// How long a peer may take to say something on its own after the handshake.
pub(crate) const GREETING: Duration = Duration::from_millis(150);

//! The client's side of the opening handshake, without I/O.

use alloc::{boxed::Box, string::String, vec::Vec};

use super::{
    content::content,
    established::Established,
    given,
    head::ResponseHead,
    offer,
    parse::{HeadLimits, HeadReader, is_interim, with_request, with_response},
};
use crate::{
    machine::{
        error::Misuse,
        extension,
        metrics::{SharedMetrics, meter::HandshakeMeter},
        trace::Trace,
    },
    protocol::{
        draft::Draft,
        fields::Joined,
        frame::Session,
        heads::{Opening, Request},
        info::{DraftInfo, Purpose, Role},
        violation::{Enforce, Relaxed, Violation},
    },
};

mod error;
mod extended;
mod options;
mod refused;

use self::refused::Refusing;
pub use self::{error::ClientError, extended::ExtendedRequest, options::ClientOptions};

/// The result of the negotiation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Negotiated {
    /// The draft in use.
    pub draft: &'static DraftInfo,
    /// The subprotocol that the server chose.
    pub subprotocol: Option<String>,
    /// The extensions that the server accepted: the field value.
    pub extensions: Option<String>,
}

/// What a valid response leads to.
#[derive(Debug)]
struct Settled {
    negotiated: Negotiated,
    session: Session,
    extensions: extension::Agreed,
    /// Where the handshake ends.
    end: usize,
    response: ResponseHead,
}

/// What follows from a response whose head is complete.
enum Decided {
    /// Bytes are missing that follow the head.
    Incomplete,
    Settled(Box<Settled>),
    Refused(Box<Refusing>),
}

/// The client's side of an opening handshake.
#[derive(Debug)]
pub struct ClientHandshake<D> {
    draft: D,
    options: ClientOptions,
    extensions: extension::Extensions,
    request: Vec<u8>,
    head: usize,
    /// Why there is no request.
    unfit: Option<Misuse>,
    reader: HeadReader,
    /// Number of interim responses so far.
    interim: usize,
    established: Option<Settled>,
    /// The refusal of the server, from the end of its head on.
    refusing: Option<Box<Refusing>>,
    trace: Trace,
    meter: HandshakeMeter,
}

impl<D: Draft> ClientHandshake<D> {
    /// Maximum number of interim responses to skip in total.
    const MAX_INTERIM: usize = 8;

    /// Creates the request. Creates none if a given value must not appear in it;
    /// [`check`](Self::check) returns the reason.
    #[must_use]
    pub fn new(draft: D, opening: &Opening<'_>, options: ClientOptions) -> Self {
        Self::with_extensions(draft, opening, options, extension::Extensions::none())
    }

    /// Creates the request, and offers these extensions unless the opening contains an offer.
    #[must_use]
    pub fn with_extensions(
        draft: D,
        opening: &Opening<'_>,
        options: ClientOptions,
        extensions: extension::Extensions,
    ) -> Self {
        let offer = extensions.offer(draft.info());
        let opening = &Opening {
            extensions: opening.extensions.or(offer.as_deref()),
            ..*opening
        };
        let made = match extensions.unspoken() {
            None => write_request(&draft, opening),
            Some(extension) => Err(Misuse::Unspoken(extension.short)),
        };
        let unfit = made.as_ref().err().copied();
        let (request, head) = made.unwrap_or_default();
        Self {
            draft,
            options,
            extensions: extensions.peer_may_break(options.relaxed),
            request,
            head,
            unfit,
            reader: HeadReader::default(),
            interim: 0,
            established: None,
            refusing: None,
            trace: Trace::handshake(Role::Client),
            meter: HandshakeMeter::default(),
        }
    }

    /// Sets what counts this handshake, as started now; nothing by default. The connection that
    /// follows counts as opened if its [`Config`](crate::Config) has the same.
    #[must_use]
    pub fn with_metrics(mut self, metrics: Option<&SharedMetrics>) -> Self {
        self.meter = HandshakeMeter::started(metrics, Role::Client);
        self
    }

    /// Counts this handshake as failed.
    #[cfg(feature = "std")]
    pub(crate) fn count_failed(&self, why: &'static str) {
        self.meter.failed(why);
    }

    /// The bytes of the request to send. Empty if a given value must not appear in a request.
    #[must_use]
    pub fn request(&self) -> &[u8] {
        &self.request
    }

    /// Checks the request against the rules of the draft.
    ///
    /// # Errors
    /// A value that must not appear in the request, or a rule that the request violates because of
    /// what the [`Opening`] contains or lacks.
    pub fn check(&self) -> Result<(), ClientError> {
        if let Some(misuse) = self.unfit {
            return Err(ClientError::Misuse(misuse));
        }
        self.with_sent(|request| {
            if let Some(field) = content(&request.fields, self.draft.info().request_body) {
                return Err(ClientError::Misuse(Misuse::Reserved(field)));
            }
            let mut report = Enforce::new(Relaxed::NONE, false);
            let _ = self.draft.check_request(request, &mut report);
            report.finish().map_err(ClientError::Violation)
        })?
    }

    fn with_sent<R>(&self, look: impl FnOnce(&Request<'_>) -> R) -> Result<R, ClientError> {
        let (head, body) = self.request.split_at(self.head);
        // The limits are for what the server sends.
        let limits = &HeadLimits::MOST;
        with_request(head, body, self.options.secure, limits, look).map_err(ClientError::Head)
    }

    /// Receives bytes. Returns the result once the response is complete and valid.
    ///
    /// If the server refuses and announces a body, this waits for the body: see
    /// [`refused`](Self::refused).
    ///
    /// # Errors
    /// The response violates a rule, or is a refusal.
    pub fn receive(&mut self, bytes: &[u8]) -> Result<Option<&Negotiated>, ClientError> {
        let was_open = self.established.is_none();
        if let Err(error) = self.take(bytes) {
            self.trace.failed(error.violation(), &error);
            self.meter.failed(error.name());
            return Err(error);
        }
        let agreed = self.agreed();
        if let (true, Some(agreed)) = (was_open, agreed) {
            let subprotocol = agreed.subprotocol.as_deref();
            self.trace.established(agreed.draft, subprotocol);
        }
        Ok(agreed)
    }

    /// The result; `None` while the handshake is not complete.
    #[must_use]
    pub fn agreed(&self) -> Option<&Negotiated> {
        self.established.as_ref().map(|settled| &settled.negotiated)
    }

    /// The head of the response that accepted the request; `None` while the handshake is not
    /// complete.
    #[must_use]
    pub fn response(&self) -> Option<&ResponseHead> {
        self.established.as_ref().map(|settled| &settled.response)
    }

    /// The refusal of a server whose response is incomplete, for a caller that can receive no more
    /// of it.
    #[must_use]
    pub fn refused(&self) -> Option<ClientError> {
        self.refusing.as_ref().map(|refusing| refusing.error())
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), ClientError> {
        if let Some(refusing) = &mut self.refusing {
            return refusing.receive(bytes);
        }
        let mut end = self
            .reader
            .push(bytes, &self.options.head)
            .map_err(ClientError::Head)?;
        while let Some(head) = end {
            if self.established.is_some() || !self.skip_interim(head)? {
                break;
            }
            end = self
                .reader
                .push(&[], &self.options.head)
                .map_err(ClientError::Head)?;
        }
        let Some(end) = end else { return Ok(()) };
        if self.established.is_some() {
            return Ok(());
        }
        match self.decide(end)? {
            Decided::Incomplete => Ok(()),
            Decided::Settled(settled) => {
                self.established = Some(*settled);
                Ok(())
            }
            Decided::Refused(refusing) => {
                let body = self.reader.bytes.split_off(end);
                self.refusing.insert(refusing).receive(&body)
            }
        }
    }

    /// Removes an interim response (RFC 9110 §15.2), except the one that switches protocols.
    fn skip_interim(&mut self, end: usize) -> Result<bool, ClientError> {
        let status = with_response(
            &self.reader.bytes[..end],
            &[],
            &self.options.head,
            |response| response.status,
        );
        let interim = is_interim(status.map_err(ClientError::Head)?);
        if interim {
            self.interim += 1;
            if self.interim > Self::MAX_INTERIM {
                return Err(ClientError::Interim {
                    limit: Self::MAX_INTERIM,
                });
            }
            let rest = self.reader.bytes.split_off(end);
            self.reader = HeadReader::with(rest);
        }
        Ok(interim)
    }

    /// Evaluates the response.
    fn decide(&self, end: usize) -> Result<Decided, ClientError> {
        let info = self.draft.info();
        let (head, rest) = self.reader.bytes.split_at(end);
        let body = rest.get(..info.response_body);
        let decided = self.with_sent(|request| {
            with_response(
                head,
                body.unwrap_or_default(),
                &self.options.head,
                |response| {
                    if response.status >= 200 {
                        let refusing = Refusing::of(info, response, self.options.refusal_body);
                        return Ok(Decided::Refused(Box::new(refusing)));
                    }
                    if body.is_none() {
                        return Ok(Decided::Incomplete);
                    }
                    let mut report = Enforce::new(self.options.relaxed, self.options.strict);
                    let _ = self.draft.check_response(request, response, &mut report);
                    report.finish().map_err(ClientError::Violation)?;
                    let value = |purpose| {
                        let header = info.response_header(purpose)?;
                        response.fields.joined(header.name)
                    };
                    let answered = value(Purpose::Extensions);
                    let extensions = self.settle(request, answered.as_ref())?;
                    let negotiated = Negotiated {
                        draft: info,
                        subprotocol: value(Purpose::Subprotocol)
                            .map(Joined::into_text)
                            .filter(|chosen| !chosen.is_empty()),
                        extensions: answered.map(Joined::into_text),
                    };
                    Ok(Decided::Settled(Box::new(Settled {
                        negotiated,
                        session: self.draft.session(request, response),
                        extensions,
                        end: end + info.response_body,
                        response: ResponseHead::of(response),
                    })))
                },
            )
            .map_err(ClientError::Head)?
        });
        decided?
    }

    /// Evaluates the server's list of extensions, given the offer.
    fn settle(
        &self,
        request: &Request<'_>,
        answered: Option<&Joined>,
    ) -> Result<extension::Agreed, ClientError> {
        let info = self.draft.info();
        let (Some(answered), false) = (answered, self.extensions.is_empty()) else {
            return Ok(extension::Agreed::default());
        };
        let offered = offer::extensions(info, request).unwrap_or_default();
        let settled = self.extensions.check(info, &offered, answered.text());
        settled.map_err(|violation| {
            ClientError::Violation(Violation {
                offset: answered.place(violation.offset),
                ..violation
            })
        })
    }

    /// Starts the framing. Returns `None` while the handshake is not complete.
    #[must_use]
    pub fn finish(mut self) -> Option<Established<D>> {
        let settled = self.established.take()?;
        let rest = self.reader.bytes.split_off(settled.end);
        self.meter.succeeded();
        Some(Established {
            draft: self.draft,
            session: settled.session,
            extensions: settled.extensions,
            rest,
        })
    }
}

/// The request, and where its head ends.
#[inline]
fn write_request(draft: &dyn Draft, opening: &Opening<'_>) -> Result<(Vec<u8>, usize), Misuse> {
    given::opening_fits(draft.info(), opening)?;
    let written = Opening {
        fields: &[],
        ..*opening
    };
    let mut request = Vec::new();
    draft.write_request(&written, &mut request);
    let head = request.len() - draft.info().request_body.min(request.len());
    let body = request.split_off(head);
    given::insert_fields(&mut request, opening.fields);
    let head = request.len();
    request.extend_from_slice(&body);
    Ok((request, head))
}

/// The newest draft whose version number a server lists.
#[must_use]
pub fn best_of<'d, D: Draft>(versions: &[u16], drafts: &'d [D]) -> Option<&'d D> {
    let speaks = |draft: &&D| {
        draft
            .info()
            .wire_version
            .is_some_and(|version| versions.contains(&version))
    };
    drafts
        .iter()
        .filter(speaks)
        .max_by_key(|draft| draft.info().wire_version)
}

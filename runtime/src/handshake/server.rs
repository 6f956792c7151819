//! The server's side of the opening handshake, without I/O.

use alloc::{boxed::Box, sync::Arc, vec::Vec};

use self::extended::Over;
pub(crate) use self::judge::Judge;
use super::{
    head::RequestHead,
    parse::{HeadReader, with_request, with_usual_request},
};
use crate::{
    handshake::access::Access,
    machine::{
        extension::{Agreed, Extensions},
        metrics::{SharedMetrics, meter::HandshakeMeter},
        trace::Trace,
    },
    protocol::{
        draft::Draft,
        frame::Session,
        heads::Request,
        info::{DraftInfo, Role},
    },
};

mod answer;
mod extended;
mod judge;
mod options;
mod refusing;

pub use self::options::ServerOptions;
pub use crate::handshake::{
    established::Established,
    offer::{Offer, Requested},
    refusal::{Refusal, RefusalCause, plain_response},
    versions::{listed_versions, versions},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Head,
    Offered,
    /// The response head is written; bytes of the request are missing.
    Body,
    Done,
}

/// The server's side of an opening handshake for the drafts that it supports.
///
/// Pass received bytes to [`receive`](Self::receive), and send the bytes of
/// [`take_output`](Self::take_output). Once [`is_done`](Self::is_done) returns true,
/// [`finish`](Self::finish) starts the framing.
#[derive(Debug)]
pub struct ServerHandshake<D> {
    drafts: Arc<[D]>,
    options: ServerOptions,
    access: Option<Arc<Access>>,
    extensions: Extensions,
    agreed: Agreed,
    subprotocol: Option<Box<str>>,
    reader: HeadReader,
    output: Vec<u8>,
    /// The request, once it is complete. The head of one that requests a connection is no longer
    /// among the reader's bytes.
    request: Option<RequestHead>,
    chosen: usize,
    state: State,
    session: Session,
    /// How the request came, unless it came over HTTP/1.
    over: Option<Over>,
    trace: Trace,
    meter: HandshakeMeter,
}

impl<D: Draft> ServerHandshake<D> {
    /// Starts a handshake. If several drafts fit a request, the last one is used.
    #[must_use]
    pub fn new(drafts: impl Into<Arc<[D]>>, options: ServerOptions) -> Self {
        let unseen = (HandshakeMeter::default(), Trace::handshake(Role::Server));
        Self::with(drafts.into(), options, None, Extensions::none(), unseen)
    }

    /// A handshake with all its settings, made where it is needed, since it is large.
    #[inline]
    pub(crate) fn with(
        drafts: Arc<[D]>,
        options: ServerOptions,
        access: Option<Arc<Access>>,
        extensions: Extensions,
        (meter, trace): (HandshakeMeter, Trace),
    ) -> Self {
        Self {
            drafts,
            options,
            access,
            extensions: extensions.peer_may_break(options.relaxed),
            agreed: Agreed::default(),
            subprotocol: None,
            reader: HeadReader::default(),
            output: Vec::new(),
            request: None,
            chosen: 0,
            state: State::Head,
            session: Session::default(),
            over: None,
            trace,
            meter,
        }
    }

    /// Sets the supported extensions; none by default. If this build does not support one of them,
    /// every call of `accept` fails.
    #[must_use]
    pub fn with_extensions(mut self, extensions: Extensions) -> Self {
        self.extensions = extensions.peer_may_break(self.options.relaxed);
        self
    }

    /// Sets access control; everything is allowed by default.
    #[must_use]
    pub fn with_access(mut self, access: impl Into<Arc<Access>>) -> Self {
        self.access = Some(access.into());
        self
    }

    /// Sets what counts this handshake, as started now; nothing by default. The connection that
    /// follows counts as opened if its [`Config`](crate::Config) has the same.
    #[must_use]
    pub fn with_metrics(mut self, metrics: Option<&SharedMetrics>) -> Self {
        self.meter = HandshakeMeter::started(metrics, Role::Server);
        self
    }

    /// Counts this handshake as failed.
    #[cfg(feature = "std")]
    pub(crate) fn count_failed(&self, why: &'static str) {
        self.meter.failed(why);
    }

    /// Counts this handshake as declined if it is dropped before it is accepted.
    #[cfg(feature = "http")]
    pub(crate) const fn count_offered(&mut self) {
        self.meter.offered();
    }

    /// Counts this handshake as abandoned, from now on, if it is dropped.
    #[cfg(feature = "http")]
    pub(crate) const fn count_accepted(&mut self) {
        self.meter.accepted();
    }

    /// The supported extensions.
    #[cfg(feature = "std")]
    pub(crate) const fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// Receives bytes. Returns the request once it is complete, to be accepted or refused.
    ///
    /// # Errors
    /// The request is refused. The refusal contains the response, if there is one.
    pub fn receive(&mut self, bytes: &[u8]) -> Result<Option<Requested>, Refusal> {
        let complete = self.hear(bytes)?;
        Ok(self.requested().filter(|_| complete))
    }

    /// Receives bytes. Returns whether they complete a request.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub(crate) fn hear(&mut self, bytes: &[u8]) -> Result<bool, Refusal> {
        let heard = self.take(bytes);
        if let Err(refusal) = &heard {
            self.tell(refusal);
        }
        heard
    }

    /// The request, once it is complete.
    pub(crate) fn requested(&self) -> Option<Requested> {
        let request = self.request.clone()?;
        Some(match self.offered() {
            Some(draft) => Requested::Upgrade(Offer::of(draft, request)),
            None => Requested::Plain(request),
        })
    }

    /// The draft of the connection that the client requests, until a response is written.
    pub(crate) fn offered(&self) -> Option<&'static DraftInfo> {
        (self.state == State::Offered).then(|| self.drafts[self.chosen].info())
    }

    fn take(&mut self, bytes: &[u8]) -> Result<bool, Refusal> {
        match self.state {
            State::Head => {
                if let Some(decided) = self.decide_at_once(bytes) {
                    return decided.map(|()| true);
                }
                let end = self
                    .reader
                    .push(bytes, &self.options.head)
                    .map_err(Refusal::head)?;
                let decided = end.map(|end| self.decide(end)).transpose();
                decided.map(|decided| decided.is_some())
            }
            State::Body => {
                self.reader.bytes.extend_from_slice(bytes);
                self.answer_body();
                Ok(false)
            }
            State::Offered | State::Done => {
                self.reader.bytes.extend_from_slice(bytes);
                Ok(false)
            }
        }
    }

    /// Skips more of a request that was refused because its head is too long. Returns whether the
    /// head continues.
    #[cfg(feature = "std")]
    pub(crate) fn goes_on(&mut self, bytes: &[u8]) -> bool {
        self.reader.goes_on(bytes)
    }

    /// Decides about a request whose head is complete in the first bytes, without a copy of them.
    /// `None` if this takes more than parsing.
    fn decide_at_once(&mut self, bytes: &[u8]) -> Option<Result<(), Refusal>> {
        if !self.reader.bytes.is_empty() {
            return None;
        }
        let options = &self.options;
        let (end, judged) = with_usual_request(bytes, options.secure, &options.head, |request| {
            let chosen = self.judge(&self.drafts, request)?;
            Ok((chosen, RequestHead::of(request)))
        })?;
        self.reader = match judged {
            Ok((Some(_), _)) => HeadReader::with(bytes[end..].to_vec()),
            _ => HeadReader::complete(bytes.to_vec(), end),
        };
        Some(self.decided(judged))
    }

    fn decide(&mut self, end: usize) -> Result<(), Refusal> {
        let (head, body) = self.reader.bytes.split_at(end);
        let options = &self.options;
        let judged = with_request(head, body, options.secure, &options.head, |request| {
            let judged = self.judge(&self.drafts, request);
            judged.map(|chosen| (chosen, RequestHead::of(request)))
        });
        let judged = judged.map_err(Refusal::head)?;
        if let Ok((Some(_), _)) = judged {
            self.reader = HeadReader::with(self.reader.bytes.split_off(end));
        }
        self.decided(judged)
    }

    fn decided(
        &mut self,
        judged: Result<(Option<usize>, RequestHead), RefusalCause>,
    ) -> Result<(), Refusal> {
        let (chosen, request) = judged.map_err(|cause| self.refused(cause))?;
        self.request = Some(request);
        if let Some(chosen) = chosen {
            (self.chosen, self.state) = (chosen, State::Offered);
        }
        Ok(())
    }

    fn settings(&self) -> Judge<'_, D> {
        Judge {
            drafts: &self.drafts,
            options: &self.options,
            access: self.access.as_deref(),
            extensions: &self.extensions,
        }
    }

    /// Checks a request. Returns the place of its draft among these; `None` if it requests no
    /// connection.
    fn judge<T: Draft>(
        &self,
        drafts: &[T],
        request: &Request<'_>,
    ) -> Result<Option<usize>, RefusalCause> {
        self.settings().judge(drafts, request)
    }

    #[cfg(feature = "http")]
    pub(crate) fn drafts(&self) -> Arc<[D]> {
        Arc::clone(&self.drafts)
    }

    #[cfg(feature = "http")]
    pub(crate) const fn options(&self) -> ServerOptions {
        self.options
    }

    /// Returns the bytes to send.
    #[must_use]
    pub fn take_output(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.output)
    }

    /// The negotiated extensions; none before [`accept`](Self::accept).
    #[must_use]
    pub const fn agreed(&self) -> &Agreed {
        &self.agreed
    }

    /// The subprotocol in the response; none before [`accept`](Self::accept).
    #[must_use]
    pub fn subprotocol(&self) -> Option<&str> {
        self.subprotocol.as_deref()
    }

    /// Whether the handshake is complete, except for sending the output.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// The request, if an extension that multiplexes was agreed.
    #[cfg(all(feature = "multiplex", feature = "tokio"))]
    pub(crate) fn multiplexed(&self) -> Option<RequestHead> {
        self.agreed.multiplexed()?;
        self.request.clone()
    }

    /// Starts the framing. Returns `None` while the handshake is not complete.
    #[must_use]
    pub fn finish(mut self) -> Option<Established<D>>
    where
        D: Clone,
    {
        self.establish()
    }

    pub(crate) fn establish(&mut self) -> Option<Established<D>>
    where
        D: Clone,
    {
        if !self.is_done() {
            return None;
        }
        let draft = self.drafts[self.chosen].clone();
        let rest = self.reader.bytes.split_off(draft.info().request_body);
        self.meter.succeeded();
        Some(Established {
            draft,
            session: self.session,
            extensions: core::mem::take(&mut self.agreed),
            rest,
        })
    }
}

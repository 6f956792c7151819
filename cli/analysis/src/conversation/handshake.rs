//! The opening handshake of a recorded connection.

use wsdraft::{
    Draft, Violation,
    detect::detect,
    frame::Session,
    grammar,
    handshake::{HeadError, HeadLimits, Joined, Request, parse},
    info::Purpose,
};

use wsdraft_spec::vocabulary::Predicate;

use super::{agreed::AgreedExtension, content::Content};
use crate::settings::Settings;

/// Bounds of a recorded head: what a server refuses is still of interest.
pub(crate) const LIMITS: HeadLimits = HeadLimits::new()
    .bytes(64 << 10)
    .fields(HeadLimits::MAX_FIELDS);

/// An opening request, as bytes, and what it is.
pub(crate) struct Opening {
    /// Head and body.
    pub(crate) bytes: Vec<u8>,
    /// Where the head ends.
    pub(crate) end: usize,
    /// The draft that it is held to.
    pub(crate) draft: &'static dyn Draft,
    /// Whether a draft's signs are all there.
    pub(crate) detected: bool,
    /// The drafts that it can be of.
    pub(crate) candidates: Vec<&'static str>,
    /// Why.
    pub(crate) reasons: Vec<String>,
    /// Content that follows the head, but for bytes that the draft has there.
    pub(crate) content: Option<Content>,
}

/// What a complete head is.
pub(crate) enum Kind {
    /// An opening request.
    Opening(Opening),
    /// Some other request, and its content.
    Other(Option<Content>),
    /// No request.
    Faulty(HeadError),
}

impl Opening {
    /// Reads a complete head.
    pub(crate) fn read(bytes: Vec<u8>, settings: &Settings) -> Kind {
        let end = parse::head_end(&bytes).unwrap_or(bytes.len());
        let found = parse::with_request(&bytes[..end], &[], false, &LIMITS, |request| {
            let found = detect(&request.fields, settings.drafts().iter().copied());
            let asks = asks(request, settings.drafts());
            (found, asks, Content::of(request))
        });
        let (found, asks, content) = match found {
            Ok(found) => found,
            Err(error) => return Kind::Faulty(error),
        };
        if !asks {
            return Kind::Other(content);
        }
        let detected = settings
            .latest(found.likely())
            .or_else(|| settings.latest(&found.candidates));
        // A request that is of no draft is held to the one that it comes nearest to.
        let nearest = || settings.latest(found.nearest.as_slice());
        let Some(draft) = settings.forced().or(detected).or_else(nearest) else {
            return Kind::Other(content);
        };
        Kind::Opening(Self {
            bytes,
            end,
            draft,
            detected: detected.is_some(),
            candidates: found.candidates.iter().map(|draft| draft.short).collect(),
            reasons: found.reasons.iter().map(ToString::to_string).collect(),
            content: content.filter(|_| draft.info().request_body == 0),
        })
    }

    /// Bytes of memory that it takes, roughly.
    pub(crate) fn held(&self) -> usize {
        let reasons = self.reasons.iter().map(|reason| 24 + reason.len());
        self.bytes.capacity() + self.candidates.capacity() * 16 + reasons.sum::<usize>()
    }

    /// Bytes that the request has after its head and that are not there.
    pub(crate) fn lacks(&self) -> usize {
        (self.end + self.draft.info().request_body).saturating_sub(self.bytes.len())
    }

    /// The rules that the request breaks.
    pub(crate) fn check(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        let mut observe = |violation: Violation| {
            violations.push(violation);
            Ok(())
        };
        let _ = self.with(|request| self.draft.check_request(request, &mut observe));
        violations
    }

    /// The extensions that are offered, of all header lines.
    pub(crate) fn extensions(&self) -> Option<String> {
        let header = self.draft.info().request_header(Purpose::Extensions)?;
        self.with(|request| request.fields.joined(header.name))
            .ok()?
            .map(Joined::into_text)
    }

    /// Whether a response accepts the request, and the rules that it breaks.
    pub(crate) fn read_response(
        &self,
        head: &[u8],
        body: &[u8],
        settings: &Settings,
    ) -> Result<Answer, HeadError> {
        let info = self.draft.info();
        self.with(|request| {
            parse::with_response(head, body, &LIMITS, |response| {
                let mut violations = Vec::new();
                let mut observe = |violation: Violation| {
                    violations.push(violation);
                    Ok(())
                };
                // An interim response is none that a draft has rules about.
                if !parse::is_interim(response.status) {
                    let _ = self.draft.check_response(request, response, &mut observe);
                }
                let accepted = info
                    .accepting_status
                    .is_none_or(|status| status == response.status);
                if self.lacks() > 0 || !accepted {
                    // What the server made of bytes that are not recorded, nobody knows, and what
                    // follows another response is not taken for the bytes that the draft has there.
                    violations.retain(|broken| {
                        let rule = settings.rules().broken(broken);
                        rule.is_none_or(|rule| rule.require != Predicate::AnswersBody)
                    });
                }
                let value = |purpose| {
                    let header = info.response_header(purpose)?;
                    let field = response.fields.get(header.name)?;
                    field.text().map(str::to_owned)
                };
                Answer {
                    accepted,
                    status: response.status,
                    reason: response.reason.to_owned(),
                    session: self.draft.session(request, response),
                    extensions: info
                        .response_header(Purpose::Extensions)
                        .and_then(|header| response.fields.joined(header.name)),
                    agreed: Vec::new(),
                    subprotocol: value(Purpose::Subprotocol),
                    violations,
                }
            })
        })?
    }

    pub(crate) fn with<R>(&self, look: impl FnOnce(&Request<'_>) -> R) -> Result<R, HeadError> {
        let (head, body) = self.bytes.split_at(self.end);
        let body = &body[..body.len().min(self.draft.info().request_body)];
        parse::with_request(head, body, false, &LIMITS, look)
    }
}

/// What a response says.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Whether it accepts the request.
    pub(crate) accepted: bool,
    /// Its status.
    pub(crate) status: u16,
    /// Its reason phrase.
    pub(crate) reason: String,
    /// The keys that frames need.
    pub(crate) session: Session,
    /// The agreed extensions.
    pub(crate) extensions: Option<Joined>,
    /// Which they are, once that is found out.
    pub(crate) agreed: Vec<AgreedExtension>,
    /// The agreed subprotocol.
    pub(crate) subprotocol: Option<String>,
    /// The rules that it breaks.
    pub(crate) violations: Vec<Violation>,
}

impl Answer {
    /// Bytes of memory that it takes, roughly.
    pub(crate) fn held(&self) -> usize {
        let texts = [Some(&self.reason), self.subprotocol.as_ref()];
        let texts = texts.into_iter().flatten().map(String::capacity);
        let extensions = self
            .extensions
            .as_ref()
            .map_or(0, |joined| joined.text().len());
        // The joined text has the places of its parts beside it.
        size_of::<Self>() + texts.sum::<usize>() + 3 * extensions
    }

    /// The agreed extensions, of all header lines.
    pub(crate) fn extensions(&self) -> Option<String> {
        self.extensions
            .as_ref()
            .map(|joined| joined.text().to_owned())
    }
}

/// Whether a request asks for a connection of any draft, however badly: it names the protocol
/// to switch to, or carries a challenge or a version.
fn asks(request: &Request<'_>, drafts: &[&'static dyn Draft]) -> bool {
    drafts.iter().any(|draft| {
        let info = draft.info();
        info.request_headers
            .iter()
            .any(|header| match header.purpose {
                Purpose::Upgrade => header.text.is_some_and(|text| {
                    let fields = request.fields.all(header.name);
                    let mut items = fields.flat_map(|field| grammar::list_items(field.value));
                    items.any(|item| item.eq_ignore_ascii_case(text.as_bytes()))
                }),
                Purpose::Key | Purpose::Version => request.fields.get(header.name).is_some(),
                Purpose::Connection
                | Purpose::Host
                | Purpose::Origin
                | Purpose::Accept
                | Purpose::Nonce
                | Purpose::Subprotocol
                | Purpose::Extensions
                | Purpose::Location
                | Purpose::Cookie
                | Purpose::Http
                | Purpose::Other => false,
            })
    })
}

/// The length of the value of a header field that starts at this offset of a head.
pub(crate) fn value_length(head: &[u8], offset: usize) -> usize {
    let rest = head.get(offset..).unwrap_or_default();
    rest.iter()
        .position(|byte| matches!(byte, b'\r' | b'\n'))
        .unwrap_or(rest.len())
        .max(1)
}

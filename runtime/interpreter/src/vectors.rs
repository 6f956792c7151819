//! Test vectors: inputs that violate exactly one rule of a draft, each with an input that only just
//! follows it.
//!
//! Both inputs are derived from the draft's own data. Every new draft, dialect or rule therefore
//! has its vectors. The tests of this crate run them, and `wsdraft export vectors` writes them for
//! other implementations.
//!
//! ```
//! use wsdraft_interpreter::{Interpreted, vectors::{Vectors, violations}};
//!
//! let database = wsdraft_spec::Database::built_in()?;
//! let spec = database.drafts().into_iter().find_map(|draft| {
//!     database.resolved(&draft.short).filter(|draft| draft.is_complete())
//! });
//! let spec = spec.ok_or("no draft")?;
//! let draft = Interpreted::new(spec.clone())?;
//! let vectors = Vectors::new(spec, &draft);
//! for case in vectors.of("control-frame-length")? {
//!     assert_eq!(violations(&draft, case.by, &case.broken)?.len(), 1);
//!     assert_eq!(violations(&draft, case.by, &case.kept)?.len(), 0);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use wsdraft::{
    Draft, Limits, Role, Violation,
    frame::Session,
    handshake::{HeadError, HeadLimits, Opening, client::ClientHandshake, parse},
    inspect::{Inspector, Observed},
};
use wsdraft_spec::{ResolvedDraft, model::Rule, requirement::Requirement, vocabulary::Level};

mod channels;
mod close;
mod frames;
mod grammar;
mod message;
mod requests;
mod responses;

pub use self::channels::{ChannelCase, ChannelVectors};

/// The keys of the connections for the vectors with frames.
pub const SESSION: Session = Session {
    masking_key: Some([7; 20]),
};

/// An input that violates a rule, and one that follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The role of the sender.
    pub by: Role,
    /// The input that violates this rule, and no other.
    pub broken: Input,
    /// The input that violates no rule, and differs as little as possible.
    pub kept: Input,
}

/// The data that one endpoint sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// An opening request.
    Request(Bytes),
    /// The response to a request with these offers.
    Response(Offered, Bytes),
    /// Frames.
    Frames {
        /// The frames, one after the other.
        bytes: Vec<u8>,
        /// The reserved bits that an agreed extension claims, as in
        /// [`FrameHeader::reserved`](wsdraft::FrameHeader::reserved).
        claimed: u8,
    },
}

/// An HTTP head, and the bytes that follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytes {
    /// The head, up to and including the empty line.
    pub head: Vec<u8>,
    /// The bytes after the head.
    pub body: Vec<u8>,
}

impl Bytes {
    /// The head and the body.
    #[must_use]
    pub fn all(&self) -> Vec<u8> {
        [self.head.as_slice(), &self.body].concat()
    }
}

/// The offers of a vector's client. Its random bytes are always the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// The host, with its port.
    pub host: String,
    /// The path and query.
    pub resource: String,
    /// The origin.
    pub origin: Option<String>,
    /// The subprotocol; none if empty.
    pub subprotocol: String,
    /// The value of the extensions header field.
    pub extensions: Option<String>,
    /// Further header fields.
    pub fields: Vec<(String, String)>,
    /// The request of a real client, in place of one with the values above.
    pub given: Option<Bytes>,
}

impl Default for Offered {
    fn default() -> Self {
        Self {
            host: "example.com".into(),
            resource: "/chat?room=1".into(),
            origin: Some("http://example.com".into()),
            subprotocol: "chat".into(),
            extensions: None,
            fields: Vec::new(),
            given: None,
        }
    }
}

impl Offered {
    /// The opening values for this request.
    pub fn with_opening<R>(&self, look: impl FnOnce(&Opening<'_>) -> R) -> R {
        let fields = self.fields.iter();
        let fields: Vec<(&str, &str)> = fields.map(|(name, value)| (&**name, &**value)).collect();
        let subprotocols: &[&str] = match &*self.subprotocol {
            "" => &[],
            one => &[one],
        };
        look(&Opening {
            host: &self.host,
            resource: &self.resource,
            origin: self.origin.as_deref(),
            subprotocols,
            extensions: self.extensions.as_deref(),
            cookie: None,
            fields: &fields,
            entropy: &fixed,
        })
    }

    /// The request, head and body.
    #[must_use]
    pub fn request(&self, draft: &dyn Draft) -> Bytes {
        if let Some(given) = &self.given {
            return given.clone();
        }
        let client =
            self.with_opening(|opening| ClientHandshake::new(draft, opening, Default::default()));
        let bytes = client.request();
        let end = parse::head_end(bytes).unwrap_or(bytes.len());
        let (head, body) = bytes.split_at(end);
        Bytes {
            head: head.into(),
            body: body.into(),
        }
    }
}

/// Fills a slice with bytes that look random but are not.
pub fn fixed(bytes: &mut [u8]) {
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = at as u8 ^ 0x35;
    }
}

/// The reason why a rule has no vectors.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoVector {
    /// The draft has no such rule.
    Unknown,
    /// The rule permits something, so nothing violates it.
    Permits,
    /// The rule is about a conversation: no single input shows a violation.
    Conversation,
    /// Nothing on the wire shows a violation, for this reason.
    Hidden(String),
    /// No violation is known, for this reason.
    Unbreakable(String),
}

impl fmt::Display for NoVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("the draft has no such rule"),
            Self::Permits => f.write_str("the rule permits something, so that nothing breaks it"),
            Self::Conversation => f.write_str(
                "the rule is about a conversation: no single input shows whether it is kept",
            ),
            Self::Hidden(why) => {
                write!(
                    f,
                    "nothing on the wire shows whether the rule is kept: {why}"
                )
            }
            Self::Unbreakable(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for NoVector {}

impl NoVector {
    fn unknown_form(form: &dyn fmt::Debug) -> Self {
        Self::Unbreakable(format!("no input is known for {form:?}"))
    }
}

/// The vectors of a draft.
#[derive(Clone, Debug)]
pub struct Vectors<'a> {
    spec: &'a ResolvedDraft,
    draft: &'a dyn Draft,
    session: Session,
    offered: Offered,
}

impl<'a> Vectors<'a> {
    /// The vectors of `spec`. `draft` is the same draft in a form that writes heads.
    #[must_use]
    pub fn new(spec: &'a ResolvedDraft, draft: &'a dyn Draft) -> Self {
        Self {
            spec,
            draft,
            session: SESSION,
            offered: Offered::default(),
        }
    }

    /// The vectors for a connection with these keys.
    #[must_use]
    pub const fn in_session(mut self, session: Session) -> Self {
        self.session = session;
        self
    }

    /// The vectors for a client with these offers.
    #[must_use]
    pub fn offering(self, offered: Offered) -> Self {
        Self { offered, ..self }
    }

    /// The vectors of the rule with this id.
    ///
    /// # Errors
    /// The reason why there are none.
    pub fn of(&self, id: &str) -> Result<Vec<Case>, NoVector> {
        self.of_another(self.spec, id)
    }

    /// The vectors of a rule of another draft, such as one that this draft has removed, in the form of
    /// this draft. Whether this draft has other rules against them is left to [`violations`].
    ///
    /// # Errors
    /// The reason why there are none.
    pub fn of_another(&self, another: &ResolvedDraft, id: &str) -> Result<Vec<Case>, NoVector> {
        let rule = another.rules.get(id).ok_or(NoVector::Unknown)?;
        let requirement = another.requirement(id).ok_or(NoVector::Unknown)?;
        let rule = &rule.value;
        if rule.level == Level::May {
            return Err(NoVector::Permits);
        }
        match requirement {
            Requirement::Request { when, test } => self.requests(when.as_ref(), test),
            Requirement::Response { when, test } => self.responses(when.as_ref(), test),
            Requirement::Frame { when, test } => self.frames(rule, *when, test),
            Requirement::Message(test) => self.messages(rule, *test),
            Requirement::Close(test) => self.close_frames(rule, *test),
            Requirement::Conversation(_) => Err(NoVector::Conversation),
            Requirement::Hidden(why) => Err(NoVector::Hidden(why.clone())),
        }
    }
}

/// The rules that an input violates, in the order of the stream.
///
/// # Errors
/// A head is not valid HTTP.
pub fn violations(draft: &dyn Draft, by: Role, input: &Input) -> Result<Vec<Violation>, HeadError> {
    let mut broken = Vec::new();
    let mut observe = |violation| {
        broken.push(violation);
        Ok(())
    };
    let limits = HeadLimits::default();
    match input {
        Input::Request(Bytes { head, body }) => {
            parse::with_request(head, body, false, &limits, |request| {
                let _ = draft.check_request(request, &mut observe);
            })?;
        }
        Input::Response(offered, Bytes { head, body }) => {
            let asked = offered.request(draft);
            parse::with_request(&asked.head, &asked.body, false, &limits, |request| {
                parse::with_response(head, body, &limits, |response| {
                    let _ = draft.check_response(request, response, &mut observe);
                })
            })??;
        }
        Input::Frames { bytes, claimed } => {
            broken = observed(draft, by, bytes, *claimed)
                .filter_map(|seen| match seen {
                    Observed::Violation(violation) => Some(violation),
                    _ => None,
                })
                .collect();
        }
    }
    Ok(broken)
}

/// The frames and violations that an inspector observes.
pub fn observed<'d>(
    draft: &'d dyn Draft,
    by: Role,
    bytes: &[u8],
    claimed: u8,
) -> impl Iterator<Item = Observed> + use<'d> {
    observed_in(draft, by, bytes, claimed, SESSION)
}

/// As [`observed`], on a connection with these keys.
pub fn observed_in<'d>(
    draft: &'d dyn Draft,
    by: Role,
    bytes: &[u8],
    claimed: u8,
    session: Session,
) -> impl Iterator<Item = Observed> + use<'d> {
    let mut inspector = Inspector::with(draft, by, session, claimed, Limits::default());
    inspector.push(bytes);
    inspector.end_of_input();
    inspector
}

/// The roles that a rule binds.
fn senders(rule: &Rule) -> &'static [Role] {
    match rule.by {
        None => &[Role::Client, Role::Server],
        Some(Role::Client) => &[Role::Client],
        Some(Role::Server) => &[Role::Server],
    }
}

/// Swaps the case of every letter.
fn swapped(text: &str) -> String {
    let swap = |letter: char| {
        if letter.is_ascii_uppercase() {
            letter.to_ascii_lowercase()
        } else {
            letter.to_ascii_uppercase()
        }
    };
    text.chars().map(swap).collect()
}

//! What an application decides about a request, in owned form.

use alloc::{string::String, vec::Vec};

/// Accepts a request: what the application adds to the response, and a value that it hands on.
///
/// ```
/// use wsdraft::handshake::{Acceptance, Offer, Rejection};
///
/// /// The name of a user with a token.
/// fn admit(offer: Offer) -> Result<Acceptance<String>, Rejection> {
///     let token = offer.request.field("authorization");
///     let user = match token.and_then(|token| token.strip_prefix("Bearer ")) {
///         Some("secret") => "ada".to_owned(),
///         _ => return Err(Rejection::new(401).field("WWW-Authenticate", "Bearer")),
///     };
///     Ok(Acceptance::new().field("X-Room", "lobby").with(user))
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acceptance<T = ()> {
    pub(crate) subprotocol: Option<Option<String>>,
    pub(crate) fields: Vec<(String, String)>,
    value: T,
}

impl Acceptance {
    /// Accepts the request with the settings of the server.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            subprotocol: None,
            fields: Vec::new(),
            value: (),
        }
    }
}

impl<T> Acceptance<T> {
    /// Chooses a subprotocol, which must be one of those that the client offers. Without this call
    /// the setting of the server applies.
    #[must_use]
    pub fn subprotocol(mut self, subprotocol: impl Into<String>) -> Self {
        self.subprotocol = Some(Some(subprotocol.into()));
        self
    }

    /// Chooses no subprotocol, whatever the setting of the server is.
    #[must_use]
    pub fn no_subprotocol(mut self) -> Self {
        self.subprotocol = Some(None);
        self
    }

    /// Adds a header field to the response. It replaces fields of the same name that the server
    /// adds or the draft writes.
    #[doc(alias = "header")]
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// Hands on a value with the connection, for example the user, in place of the previous one.
    #[must_use]
    pub fn with<U>(self, value: U) -> Acceptance<U> {
        Acceptance {
            subprotocol: self.subprotocol,
            fields: self.fields,
            value,
        }
    }

    /// The value to hand on.
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// Returns the value to hand on.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }
}

/// Refuses a request: a complete HTTP response.
///
/// The server writes the length of the body, and closes the connection after the response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejection {
    /// The status code, from 200 to 999.
    pub status: u16,
    /// The header fields. The body is plain text unless one states its type.
    pub fields: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Rejection {
    /// A response with this status code and no body.
    #[must_use]
    pub const fn new(status: u16) -> Self {
        Self {
            status,
            fields: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Adds a header field.
    #[doc(alias = "header")]
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }
}

/// A response with this status code and no body.
impl From<u16> for Rejection {
    fn from(status: u16) -> Self {
        Self::new(status)
    }
}

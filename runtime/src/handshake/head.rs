//! Heads that the application keeps: what a peer sent, in owned form.

use alloc::{borrow::Cow, sync::Arc, vec::Vec};
use core::{fmt, ops::Range};

use super::address::without_query;
use crate::{
    machine::extension::BootstrapInfo,
    protocol::{
        fields::{Field, Fields, Place, lossy, range},
        heads::{Request, Response},
    },
};

/// The header fields of a head that was received, in the order received.
///
/// A clone shares them. The names are in the sender's case; lookups ignore case.
///
/// ```
/// use wsdraft::handshake::{HeaderFields, HeadLimits, parse::with_response};
///
/// let head = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\n\r\n";
/// let fields = with_response(head, &[], &HeadLimits::default(), |response| {
///     HeaderFields::of(&response.fields)
/// })?;
/// assert_eq!(fields.text("retry-after"), Some("3"));
/// # Ok::<(), wsdraft::handshake::HeadError>(())
/// ```
#[derive(Clone, Default)]
pub struct HeaderFields {
    stored: Arc<Stored>,
}

/// A head, and where its parts are.
#[derive(Default)]
struct Stored {
    head: Vec<u8>,
    /// Two texts of the first line.
    first: [Range<usize>; 2],
    places: Vec<Place>,
}

impl Stored {
    /// The head that contains these texts and fields, as received. `None` if there is none.
    fn received(first: [&str; 2], fields: &Fields<'_>) -> Option<Self> {
        let (head, places) = fields.places()?;
        let [method, target] = first.map(|text| match text {
            "" => Some(0..0),
            _ => range(text.as_bytes(), head),
        });
        Some(Self {
            first: [method?, target?],
            head: head.to_vec(),
            places,
        })
    }

    /// The texts and fields alone.
    fn joined(first: [&str; 2], fields: &Fields<'_>) -> Self {
        let lengths = fields
            .iter()
            .map(|field| field.name.len() + field.value.len());
        let texts = first.iter().map(|text| text.len());
        let mut head = Vec::with_capacity(texts.chain(lengths).sum());
        let mut push = |part: &[u8]| {
            let start = head.len();
            head.extend_from_slice(part);
            start..head.len()
        };
        let first = first.map(|text| push(text.as_bytes()));
        let places = fields.iter().map(|field| Place {
            name: push(field.name.as_bytes()),
            value: push(field.value),
            offset: field.offset,
        });
        let places = places.collect();
        Self {
            head,
            first,
            places,
        }
    }
}

impl HeaderFields {
    /// Copies fields.
    #[must_use]
    pub fn of(fields: &Fields<'_>) -> Self {
        Self::after(["", ""], fields)
    }

    /// Copies two texts of a first line, and fields.
    fn after(first: [&str; 2], fields: &Fields<'_>) -> Self {
        let received = Stored::received(first, fields);
        Self {
            stored: Arc::new(received.unwrap_or_else(|| Stored::joined(first, fields))),
        }
    }

    /// The fields in the form that drafts check.
    fn fields(&self) -> Fields<'_> {
        Fields::placed(&self.stored.head, &self.stored.places)
    }

    /// All fields, in the order received.
    pub fn iter(&self) -> impl Iterator<Item = Field<'_>> + Clone {
        self.fields().iter()
    }

    /// The fields with this name, compared case-insensitively.
    pub fn all<'f>(&'f self, name: &str) -> impl Iterator<Item = Field<'f>> + Clone {
        self.fields().all(name)
    }

    /// The first field with this name, compared case-insensitively.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Field<'_>> {
        self.all(name).next()
    }

    /// The value of the first field with this name. `None` if there is none, or if the value is not
    /// valid UTF-8.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// The number of fields.
    #[must_use]
    pub fn len(&self) -> usize {
        self.stored.places.len()
    }

    /// Whether there are no fields.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stored.places.is_empty()
    }

    /// One of the two texts of the first line.
    fn first_line(&self, text: usize) -> &str {
        let Stored { head, first, .. } = &*self.stored;
        let place = first.get(text).cloned().unwrap_or_default();
        let text = head.get(place).unwrap_or_default();
        core::str::from_utf8(text).unwrap_or_default()
    }
}

/// Fields that were not received, for example for a test. Their offsets are 0.
impl<N: AsRef<str>, V: AsRef<[u8]>> FromIterator<(N, V)> for HeaderFields {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let given: Vec<(N, V)> = fields.into_iter().collect();
        let fields = given.iter().map(|(name, value)| Field {
            name: name.as_ref(),
            value: value.as_ref(),
            offset: 0,
        });
        let fields: Vec<Field<'_>> = fields.collect();
        Self::of(&Fields::new(&fields, 0))
    }
}

/// Two lists are equal if they have the same names and values in the same order.
impl PartialEq for HeaderFields {
    fn eq(&self, other: &Self) -> bool {
        fn parts(field: Field<'_>) -> (&str, &[u8]) {
            (field.name, field.value)
        }
        self.iter().map(parts).eq(other.iter().map(parts))
    }
}

impl Eq for HeaderFields {}

/// Fields whose values logs must not show.
const SECRET: [&str; 4] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "set-cookie",
];

/// The names of fields whose values are URLs. A query may contain credentials.
const URL: [&str; 2] = ["location", "referer"];

/// Shows names and values, but not the values of credentials and cookies, and no query of a URL.
impl fmt::Debug for HeaderFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn shown(field: Field<'_>) -> Cow<'_, str> {
            let secret = SECRET
                .iter()
                .any(|name| field.name.eq_ignore_ascii_case(name));
            if secret {
                return Cow::Borrowed("…");
            }
            let value = lossy(field.value);
            if URL.iter().any(|name| field.name.eq_ignore_ascii_case(name)) {
                return Cow::Owned(without_query(&value));
            }
            value
        }
        let fields = self.iter().map(|field| (field.name, shown(field)));
        f.debug_map().entries(fields).finish()
    }
}

/// The head of a request as received. A clone shares its contents.
///
/// Its size is bounded by the [limits](crate::handshake::HeadLimits) of the server.
#[derive(Clone, Eq)]
pub struct RequestHead {
    fields: HeaderFields,
    minor_version: u8,
    secure: bool,
    bootstrap: Option<&'static BootstrapInfo>,
}

impl RequestHead {
    /// Copies the head of a request.
    #[must_use]
    pub fn of(request: &Request<'_>) -> Self {
        Self {
            fields: HeaderFields::after([request.method, request.target], &request.fields),
            minor_version: request.minor_version,
            secure: request.secure,
            bootstrap: None,
        }
    }

    /// The head of a request that came over another version of HTTP.
    pub(crate) fn over(self, bootstrap: Option<&'static BootstrapInfo>) -> Self {
        Self { bootstrap, ..self }
    }

    /// How a request that came over a version of HTTP without upgrades opens a connection; `None` for
    /// HTTP/1. The pseudo-header fields except `:method` and `:path` are then among the
    /// [fields](Self::fields).
    #[must_use]
    pub const fn bootstrap(&self) -> Option<&'static BootstrapInfo> {
        self.bootstrap
    }

    /// The method, as received.
    #[must_use]
    pub fn method(&self) -> &str {
        self.fields.first_line(0)
    }

    /// The request target, as received.
    #[must_use]
    pub fn target(&self) -> &str {
        self.fields.first_line(1)
    }

    /// Path and query of the request target, also if the target is absolute.
    #[must_use]
    pub fn resource(&self) -> &str {
        let request = Request {
            method: "",
            target: self.target(),
            minor_version: self.minor_version,
            fields: Fields::default(),
            body: &[],
            secure: self.secure,
        };
        request.resource()
    }

    /// The minor version of HTTP: `1` for HTTP/1.1, `0` for HTTP/1.0, `2` for HTTP/1.2.
    #[must_use]
    pub const fn minor_version(&self) -> u8 {
        self.minor_version
    }

    /// Whether TLS secures the connection, by the settings of the server.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// The header fields.
    #[must_use]
    pub const fn fields(&self) -> &HeaderFields {
        &self.fields
    }

    /// The value of the first field with this name, as [`HeaderFields::text`] returns it.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.text(name)
    }

    /// Passes the request to `look`, in the form that drafts check. `body` contains the bytes after
    /// the head.
    pub(crate) fn with_request<R>(&self, body: &[u8], look: impl FnOnce(&Request<'_>) -> R) -> R {
        look(&Request {
            method: self.method(),
            target: self.target(),
            minor_version: self.minor_version,
            fields: self.fields.fields(),
            body,
            secure: self.secure,
        })
    }
}

impl PartialEq for RequestHead {
    fn eq(&self, other: &Self) -> bool {
        fn parts(head: &RequestHead) -> impl PartialEq + '_ {
            (
                (head.method(), head.target(), head.minor_version),
                (head.secure, head.bootstrap, &head.fields),
            )
        }
        parts(self) == parts(other)
    }
}

impl fmt::Debug for RequestHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestHead")
            .field("method", &self.method())
            .field("target", &without_query(self.target()))
            .field("minor_version", &self.minor_version)
            .field("fields", &self.fields)
            .finish()
    }
}

/// The head of a response as received. A clone shares its contents.
///
/// Its size is bounded by the [limits](crate::handshake::HeadLimits) of the client.
#[derive(Clone, Eq)]
pub struct ResponseHead {
    fields: HeaderFields,
    status: u16,
    minor_version: u8,
}

impl ResponseHead {
    /// Copies the head of a response.
    #[must_use]
    pub fn of(response: &Response<'_>) -> Self {
        Self {
            fields: HeaderFields::after([response.reason, ""], &response.fields),
            status: response.status,
            minor_version: response.minor_version,
        }
    }

    /// The status code.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The reason phrase, as received.
    #[must_use]
    pub fn reason(&self) -> &str {
        self.fields.first_line(0)
    }

    /// The minor version of HTTP: `1` for HTTP/1.1, `0` for HTTP/1.0, `2` for HTTP/1.2.
    #[must_use]
    pub const fn minor_version(&self) -> u8 {
        self.minor_version
    }

    /// The header fields.
    #[must_use]
    pub const fn fields(&self) -> &HeaderFields {
        &self.fields
    }

    /// The value of the first field with this name, as [`HeaderFields::text`] returns it.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.text(name)
    }
}

impl PartialEq for ResponseHead {
    fn eq(&self, other: &Self) -> bool {
        fn parts(head: &ResponseHead) -> impl PartialEq + '_ {
            (head.status, head.reason(), head.minor_version, &head.fields)
        }
        parts(self) == parts(other)
    }
}

impl fmt::Debug for ResponseHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseHead")
            .field("status", &self.status)
            .field("reason", &self.reason())
            .field("minor_version", &self.minor_version)
            .field("fields", &self.fields)
            .finish()
    }
}

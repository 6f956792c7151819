//! Heads that the application keeps: what a peer sent, in owned form.

use alloc::{borrow::Cow, string::String, sync::Arc, vec::Vec};
use core::fmt;

use super::{
    address::without_query,
    parse::{HeadLimits, NO_FIELD, USUAL},
};
use crate::{
    machine::extension::BootstrapInfo,
    protocol::{
        fields::{Field, Fields, lossy},
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

/// The texts of a head, without what separates them.
#[derive(Default)]
struct Stored {
    /// The texts of the first line, then all field names.
    text: String,
    /// Where the field names start.
    names: usize,
    values: Vec<u8>,
    places: Vec<Place>,
}

/// Where a field ends in both buffers. It starts where the previous one ends.
struct Place {
    name: usize,
    value: usize,
    /// The offset of its value in the head as received.
    offset: usize,
}

impl HeaderFields {
    /// Copies fields.
    #[must_use]
    pub fn of(fields: &Fields<'_>) -> Self {
        Self::after("", "", fields)
    }

    /// Copies two texts of a first line, and fields.
    fn after(first: &str, second: &str, fields: &Fields<'_>) -> Self {
        let count = fields.iter().count();
        let names = first.len() + second.len();
        let lengths = fields
            .iter()
            .map(|field| (field.name.len(), field.value.len()));
        let (text, values) = lengths.fold((names, 0), |(text, values), (name, value)| {
            (text + name, values + value)
        });
        let mut stored = Stored {
            text: String::with_capacity(text),
            names,
            values: Vec::with_capacity(values),
            places: Vec::with_capacity(count),
        };
        stored.text.push_str(first);
        stored.text.push_str(second);
        for field in fields.iter() {
            stored.text.push_str(field.name);
            stored.values.extend_from_slice(field.value);
            stored.places.push(Place {
                name: stored.text.len(),
                value: stored.values.len(),
                offset: field.offset,
            });
        }
        Self {
            stored: Arc::new(stored),
        }
    }

    /// All fields, in the order received.
    pub fn iter(&self) -> impl Iterator<Item = Field<'_>> + Clone {
        let Stored {
            text,
            names,
            values,
            places,
        } = &*self.stored;
        places.iter().scan((*names, 0), |start, place| {
            let (name, value) = core::mem::replace(start, (place.name, place.value));
            Some(Field {
                name: text.get(name..place.name).unwrap_or_default(),
                value: values.get(value..place.value).unwrap_or_default(),
                offset: place.offset,
            })
        })
    }

    /// The fields with this name, compared case-insensitively.
    pub fn all<'f>(&'f self, name: &str) -> impl Iterator<Item = Field<'f>> + Clone {
        self.iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name))
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

    /// A text of the first line.
    fn first_line(&self, start: usize, end: usize) -> &str {
        self.stored.text.get(start..end).unwrap_or_default()
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
/// Its size is bounded by the [limits](HeadLimits) of the server.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestHead {
    fields: HeaderFields,
    /// Number of bytes of the method.
    method: usize,
    minor_version: u8,
    secure: bool,
    bootstrap: Option<&'static BootstrapInfo>,
}

impl RequestHead {
    /// Copies the head of a request.
    #[must_use]
    pub fn of(request: &Request<'_>) -> Self {
        Self {
            fields: HeaderFields::after(request.method, request.target, &request.fields),
            method: request.method.len(),
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
        self.fields.first_line(0, self.method)
    }

    /// The request target, as received.
    #[must_use]
    pub fn target(&self) -> &str {
        self.fields
            .first_line(self.method, self.fields.stored.names)
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
        if self.fields.len() <= USUAL {
            self.request::<USUAL, R>(body, look)
        } else {
            self.request::<{ HeadLimits::MAX_FIELDS }, R>(body, look)
        }
    }

    fn request<const N: usize, R>(&self, body: &[u8], look: impl FnOnce(&Request<'_>) -> R) -> R {
        let mut fields = [NO_FIELD; N];
        for (place, field) in fields.iter_mut().zip(self.fields.iter()) {
            *place = field;
        }
        let count = self.fields.len().min(N);
        look(&Request {
            method: self.method(),
            target: self.target(),
            minor_version: self.minor_version,
            fields: Fields::new(fields.get(..count).unwrap_or_default(), 0),
            body,
            secure: self.secure,
        })
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
/// Its size is bounded by the [limits](HeadLimits) of the client.
#[derive(Clone, PartialEq, Eq)]
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
            fields: HeaderFields::after(response.reason, "", &response.fields),
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
        self.fields.first_line(0, self.fields.stored.names)
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

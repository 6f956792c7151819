//! The page at `/`, and all that it asks the server.

use std::borrow::Cow;

use wsdraft::handshake::Offer;
use wsdraft_packed::{Files, Packed};

use crate::{
    failure::Failure,
    specs::{Specs, Spoken},
};

mod facts;
mod pings;

pub(super) use self::pings::Pings;

/// The resource under which the first message tells the draft that was negotiated, which a
/// page has no other way to know.
const TELLING: &str = "/telling";

/// The media types.
const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json";

/// Fields of each response with this type. The page loads nothing from elsewhere, but it connects to
/// whatever WebSocket its user names.
const fn fields(media_type: &'static str) -> [(&'static str, &'static str); 5] {
    [
        ("Content-Type", media_type),
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; \
             connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'",
        ),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        // Another version of the server may be at the same address next.
        ("Cache-Control", "no-cache"),
    ]
}

/// Header fields.
type Fields = &'static [(&'static str, &'static str)];

const HTML_FIELDS: Fields = &fields(HTML);
const CSS_FIELDS: Fields = &fields(CSS);
const SCRIPT_FIELDS: Fields = &fields(SCRIPT);
const JSON_FIELDS: Fields = &fields(JSON);

/// What the page is made of, packed.
const FILES: Files = include!(concat!(env!("OUT_DIR"), "/page.rs"));
static UNPACKED: Packed = Packed::new(FILES);

/// The page, and what it is made of.
#[derive(Debug)]
pub(super) struct Page {
    /// What the database says of close codes and drafts, as JSON.
    facts: String,
    /// What it says of rules, as JSON.
    rules: String,
}

/// A response to a request that is of no draft.
#[derive(Debug)]
pub(super) struct Response<'a> {
    pub(super) status: u16,
    pub(super) fields: Fields,
    pub(super) text: Cow<'a, str>,
}

impl Page {
    /// The page of a server that knows these drafts and speaks some.
    pub(super) fn new(specs: &Specs, spoken: &[Spoken]) -> Result<Self, Failure> {
        Ok(Self {
            facts: facts::facts(specs, spoken)?,
            rules: facts::rules(specs),
        })
    }

    /// Answers a request that is of no draft.
    pub(super) fn answer(&self, method: &str, target: &str) -> Response<'_> {
        let path = target.split('?').next().unwrap_or_default();
        let (status, fields, text): (_, Fields, &str) = match (method, path) {
            ("GET", "/") => (
                200,
                HTML_FIELDS,
                UNPACKED.text(const { FILES.index("index.html") }),
            ),
            ("GET", "/page/style.css") => (
                200,
                CSS_FIELDS,
                UNPACKED.text(const { FILES.index("style.css") }),
            ),
            ("GET", "/page/script.js") => (
                200,
                SCRIPT_FIELDS,
                UNPACKED.text(const { FILES.index("script.js") }),
            ),
            ("GET", "/page/facts.json") => (200, JSON_FIELDS, &self.facts),
            ("GET", "/page/rules.json") => (200, JSON_FIELDS, &self.rules),
            ("GET", _) => (404, &[], "There is a page at /.\n"),
            _ => (405, &[("Allow", "GET")], "There is a page to GET at /.\n"),
        };
        Response {
            status,
            fields,
            text: text.into(),
        }
    }

    /// What a connection of the page is told first; nothing, if it is not one of the page.
    pub(super) fn greeting(&self, offer: &Offer) -> Option<String> {
        (offer.resource == TELLING).then(|| offer.draft.short.to_owned())
    }
}

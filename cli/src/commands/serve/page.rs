//! The page at `/`, and all that it asks the server.

use std::borrow::Cow;

use wsdraft::handshake::Offer;

use crate::specs::Specs;

/// The page that is served on `/`.
const PAGE: &str = include_str!("page.html");
/// The resource under which the first message tells the draft that was negotiated, which a
/// page has no other way to know.
const TELLING: &str = "/telling";

/// The page, and what it is made of.
#[derive(Debug)]
pub(super) struct Page {}

/// A response to a request that is of no draft.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) fields: &'static [(&'static str, &'static str)],
    pub(super) text: Cow<'static, str>,
}

impl Page {
    /// The page of a server that knows these drafts.
    pub(super) const fn new(_specs: &Specs) -> Self {
        Self {}
    }

    /// Answers a request that is of no draft.
    pub(super) fn answer(&self, method: &str, target: &str) -> Response {
        let path = target.split('?').next();
        let (status, fields, text): (_, &[_], _) = match (method, path) {
            ("GET", Some("/")) => (200, &[("Content-Type", "text/html; charset=utf-8")], PAGE),
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

//! A site of static pages, one for each thing that has a name. It needs no server, no scripts and no network.

use wsdraft_spec::{Database, sort};

mod addresses;
mod bytes;
mod heads;
mod html;
mod inputs;
mod page;
mod pages;
mod playground;
mod search;
mod widgets;

pub use self::{
    addresses::Addresses,
    playground::{NotPlayground, Playground},
};
use self::{inputs::Spoken, page::Site};
use crate::{Document, facts::atlas::Atlas, texts::text};

/// What all pages contain, and nothing else.
pub const MADE_BY: &str = "Made by wsdraft from its database of the WebSocket protocol.";

/// All pages, their style and their script.
///
/// # Errors
/// If a draft cannot be written as JSON.
pub fn site(database: &Database) -> serde_json::Result<Vec<Document>> {
    site_with(database, None)
}

/// The same, with a playground if there is one. Its page needs scripts.
///
/// # Errors
/// If a draft cannot be written as JSON.
pub fn site_with(
    database: &Database,
    playground: Option<&Playground>,
) -> serde_json::Result<Vec<Document>> {
    let addresses = Addresses::of(database);
    let site = Site {
        atlas: Atlas::new(database, None),
        addresses: &addresses,
        has_playground: playground.is_some(),
    };
    let spoken = Spoken::new(&site.atlas);
    let mut all = pages::all(&site, &spoken)?;
    all.extend(playground.map(|_| pages::playground(&site, &spoken)));
    let mut documents: Vec<Document> = all
        .into_iter()
        .map(|page| page.finish(playground.is_some()))
        .collect();
    documents.extend(playground.into_iter().flat_map(Playground::documents));
    let file = |path: &str, text: String| Document {
        path: path.into(),
        text,
    };
    documents.push(file("style.css", text!("site/style.css").into()));
    // All pages work without the script.
    documents.push(file("search.js", text!("site/search.js").into()));
    documents.push(file(addresses::INDEX, search::index(&site)?));
    sort::by(&mut documents, |one, other| one.path.cmp(&other.path));
    Ok(documents)
}

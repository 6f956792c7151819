//! The pages, by what they are about.

use super::{
    inputs::Spoken,
    page::{Page, Site},
};

mod channels;
mod codes;
mod diffs;
mod drafts;
mod everything;
mod extensions;
mod frames;
mod handshake;
mod headers;
mod opcodes;
mod playground;
mod registries;
mod rules;
mod start;
mod timeline;
mod topics;

pub(super) use self::playground::page as playground;

/// All pages, without that of the playground.
pub(super) fn all(site: &Site<'_>, spoken: &Spoken) -> serde_json::Result<Vec<Page>> {
    let mut pages = vec![
        start::page(site),
        everything::page(site),
        timeline::page(site),
    ];
    pages.extend(rules::pages(site, spoken));
    pages.extend(codes::pages(site));
    pages.extend(opcodes::pages(site));
    pages.extend(headers::pages(site));
    pages.extend(extensions::pages(site));
    pages.extend(channels::pages(site));
    pages.extend(drafts::pages(site, spoken));
    pages.extend(topics::pages(site));
    pages.push(registries::page());
    pages.extend(diffs::pages(site)?);
    Ok(pages)
}

//! `wsdraft export markdown`: a page for each draft and each extension, and one that lists them.

use std::path::PathBuf;

use clap::Args;
use wsdraft_exports::Document;
use wsdraft_spec::{LoadError, Registry, did_you_mean};

use super::{again::Again, folder};
use crate::{
    failure::Failure,
    outcome::Outcome,
    output::Output,
    pages::{
        draft, extension,
        page::{Page, cited, code, link, or_dash},
    },
    specs::Specs,
};

mod headers;
mod topics;

/// Export a Markdown page for each draft and extension, with tables and citations.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Drafts and extensions; by default all of them, and a page that lists them.
    names: Vec<String>,
    /// Write a file for each page to this folder instead of standard output.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write nothing. The exit status is 1 if a file differs from what the command would write, or is left from an
    /// earlier export.
    #[arg(long, requires = "out")]
    check: bool,
}

/// What all pages contain.
const MARK: &str = "<!-- Written by wsdraft export markdown. Edit the database, not this page. -->";

/// Writes pages to a folder, or to standard output one after the other.
pub(super) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let pages = if arguments.names.is_empty() {
        all(specs)?
    } else {
        let named = arguments.names.iter().map(|name| named(specs, name));
        named.collect::<Result<_, _>>()?
    };
    let pages = pages
        .into_iter()
        .map(|(name, text)| (name, format!("{text}\n{MARK}\n")));
    let Some(folder) = &arguments.out else {
        let pages: Vec<String> = pages.map(|(_, text)| text).collect();
        output.file(&pages.join("\n"))?;
        return Ok(Outcome::Fine);
    };
    let again = Again {
        specs,
        what: "markdown",
        names: &arguments.names,
    };
    let documents = pages.map(|(name, text)| Document {
        path: format!("{name}.md"),
        text,
    });
    let documents: Vec<Document> = documents.collect();
    // The other pages of a folder are no concern of a command that names some.
    let mark = arguments.names.is_empty().then_some(MARK);
    folder::put(folder, arguments.check, &documents, mark, &again)
}

/// A page: the name of its file without the ending, and its text.
type Named = (String, String);

fn named(specs: &Specs, name: &str) -> Result<Named, Failure> {
    if let Some(found) = specs.database().extensions().get(name) {
        return Ok((name.into(), extension::page(found, Page::markdown())));
    }
    let found = specs.resolved(name).map_err(|error| {
        let extensions = specs.database().extensions().iter();
        let near = did_you_mean(name, extensions.map(|one| one.short.as_str()));
        match near.is_empty() {
            true => error,
            false => Failure::input(format!("no draft or extension {name:?}{near}")),
        }
    })?;
    Ok((found.short.clone(), draft::page(found, Page::markdown())))
}

fn all(specs: &Specs) -> Result<Vec<Named>, Failure> {
    let database = specs.database();
    let mut pages = vec![
        ("README".into(), index(specs)?),
        (headers::NAME.into(), headers::page(database)),
        (topics::NAME.into(), topics::page(specs)?),
    ];
    let drafts = database.drafts().into_iter();
    let drafts = drafts.filter_map(|draft| database.resolved(&draft.short));
    pages.extend(drafts.map(|draft| (draft.short.clone(), draft::page(draft, Page::markdown()))));
    let extensions = database.extensions().iter();
    pages.extend(extensions.map(|one| (one.short.clone(), extension::page(one, Page::markdown()))));
    Ok(pages)
}

/// The page that lists the others, and the registries.
fn index(specs: &Specs) -> Result<String, Failure> {
    let database = specs.database();
    let mut page = Page::markdown();
    page.heading(1, "The WebSocket protocol, every draft");
    page.heading(2, "Drafts");
    let drafts = database.drafts().into_iter();
    let rows = drafts.map(|one| {
        [
            link(&one.short),
            one.name.clone(),
            or_dash(one.wire_version),
            or_dash(one.issued),
            or_dash(one.expires),
            one.status.clone(),
        ]
    });
    let head = [
        "draft",
        "name",
        "version on the wire",
        "issued",
        "expires",
        "status",
    ];
    page.table(head, rows);
    page.paragraph(&format!(
        "Which header fields each of them has: {}.",
        link(headers::NAME)
    ));
    page.paragraph(&format!(
        "What people meet, with causes and what to do next: {}.",
        link(topics::NAME)
    ));
    page.heading(2, "Extensions");
    let rows = database.extensions().iter().map(|one| {
        let tokens: Vec<String> = one.tokens().iter().map(|token| code(token)).collect();
        [link(&one.short), tokens.join(", "), one.summary.clone()]
    });
    page.table(["dialect", "offered as", "does"], rows);
    let registries = Registry::built_in().map_err(|errors| LoadError::Spec(errors.clone()))?;
    for registry in registries {
        page.heading(2, &registry.name);
        page.paragraph(&format!("Created in {}.", cited(&registry.evidence)));
        let rows = registry.entries.iter().map(|(key, entry)| {
            [
                code(key),
                entry.name.clone(),
                or_dash(entry.reference.as_ref()),
                cited(&entry.evidence),
            ]
        });
        page.table(["registered", "as", "refers to", "source"], rows);
    }
    Ok(page.finish())
}

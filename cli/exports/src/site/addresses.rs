//! Where things have their pages: addresses that stay, below the root of the site.

use std::collections::{BTreeMap, BTreeSet};

use wsdraft_spec::{Database, Registry, ResolvedDraft, ResolvedExtension, sort, topic::Subject};

use crate::{
    facts::{atlas::Atlas, codes},
    hash::hash,
};

/// The kinds of things that have pages, as `explain` names them, in the order in which a name is looked up.
const KINDS: [&str; 17] = [
    "rule",
    "close-code",
    "opcode",
    "header",
    "extension",
    "parameter",
    "status",
    "limit",
    "failure",
    "ending",
    "message",
    "draft",
    "version",
    "subprotocol",
    "term",
    "block",
    "drop-code",
];

/// The page of all registries.
pub(super) const REGISTRIES: &str = "registries/index.html";

/// The page that shows the drafts over the years.
pub(super) const TIMELINE: &str = "drafts/timeline.html";

/// The file of the index. A page from a file may load a script, and no other text.
pub(super) const INDEX: &str = "search-index.js";

/// The kind of a range of close codes, and where the ranges are.
pub(super) const CLOSE_RANGE: &str = "close-range";
const RANGES: &str = "close-codes/index.html#ranges";

/// Where things have their pages.
#[derive(Debug)]
pub struct Addresses {
    /// The pages that things have of their own.
    own: BTreeMap<Key, String>,
    /// The pages that names lead to, in lower case.
    names: BTreeMap<Key, String>,
    /// The addresses that are in use.
    taken: BTreeSet<String>,
    /// The topics that lead to a page.
    leads: BTreeMap<String, Vec<Lead>>,
}

/// A kind, and a name.
type Key = (&'static str, String);

/// A topic that leads to a page: what it is, and its key.
type Lead = (Subject, String);

impl Addresses {
    /// The addresses of everything in a database that has a page.
    #[must_use]
    pub fn of(database: &Database) -> Self {
        let mut all = Self {
            own: BTreeMap::new(),
            names: BTreeMap::new(),
            taken: sort::set(KINDS.iter().map(|kind| index(kind))),
            leads: BTreeMap::new(),
        };
        all.taken.insert(TIMELINE.into());
        let atlas = Atlas::new(database, None);
        for draft in &atlas.history {
            all.add_draft(draft);
        }
        let extensions = database.extensions();
        for extension in extensions.iter() {
            all.add("extension", &extension.short, None);
            extension
                .rules
                .keys()
                .for_each(|id| all.add("rule", id, None));
            all.add_blocks(extension);
        }
        // A name that several have leads to the last of them, unless it is the own name of one.
        let mut by_age: Vec<&ResolvedExtension> = extensions.iter().collect();
        by_age.reverse();
        sort::by_key(&mut by_age, |one| !one.is_negotiable());
        by_age
            .into_iter()
            .for_each(|extension| all.add_names(extension));
        all.add_registered();
        for &subject in Subject::ALL {
            for (key, topic) in atlas.topics(subject) {
                all.add(subject.as_str(), key, None);
                let page = all.own(subject.as_str(), key);
                for name in &topic.names {
                    all.add(subject.as_str(), name, Some(page.clone()));
                }
            }
        }
        all.add_leads(&atlas);
        all
    }

    /// Notes which topics lead to which pages.
    fn add_leads(&mut self, atlas: &Atlas<'_>) {
        let mut leads: BTreeMap<String, Vec<Lead>> = BTreeMap::new();
        for &subject in Subject::ALL {
            for (key, topic) in atlas.topics(subject) {
                let own = self.find(subject.as_str(), key);
                let pages = topic.see.iter().filter_map(|see| Some(self.any(see)?.1));
                for page in pages.filter(|page| Some(*page) != own) {
                    let known = leads.entry(page.to_owned()).or_default();
                    let lead = (subject, key.to_owned());
                    if !known.contains(&lead) {
                        known.push(lead);
                    }
                }
            }
        }
        self.leads = leads;
    }

    /// The topics that lead to a page.
    pub(super) fn leading_to(&self, page: &str) -> &[Lead] {
        self.leads.get(page).map_or(&[], Vec::as_slice)
    }

    fn add_names(&mut self, extension: &ResolvedExtension) {
        let page = self.own("extension", &extension.short);
        for name in extension.parameters.keys() {
            self.add("parameter", name, Some(format!("{page}#parameters")));
        }
        for token in extension.tokens() {
            self.add("extension", token, Some(page.clone()));
        }
        for document in &extension.documents {
            self.add("extension", &document.short, Some(page.clone()));
            self.add("extension", &document.name, Some(page.clone()));
        }
    }

    fn add_blocks(&mut self, extension: &ResolvedExtension) {
        let Some(stated) = &extension.multiplexing else {
            return;
        };
        let blocks = stated.blocks.keys();
        blocks.for_each(|name| self.add("block", name, None));
        for (code, item) in stated.drop_codes.iter() {
            let code = code.to_string();
            self.add("drop-code", &code, None);
            let page = self.own("drop-code", &code);
            self.add("drop-code", &item.value.name, Some(page));
        }
    }

    fn add_draft(&mut self, draft: &ResolvedDraft) {
        self.add("draft", &draft.short, None);
        let own = self.own("draft", &draft.short);
        for name in std::iter::once(&draft.name).chain(&draft.aliases) {
            self.add("draft", name, Some(own.clone()));
        }
        draft.rules.keys().for_each(|id| self.add("rule", id, None));
        draft
            .opcodes
            .keys()
            .for_each(|name| self.add("opcode", name, None));
        let headers = draft.request_headers.keys();
        headers
            .chain(draft.response_headers.keys())
            .for_each(|name| self.add("header", name, None));
        for (code, item) in draft.close_codes.iter() {
            let code = code.to_string();
            self.add("close-code", &code, None);
            let page = self.own("close-code", &code);
            self.add("close-code", &item.value.name, Some(page));
        }
        if let Some(version) = draft.wire_version {
            self.add(
                "version",
                &version.to_string(),
                Some(format!("{REGISTRIES}#versions")),
            );
        }
    }

    fn add_registered(&mut self) {
        for registry in Registry::built_in().unwrap_or_default() {
            let page = format!("{REGISTRIES}#{}", registry.short);
            for key in registry.entries.keys() {
                match registry.short.as_str() {
                    codes::REGISTRY if key.parse::<u16>().is_ok() => {
                        self.add("close-code", key, None)
                    }
                    codes::REGISTRY | "extensions" => {}
                    short => {
                        let kind = KINDS
                            .iter()
                            .find(|kind| short.strip_suffix('s') == Some(*kind));
                        if let Some(kind) = kind {
                            self.add(kind, key, Some(page.clone()));
                        }
                    }
                }
            }
        }
    }

    /// Adds a thing: with a page of its own, or on another one. What is there already stays.
    fn add(&mut self, kind: &'static str, name: &str, on: Option<String>) {
        let address = match on {
            Some(address) => address,
            None => match self.own.get(&owner(kind, name)) {
                Some(known) => known.clone(),
                None => {
                    let free = self.free(kind, name);
                    self.own.insert(owner(kind, name), free.clone());
                    free
                }
            },
        };
        let key = (kind, name.to_ascii_lowercase());
        self.names.entry(key).or_insert(address);
    }

    /// An address that nothing has yet. It ends with a hash of the name if the plain one is in use: so it stays when
    /// other names come and go.
    fn free(&mut self, kind: &str, name: &str) -> String {
        let folder = folder(kind);
        let slug = slug(name);
        if !slug.is_empty() && self.taken.insert(format!("{folder}/{slug}.html")) {
            return format!("{folder}/{slug}.html");
        }
        let start = if slug.is_empty() { kind } else { &slug };
        let mut number = hash(name);
        loop {
            let address = format!("{folder}/{start}-{number:08x}.html");
            if self.taken.insert(address.clone()) {
                return address;
            }
            number = number.wrapping_add(1);
        }
    }

    /// The address of the page that a thing has of its own.
    pub(super) fn own(&self, kind: &'static str, name: &str) -> String {
        let own = self.own.get(&owner(kind, name)).cloned();
        own.unwrap_or_else(|| index(kind))
    }

    /// The address of a thing of this kind, as [`explain`](crate::facts::index) names kinds. Case does not count.
    #[must_use]
    pub fn find(&self, kind: &str, name: &str) -> Option<&str> {
        // A code without a page of its own is in a range.
        let ranges = match kind {
            CLOSE_RANGE => Some(RANGES),
            "close-code" => name.parse::<u16>().ok().map(|_| RANGES),
            _ => None,
        };
        self.page(kind, name).or(ranges)
    }

    /// The page of a thing that has one.
    pub(super) fn page(&self, kind: &str, name: &str) -> Option<&str> {
        let kind = KINDS.iter().find(|known| **known == kind)?;
        let of_name = || self.names.get(&(*kind, name.to_ascii_lowercase()));
        let own = self.own.get(&owner(kind, name));
        own.or_else(of_name).map(String::as_str)
    }

    /// The address of whatever has this name, a kind before it or not, and its kind.
    pub(super) fn any(&self, name: &str) -> Option<(&'static str, &str)> {
        let found = |name: &str| {
            let mut kinds = KINDS.iter();
            kinds.find_map(|kind| Some((*kind, self.page(kind, name)?)))
        };
        found(name).or_else(|| {
            let (kind, name) = name.split_once(' ')?;
            let kind = KINDS.iter().find(|known| **known == kind)?;
            Some((*kind, self.page(kind, name)?))
        })
    }
}

/// The folder of the pages of a kind.
pub(super) fn folder(kind: &str) -> String {
    match kind {
        "status" => "statuses".into(),
        kind => format!("{kind}s"),
    }
}

/// The page that lists the things of a kind.
pub(super) fn index(kind: &str) -> String {
    format!("{}/index.html", folder(kind))
}

/// By what a thing with a page of its own is known. The case of a header field's name does not count.
fn owner(kind: &'static str, name: &str) -> Key {
    match kind {
        "header" => (kind, name.to_ascii_lowercase()),
        kind => (kind, name.to_owned()),
    }
}

/// A name as a part of an address: lower-case letters, digits and hyphens.
pub(super) fn slug(name: &str) -> String {
    let mut out = String::new();
    for character in name.chars() {
        if character.is_ascii_alphanumeric() {
            out.push(character.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') && character != '\'' {
            out.push('-');
        }
    }
    while out.ends_with('-') {
        out.pop();
    }
    out
}

//! What extensions that multiplex state: their blocks, their drop codes, and how they carry channels.

use wsdraft_spec::{
    Database, Item, ResolvedExtension,
    extension::{Block, DropCode, Quotas, ResolvedMultiplexing},
    sort,
    vocabulary::{Date, Evidence, Role},
};

use crate::words::multiplex as words;

/// An item that an extension states.
#[derive(Debug)]
pub struct Stated<'a, T> {
    /// The extension.
    pub extension: &'a ResolvedExtension,
    /// The item.
    pub item: &'a Item<T>,
}

/// Something that an extension says of its channels.
#[derive(Debug)]
pub struct Fact<'a> {
    /// What it is about.
    pub name: &'static str,
    /// What it says; names of the protocol stand between backticks.
    pub text: String,
    /// Short name of the extension that added it.
    pub since: &'a str,
    /// Where it is from.
    pub evidence: &'a [Evidence],
}

/// The day on which the newest document of an extension was issued.
#[must_use]
pub fn issued(extension: &ResolvedExtension) -> Option<Date> {
    let documents = extension.documents.iter();
    documents.filter_map(|document| document.issued).max()
}

/// The extensions, the oldest first.
#[must_use]
pub fn by_age(database: &Database) -> Vec<&ResolvedExtension> {
    let mut extensions: Vec<&ResolvedExtension> = database.extensions().iter().collect();
    sort::by_key(&mut extensions, |extension| issued(extension));
    extensions
}

fn stated<'a, T>(
    database: &'a Database,
    get: impl Fn(&'a ResolvedMultiplexing) -> Option<&'a Item<T>>,
) -> Vec<Stated<'a, T>> {
    let extensions = by_age(database).into_iter();
    let stated = extensions.filter_map(|extension| {
        let item = get(extension.multiplexing.as_ref()?)?;
        Some(Stated { extension, item })
    });
    stated.collect()
}

/// The block of this name in each extension that has it, the oldest first.
#[must_use]
pub fn block<'a>(database: &'a Database, name: &str) -> Vec<Stated<'a, Block>> {
    stated(database, |stated| stated.blocks.get(name))
}

/// The drop code in each extension that has it, the oldest first.
#[must_use]
pub fn drop_code(database: &Database, code: u16) -> Vec<Stated<'_, DropCode>> {
    stated(database, |stated| stated.drop_codes.get(&code))
}

/// The names of all blocks, each once: those of the newest extension first.
#[must_use]
pub fn blocks(database: &Database) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for stated in multiplexing(database) {
        for name in stated.blocks.keys() {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
    }
    names
}

/// All drop codes in ascending order.
#[must_use]
pub fn drop_codes(database: &Database) -> Vec<u16> {
    let stated = multiplexing(database).into_iter();
    let mut codes: Vec<u16> = stated
        .flat_map(|stated| stated.drop_codes.keys().copied())
        .collect();
    sort::all(&mut codes);
    codes.dedup();
    codes
}

fn multiplexing(database: &Database) -> Vec<&ResolvedMultiplexing> {
    let extensions = by_age(database).into_iter().rev();
    extensions
        .filter_map(|one| one.multiplexing.as_ref())
        .collect()
}

/// How an extension carries channels.
#[must_use]
pub fn facts(stated: &ResolvedMultiplexing) -> Vec<Fact<'_>> {
    let mut facts = Vec::new();
    if let Some(item) = &stated.carriage {
        let text = words::carriage(&item.value.form);
        facts.push(fact("carried in", text, item, &item.value.evidence));
    }
    if let Some(item) = &stated.channels {
        let value = &item.value;
        let mut texts = vec![
            ("IDs", words::channels(value)),
            ("encoding of IDs", words::ids(&value.ids)),
        ];
        if value.fragments_control {
            texts.push(("control frames", "may be fragmented".into()));
        }
        if value.ignores_unopened {
            texts.push(("frames of channels that are not open", "are ignored".into()));
        }
        let texts = texts.into_iter();
        facts.extend(texts.map(|(name, text)| fact(name, text, item, &value.evidence)));
    }
    if let Some(item) = &stated.numbers {
        let text = words::numbers(&item.value.form);
        facts.push(fact("numbers in blocks", text, item, &item.value.evidence));
    }
    facts.extend(stated.quotas.iter().flat_map(quotas));
    if let Some(item) = &stated.handshakes {
        let value = &item.value;
        for (name, fields) in [
            ("requests leave out", &value.request_omits),
            ("responses leave out", &value.response_omits),
        ] {
            let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
            let fields = if fields.is_empty() {
                "nothing".into()
            } else {
                fields.join(", ")
            };
            facts.push(fact(name, fields, item, &value.evidence));
        }
    }
    facts
}

fn quotas(item: &Item<Quotas>) -> Vec<Fact<'_>> {
    let value = &item.value;
    let client = words::initial(Role::Client, value.client_first, value.client_others);
    let server = words::initial(Role::Server, value.server_first, value.server_others);
    let mut texts = vec![
        ("a frame costs", words::cost(value.cost).to_owned()),
        ("quota at first", format!("{client}; {server}")),
    ];
    if let Some(bits) = value.bits {
        texts.push(("largest quota", format!("{bits} bits")));
    }
    let texts = texts.into_iter();
    texts
        .map(|(name, text)| fact(name, text, item, &value.evidence))
        .collect()
}

fn fact<'a, T>(
    name: &'static str,
    text: String,
    item: &'a Item<T>,
    evidence: &'a [Evidence],
) -> Fact<'a> {
    Fact {
        name,
        text,
        since: &item.since,
        evidence,
    }
}

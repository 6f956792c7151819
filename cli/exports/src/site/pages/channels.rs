//! A page for each control block and for each drop code of extensions that multiplex, and what the page of such an
//! extension says of its channels.

use wsdraft_spec::{
    extension::{Block, ResolvedMultiplexing},
    sort,
    vocabulary::Outcome,
};

use crate::{
    facts::channels,
    site::{
        addresses::index,
        html::{Html, a, code, facts, h2, p, plain, table},
        page::{Page, Site, cited, part},
        widgets::{lead, mentioned_by, sourced},
    },
    words::{self, multiplex},
};

const BLOCK: &str = "block";
const DROP_CODE: &str = "drop-code";

/// All of them.
pub(super) fn pages(site: &Site<'_>) -> Vec<Page> {
    let database = site.atlas.database;
    let blocks = channels::blocks(database);
    let codes = channels::drop_codes(database);
    let mut pages = Vec::new();
    if !blocks.is_empty() {
        pages.push(block_index(site, &blocks));
        pages.extend(blocks.iter().filter_map(|name| block(site, name)));
    }
    if !codes.is_empty() {
        pages.push(code_index(site, &codes));
        pages.extend(codes.iter().filter_map(|number| drop_code(site, *number)));
    }
    pages
}

/// Where the blocks and the drop codes of all extensions are listed; empty if there are none.
pub(super) fn links(site: &Site<'_>) -> Html {
    let database = site.atlas.database;
    let has_blocks = !channels::blocks(database).is_empty();
    let has_codes = !channels::drop_codes(database).is_empty();
    let lists = [(BLOCK, has_blocks), (DROP_CODE, has_codes)];
    let lists = lists.into_iter().filter(|(_, is_there)| *is_there);
    let links = lists.map(|(kind, _)| {
        let address = index(kind);
        let folder = address.split('/').next().unwrap_or_default();
        a(&format!("../{address}"), part(folder))
    });
    let links = Html::join(links, ", ");
    match links.is_empty() {
        true => links,
        false => p(Html::from("Of multiplexing, in every dialect: ").and(links)),
    }
}

/// What the page of an extension says of its channels.
pub(super) fn section(site: &Site<'_>, stated: &ResolvedMultiplexing) -> Html {
    let rows = channels::facts(stated).into_iter().map(|fact| {
        vec![
            fact.name.into(),
            Html::prose(&fact.text),
            site.link("extension", fact.since),
            cited(fact.evidence),
        ]
    });
    let head = ["what", "how", "since", "source"];
    let channels = table("Channels", &head, rows);
    let mut out = match channels.is_empty() {
        true => channels,
        false => h2("channels", "Channels").and(channels),
    };
    out.push(blocks_of(site, stated));
    out.push(encodings(site, stated));
    out.push(drops(site, stated));
    let rows = stated.unknown.iter().map(|(name, item)| {
        vec![
            name.as_str().into(),
            Html::prose(&item.value.reason),
            cited(&item.value.evidence),
        ]
    });
    let unknown = table("What is unknown", &["what", "why", "source"], rows);
    match unknown.is_empty() {
        true => out,
        false => out.and(h2("unknown", "What is unknown")).and(unknown),
    }
}

/// The cells that say what a block is like.
fn form(block: &Block) -> [Html; 4] {
    [
        block.opcode.to_string().into(),
        words::by(block.by).into(),
        multiplex::fields(&block.fields).into(),
        multiplex::parts(&block.parts).into(),
    ]
}

/// Their heads.
const FORM: [&str; 4] = ["opcode", "sent by", "bits of the first byte", "parts"];

/// What is first, the form of a block, and the source.
fn heads(first: &'static str) -> Vec<&'static str> {
    let mut heads = vec![first];
    heads.extend(FORM);
    heads.push("source");
    heads
}

fn blocks_of(site: &Site<'_>, stated: &ResolvedMultiplexing) -> Html {
    let mut blocks: Vec<_> = stated.blocks.iter().collect();
    sort::by_key(&mut blocks, |(_, item)| item.value.opcode);
    let rows = blocks.into_iter().map(|(name, item)| {
        let mut row = vec![site.code(BLOCK, name)];
        row.extend(form(&item.value));
        row.push(cited(&item.value.evidence));
        row
    });
    let table = table("Control blocks", &heads("block"), rows);
    match table.is_empty() {
        true => table,
        false => h2("blocks", "Control blocks").and(table),
    }
}

fn encodings(site: &Site<'_>, stated: &ResolvedMultiplexing) -> Html {
    let rows = stated.encodings.iter().map(|(name, item)| {
        vec![
            code(name),
            item.value.value.to_string().into(),
            multiplex::base(item.value.request).into(),
            multiplex::base(item.value.response).into(),
            site.link("extension", &item.since),
            cited(&item.value.evidence),
        ]
    });
    let head = [
        "encoding", "number", "request", "response", "since", "source",
    ];
    let table = table("Encodings of handshakes", &head, rows);
    match table.is_empty() {
        true => table,
        false => h2("encodings", "Encodings of handshakes").and(table),
    }
}

fn drops(site: &Site<'_>, stated: &ResolvedMultiplexing) -> Html {
    let mut out = Html::default();
    if let Some(item) = &stated.drops {
        let rows = item.value.ranges.iter().map(|range| {
            vec![
                code(format!("{} to {}", range.from, range.to)),
                multiplex::drop_scope(range.ends).into(),
            ]
        });
        out.push(table("Ranges of drop codes", &["codes", "end"], rows));
        let close = item.value.physical_close.map(|close| {
            Html::from("A physical connection that fails is closed with ")
                .and(site.link("close-code", &close.to_string()))
                .and(".")
        });
        let text = close.unwrap_or_default();
        out.push(p(sourced(text, cited(&item.value.evidence))));
    }
    let mut codes: Vec<_> = stated.drop_codes.iter().collect();
    sort::by_key(&mut codes, |(code, _)| **code);
    let rows = codes.into_iter().map(|(number, item)| {
        vec![
            site.code(DROP_CODE, &number.to_string()),
            code(&item.value.name),
            item.value.meaning.as_str().into(),
            cited(&item.value.evidence),
        ]
    });
    out.push(table(
        "Drop codes",
        &["code", "name", "means", "source"],
        rows,
    ));
    match out.is_empty() {
        true => out,
        false => h2("drop-codes", "Drop codes").and(out),
    }
}

fn block_index(site: &Site<'_>, names: &[&str]) -> Page {
    let about =
        "Control blocks of multiplexing: what opens a channel, adds to its quota and ends it.";
    let rows = names.iter().filter_map(|name| {
        let stated = channels::block(site.atlas.database, name);
        let block = &stated.last()?.item.value;
        let extensions = stated.iter().map(|one| one.extension.short.as_str());
        Some(vec![
            site.code(BLOCK, name),
            multiplex::does(block.kind).into(),
            words::by(block.by).into(),
            site.codes("extension", extensions),
        ])
    });
    let head = ["block", "does", "sent by", "extensions"];
    let table = table("Control blocks", &head, rows);
    list_of(BLOCK, about, table)
}

fn code_index(site: &Site<'_>, numbers: &[u16]) -> Page {
    let about = "Drop codes of multiplexing: why a channel or the physical connection ends.";
    let rows = numbers.iter().filter_map(|number| {
        let stated = channels::drop_code(site.atlas.database, *number);
        let value = &stated.last()?.item.value;
        let extensions = stated.iter().map(|one| one.extension.short.as_str());
        Some(vec![
            site.code(DROP_CODE, &number.to_string()),
            code(&value.name),
            value.meaning.as_str().into(),
            site.codes("extension", extensions),
        ])
    });
    let head = ["code", "name", "means", "extensions"];
    let table = table("Drop codes", &head, rows);
    list_of(DROP_CODE, about, table)
}

fn list_of(kind: &'static str, about: &str, table: Html) -> Page {
    let address = index(kind);
    let title = part(address.split('/').next().unwrap_or_default());
    Page {
        address,
        title: title.into(),
        description: about.into(),
        heading: title.into(),
        body: lead(about).and(table),
    }
}

fn block(site: &Site<'_>, name: &str) -> Option<Page> {
    let stated = channels::block(site.atlas.database, name);
    let newest = stated.last()?;
    let value = &newest.item.value;
    let does = multiplex::does(value.kind);
    let newest_form = Html::from(format!("It {does}. This is its form in "))
        .and(site.link("extension", &newest.extension.short))
        .and(":");
    let mut body = lead(newest_form);
    let cells = FORM.into_iter().zip(form(value));
    body.push(facts(cells.chain([
        ("since", site.link("extension", &newest.item.since)),
        ("source", cited(&value.evidence)),
    ])));
    body.push(h2("extensions", "In every extension that has it"));
    let rows = stated.iter().map(|one| {
        let mut row = vec![site.link("extension", &one.extension.short)];
        row.extend(form(&one.item.value));
        row.push(cited(&one.item.value.evidence));
        row
    });
    body.push(table("The block by extension", &heads("extension"), rows));
    body.push(mentioned_by(site, BLOCK, name));
    body.push(h2("commands", "On the command line"));
    body.push(plain("pre", code(format!("wsdraft explain {name}"))));
    Some(Page {
        address: site.addresses.own(BLOCK, name),
        title: format!("{name} (block)"),
        description: format!("The control block {name} of multiplexing: it {does}."),
        heading: code(name).and(" ").and(plain("small", "control block")),
        body,
    })
}

fn drop_code(site: &Site<'_>, number: u16) -> Option<Page> {
    let stated = channels::drop_code(site.atlas.database, number);
    let newest = stated.last()?;
    let value = &newest.item.value;
    let key = number.to_string();
    let multiplexing = newest.extension.multiplexing.as_ref();
    let range = multiplexing.and_then(|stated| stated.drop_range(number));
    let ends = range.map(|range| multiplex::drop_scope(range.ends));
    let close_code = site
        .addresses
        .page("close-code", &key)
        .map(|_| site.link_as("close-code", &key, "a close code"));
    let mut body = lead(value.meaning.as_str());
    body.push(facts([
        ("ends", ends.unwrap_or_default().into()),
        ("since", site.link("extension", &newest.item.since)),
        ("the number is also that of", close_code.unwrap_or_default()),
        ("source", cited(&value.evidence)),
    ]));
    body.push(h2("extensions", "In every extension that has it"));
    let rows = stated.iter().map(|one| {
        let value = &one.item.value;
        vec![
            site.link("extension", &one.extension.short),
            code(&value.name),
            value.meaning.as_str().into(),
            cited(&value.evidence),
        ]
    });
    let head = ["extension", "name", "means", "source"];
    body.push(table("The code by extension", &head, rows));
    let rules = site.atlas.rules_leading_to(Outcome::drop_code, number);
    if !rules.is_empty() {
        body.push(h2("rules", "Rules whose violation leads to it"));
        body.push(p(site.codes("rule", rules)));
    }
    body.push(mentioned_by(site, DROP_CODE, &key));
    body.push(h2("commands", "On the command line"));
    body.push(plain("pre", code(format!("wsdraft explain drop {key}"))));
    Some(Page {
        address: site.addresses.own(DROP_CODE, &key),
        title: format!("{key} {} (drop code)", value.name),
        description: format!("Drop code {key} of multiplexing: {}", value.meaning),
        heading: Html::from(key.as_str())
            .and(" ")
            .and(code(&value.name))
            .and(" ")
            .and(plain("small", "drop code")),
        body,
    })
}

//! Blocks and drop codes of extensions that multiplex.

use serde::Serialize;
use wsdraft_spec::{
    Item, ResolvedExtension, Table,
    extension::{Block, DropCode, ResolvedMultiplexing},
    vocabulary::Role,
};

use super::{
    atlas::Atlas,
    range::{self, Span},
    reading::{Reading, cited, number},
    sheet::Sheet,
};
use crate::{failure::Failure, words::multiplex as words};

#[derive(Serialize)]
struct BlockExplanation<'a> {
    kind: &'static str,
    name: &'a str,
    opcode: u8,
    does: &'static str,
    /// Who sends it: `client`, `server` or `both`.
    sent_by: &'static str,
    /// The fields of the first byte, with their bits.
    fields: String,
    /// The parts, in the order on the wire.
    parts: String,
    /// The extension whose form this is.
    extension: &'a str,
    since: &'a str,
    history: Vec<BlockStage<'a>>,
    evidence: Vec<String>,
}

#[derive(Serialize)]
struct BlockStage<'a> {
    extension: &'a str,
    opcode: u8,
    fields: String,
    parts: String,
}

#[derive(Serialize)]
struct CodeExplanation<'a> {
    kind: &'static str,
    code: u16,
    name: &'a str,
    meaning: &'a str,
    /// What the codes of its range end.
    ends: Option<&'static str>,
    /// The extension whose wording this is.
    extension: &'a str,
    extensions: Vec<&'a str>,
    since: &'a str,
    /// Ids of the rules whose violation leads to it.
    rules: Vec<&'a str>,
    evidence: Vec<String>,
}

/// An extension that multiplexes, and one of the items that it states.
type Holder<'a, K, V> = (&'a ResolvedExtension, &'a K, &'a Item<V>);

/// The extensions that have an item, the oldest first.
fn holders<'a, K: PartialEq, V>(
    atlas: &Atlas<'a>,
    table: fn(&ResolvedMultiplexing) -> &Table<K, Item<V>>,
    is: impl Fn(&K, &V) -> bool,
) -> Vec<Holder<'a, K, V>> {
    let extensions = atlas.extensions().into_iter();
    extensions
        .filter_map(|extension| {
            let stated = extension.multiplexing.as_ref()?;
            let mut items = table(stated).iter();
            let (key, item) = items.find(|(key, item)| is(key, &item.value))?;
            Some((extension, key, item))
        })
        .collect()
}

/// The block with this name, as the newest extension has it.
pub(super) fn blocks(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let is = |name: &String, _: &Block| name.eq_ignore_ascii_case(word);
    let all = holders(atlas, |stated| &stated.blocks, is);
    block(&all).into_iter().collect()
}

/// The blocks with this opcode, the newest first. A number alone is not taken for one.
pub(super) fn blocks_by_opcode(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let value = number(word);
    let mut names: Vec<&str> = Vec::new();
    for extension in atlas.extensions().into_iter().rev() {
        for (name, item) in extension
            .multiplexing
            .iter()
            .flat_map(|one| one.blocks.iter())
        {
            let has_value = value == Some(item.value.opcode.into());
            if has_value && !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
    }
    let found = names.into_iter().map(|name| blocks(name, atlas));
    Ok(found.collect::<Result<Vec<_>, _>>()?.concat())
}

/// A block, as the last of its holders has it.
fn block(all: &[Holder<'_, String, Block>]) -> Option<Result<Reading, Failure>> {
    let (extension, name, item) = all.last()?;
    let form = |block: &Block| (words::fields(&block.fields), words::parts(&block.parts));
    let mut history: Vec<BlockStage<'_>> = Vec::new();
    for (extension, _, item) in all {
        let (fields, parts) = form(&item.value);
        let opcode = item.value.opcode;
        let same = |last: &BlockStage<'_>| {
            (last.opcode, &last.fields, &last.parts) == (opcode, &fields, &parts)
        };
        if !history.last().is_some_and(same) {
            history.push(BlockStage {
                extension: &extension.short,
                opcode,
                fields,
                parts,
            });
        }
    }
    let (fields, parts) = form(&item.value);
    let value = BlockExplanation {
        kind: "block",
        name,
        opcode: item.value.opcode,
        does: words::does(item.value.kind),
        sent_by: item.value.by.map_or("both", Role::as_str),
        fields,
        parts,
        extension: &extension.short,
        since: &item.since,
        history,
        evidence: cited(&item.value.evidence),
    };
    let title = format!(
        "{name} (block), as the extension {} has it",
        value.extension
    );
    let mut sheet = Sheet::new(&title);
    sheet.paragraph(&format!("It {}.", value.does));
    let sender = item.value.by.map_or("both ends", Role::as_str);
    sheet.rows(&[
        ("opcode", value.opcode.to_string()),
        ("sent by", sender.to_owned()),
        ("bits of the first byte", value.fields.clone()),
        ("parts", value.parts.clone()),
        ("since", value.since.to_owned()),
    ]);
    if value.history.len() > 1 {
        sheet.heading("history:");
        let rows = value.history.iter().map(|stage| {
            let opcode = format!("opcode {}", stage.opcode);
            let (fields, parts) = (stage.fields.clone(), stage.parts.clone());
            vec![stage.extension.to_owned(), opcode, fields, parts]
        });
        sheet.table(&rows.collect::<Vec<_>>());
    }
    sheet.rows(&[("evidence", value.evidence.join("\n"))]);
    Some(Reading::new(&value, sheet))
}

/// The names of the kind.
pub(super) const DROP_CODE: &[&str] = &["drop-code", "drop"];

/// The drop code with this number or name, unless a close code has it too, or a range of drop codes if an extension
/// is asked about.
pub(super) fn drop_codes(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    if let Some(asked) = Span::read(word).filter(|_| atlas.dialect.is_some()) {
        return range::drop(word, asked, atlas);
    }
    match is_close_code(word, atlas) {
        true => Ok(Vec::new()),
        false => drop_code(word, atlas),
    }
}

/// The drop code with this number or name where a close code has it too: for a word that says which of them it is.
/// So does a range, which is one of close codes otherwise.
pub(super) fn same_drop_codes(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    if let Some(asked) = Span::read(word).filter(|_| atlas.dialect.is_none()) {
        return range::drop(word, asked, atlas);
    }
    match is_close_code(word, atlas) {
        true => drop_code(word, atlas),
        false => Ok(Vec::new()),
    }
}

/// Whether a draft, looked at or not, has a close code with this number or name. An extension that is asked about by
/// its name has none.
fn is_close_code(word: &str, atlas: &Atlas<'_>) -> bool {
    let number: Option<u16> = word.parse().ok();
    let mut codes = atlas
        .history
        .iter()
        .flat_map(|draft| draft.close_codes.iter());
    atlas.dialect.is_none()
        && codes.any(|(code, item)| match number {
            Some(number) => *code == number,
            None => item.value.name.eq_ignore_ascii_case(word),
        })
}

fn drop_code(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let number: Option<u16> = word.parse().ok();
    let is = |code: &u16, item: &DropCode| match number {
        Some(number) => *code == number,
        None => item.name.eq_ignore_ascii_case(word),
    };
    let all = holders(atlas, |stated| &stated.drop_codes, is);
    let Some((extension, code, item)) = all.last() else {
        return Ok(Vec::new());
    };
    let stated = extension.multiplexing.as_ref();
    let range = stated.and_then(|stated| stated.drop_range(**code));
    let rules = extension.rules.iter();
    let rules = rules.filter(|(_, rule)| {
        let outcome = rule.value.otherwise.outcome();
        outcome.drop_code() == Some(**code)
    });
    let value = CodeExplanation {
        kind: "drop-code",
        code: **code,
        name: &item.value.name,
        meaning: &item.value.meaning,
        ends: range.map(|range| words::drop_scope(range.ends)),
        extension: &extension.short,
        extensions: all.iter().map(|(one, ..)| one.short.as_str()).collect(),
        since: &item.since,
        rules: rules.map(|(id, _)| id.as_str()).collect(),
        evidence: cited(&item.value.evidence),
    };
    let title = format!(
        "{} {} (drop code), as the extension {} has it",
        value.code, value.name, value.extension
    );
    let mut sheet = Sheet::new(&title);
    sheet.paragraph(value.meaning);
    sheet.rows(&[
        ("ends", value.ends.unwrap_or_default().to_owned()),
        ("extensions", value.extensions.join(", ")),
        ("since", value.since.to_owned()),
        ("rules that lead to it", value.rules.join(", ")),
        ("evidence", value.evidence.join("\n")),
    ]);
    Ok(vec![Reading::new(&value, sheet)?])
}

//! `wsdraft explain`: everything in the database that a word stands for.

use clap::Args;
use serde_json::{Map, Value, json};

use wsdraft_exports::{facts::index, site::Addresses};

use self::{atlas::Atlas, reading::Reading, web::Web};
use crate::{failure::Failure, outcome::Outcome, output::Output, specs::Specs};

mod atlas;
mod channels;
mod code;
mod draft;
mod extension;
mod header;
mod opcode;
mod reading;
mod rule;
mod sheet;
#[cfg(test)]
mod tests;
mod topic;
mod web;

/// Explain a rule, close code, opcode, block, drop code, header field, extension, parameter, HTTP status, limit, draft,
/// the name of an error, or what a browser or library prints.
///
/// A word that stands for several things shows all of them. The kind before the word selects one:
/// `opcode 8`, `version 8`, `status 400`. A word that stands for nothing is searched for; the exit
/// status is then 1.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// What to explain: a name, a number, a range of close codes, or a text.
    #[arg(required = true, value_name = "WORD")]
    words: Vec<String>,
    /// Draft whose wording to show; by default the newest one that has it.
    #[arg(long)]
    draft: Option<String>,
    #[command(flatten)]
    web: Web,
}

type Find = fn(&str, &Atlas<'_>) -> Result<Vec<Reading>, Failure>;

/// What a word can stand for, and the names of each kind; in the order in which they are shown.
const KINDS: &[(&[&str], Find)] = &[
    (&["rule"], rule::find),
    (&["close-code", "code", "close"], code::find),
    (&["opcode"], opcode::find),
    (&["block"], channels::blocks),
    (channels::DROP_CODE, channels::drop_codes),
    (&["header", "field"], header::find),
    (&["extension"], extension::find),
    (&["parameter"], extension::parameters),
    (&["status", "http"], topic::statuses),
    (&["limit"], topic::limits),
    (&["failure", "error"], topic::failures),
    (&["ending", "end"], topic::endings),
    (&["message"], topic::messages),
    (&["draft"], draft::find),
    (&["version"], draft::versions),
    (&["subprotocol"], draft::subprotocols),
    (&["term"], topic::terms),
];

/// Explains a word, or searches for it.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let words = arguments.words.join(" ");
    let asked = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let atlas = Atlas::new(specs, arguments.draft.as_deref())?;
    let mut readings = readings(&asked, &atlas)?;
    if readings.is_empty() {
        if let Some(draft) = atlas.only {
            let everywhere = self::readings(&asked, &Atlas::new(specs, None)?)?;
            if let Some(reading) = everywhere.first() {
                let is_code = reading.kind().starts_with("close-");
                let what = match is_code && !code::has_codes(draft) {
                    true => "close codes".to_owned(),
                    false => format!("{asked:?}"),
                };
                return Err(Failure::input(format!(
                    "{} has no {what}; other drafts do: leave out --draft",
                    draft.short
                )));
            }
        }
        return search(&asked, &atlas, output);
    }
    if arguments.web.is_asked() {
        let addresses = Addresses::of(specs.database());
        arguments.web.add(&mut readings, &addresses)?;
    }
    if output.is_json() {
        output.document(&whole(readings))?;
    } else if arguments.web.is_asked() {
        output.text(&pages(&asked, &readings)?)?;
    } else {
        output.text(&text(&asked, &readings))?;
    }
    Ok(Outcome::Fine)
}

/// What the words stand for: as they are, or else the first of them names a kind.
fn readings(asked: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let mut all = Vec::new();
    for (_, find) in KINDS {
        all.extend(find(asked, atlas)?);
    }
    let Some((kind, word)) = asked.split_once(' ').filter(|_| all.is_empty()) else {
        return Ok(all);
    };
    let kind = kind.to_ascii_lowercase();
    for (_, find) in KINDS.iter().filter(|(names, _)| names.contains(&&*kind)) {
        all.extend(find(word, atlas)?);
    }
    Ok(all)
}

/// The readings as one object: the first one, and the others in it.
fn whole(readings: Vec<Reading>) -> Value {
    let mut values = readings.into_iter().map(Reading::into_json);
    let mut first = values.next().unwrap_or_else(|| Value::Object(Map::new()));
    let others: Vec<Value> = values.collect();
    if let (false, Value::Object(fields)) = (others.is_empty(), &mut first) {
        fields.insert("also".into(), others.into());
    }
    first
}

/// The pages of readings, a line for each.
fn pages(asked: &str, readings: &[Reading]) -> Result<String, Failure> {
    let mut pages: Vec<&str> = Vec::new();
    for page in readings
        .iter()
        .filter_map(|reading| reading.page.as_deref())
    {
        if !pages.contains(&page) {
            pages.push(page);
        }
    }
    if pages.is_empty() {
        return Err(Failure::input(format!(
            "the site has no page about {asked:?}"
        )));
    }
    Ok(pages.join("\n") + "\n")
}

fn text(asked: &str, readings: &[Reading]) -> String {
    let texts: Vec<&str> = readings.iter().map(|reading| &*reading.text).collect();
    match texts.as_slice() {
        [text] => (*text).to_owned(),
        texts => {
            let kinds: Vec<&str> = readings.iter().map(Reading::kind).collect();
            let head = format!("{asked} is {}:\n\n", listed(&kinds));
            head + &texts.join("\n")
        }
    }
}

/// Kinds as in "a rule, and a limit".
fn listed(kinds: &[&str]) -> String {
    let named: Vec<String> = kinds
        .iter()
        .map(|kind| {
            let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) {
                "an"
            } else {
                "a"
            };
            format!("{article} {}", kind.replace('-', " "))
        })
        .collect();
    match named.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{}, and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// Lists what comes near, for a word that stands for nothing.
fn search(asked: &str, atlas: &Atlas<'_>, output: Output) -> Result<Outcome, Failure> {
    let entries = index::entries(atlas);
    let near = index::near(asked, &entries);
    // A word that is only misspelt leads to the one that it looks like.
    let found = index::search(asked, &entries, near.is_none());
    let hint = near.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
    if found.is_empty() {
        let hint = match near {
            Some(_) => hint,
            None => {
                "; ask for one word of it, a close code such as 1006, or a status code such as 426"
                    .into()
            }
        };
        return Err(Failure::input(format!("nothing is called {asked:?}{hint}")));
    }
    if output.is_json() {
        let matches: Vec<Value> = found
            .iter()
            .map(|entry| json!({"kind": entry.kind, "name": entry.name, "summary": entry.summary}))
            .collect();
        output.document(&json!({
            "kind": "search", "word": asked, "suggestion": near, "matches": matches,
        }))?;
    } else {
        output.text(&sheet::matches(asked, &hint, &found))?;
    }
    Ok(Outcome::Findings)
}

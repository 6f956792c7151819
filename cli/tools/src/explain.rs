//! Everything in the database that a word stands for.

use serde_json::{Map, Value, json};

use wsdraft_exports::{
    facts::{codes::has_codes, index},
    site::Addresses,
    words,
};

use self::{atlas::Atlas, reading::Reading};
use crate::{
    columns,
    failure::Failure,
    outcome::Outcome,
    output::{document, printable},
    printed::Printed,
    specs::Specs,
};

mod atlas;
mod channels;
mod code;
mod draft;
mod extension;
mod header;
mod opcode;
mod range;
mod reading;
mod rule;
mod sheet;
#[cfg(test)]
mod tests;
mod topic;

type Find = fn(&str, &Atlas<'_>) -> Result<Vec<Reading>, Failure>;

/// What a word can stand for, and the names of each kind; in the order in which they are shown.
const KINDS: &[(&[&str], Find)] = &[
    (&["rule"], rule::find),
    (CLOSE_CODE, code::find),
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

/// The names of close codes as a kind.
const CLOSE_CODE: &[&str] = &["close-code", "code", "close"];

/// What a word can stand for besides if its kind is said.
const SAID: &[(&[&str], Find)] = &[
    (&["block", "opcode"], channels::blocks_by_opcode),
    (channels::DROP_CODE, channels::same_drop_codes),
];

/// The kinds of which extensions have nothing.
const OF_DRAFTS: &[&str] = &["close-code", "opcode", "header", "version"];

/// No shorter number is taken for a close code that nobody has: it may be an opcode or a version.
const DIGITS: usize = 3;

/// What a word stands for, or what comes near it.
#[derive(Debug)]
pub struct Explained<'a> {
    asked: String,
    specs: &'a Specs,
    readings: Vec<Reading>,
    /// Where it stands for nothing: the drafts that were looked at.
    searched: Option<Atlas<'a>>,
    /// Whether the addresses of the pages are printed in place of the texts.
    is_located: bool,
}

impl<'a> Explained<'a> {
    /// Explains words, or searches for them; `draft` is the one whose wording to show.
    ///
    /// # Errors
    /// If there is no such draft, or others have what it does not.
    pub fn new(words: &str, draft: Option<&'a str>, specs: &'a Specs) -> Result<Self, Failure> {
        let asked = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let atlas = Atlas::new(specs, draft)?;
        let readings = readings(&asked, &atlas)?;
        let is_empty = readings.is_empty();
        if let (true, Some(draft)) = (is_empty, atlas.named()) {
            let everywhere = self::readings(&asked, &Atlas::new(specs, None)?)?;
            // Whoever names an extension asks about extensions.
            let of_extension = |one: &&Reading| one.json["extension"].is_string();
            let mut wanted = everywhere.iter().filter(|_| atlas.dialect.is_some());
            let reading = wanted.find(of_extension).or_else(|| everywhere.first());
            if let Some(reading) = reading {
                return Err(elsewhere(&asked, draft, reading, &atlas));
            }
        }
        Ok(Self {
            asked,
            specs,
            readings,
            searched: is_empty.then_some(atlas),
            is_located: false,
        })
    }

    /// Whether the word stands for something.
    pub const fn is_known(&self) -> bool {
        self.searched.is_none()
    }

    /// Adds the addresses of the pages in the site: `whole` makes an address of one below the root. Text then has the
    /// addresses alone.
    ///
    /// # Errors
    /// What `whole` fails with.
    pub fn locate(
        &mut self,
        whole: impl Fn(&str) -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        let addresses = Addresses::of(self.specs.database());
        for reading in &mut self.readings {
            let page = addresses.find(reading.kind(), &reading.name());
            // What has no page stands on that of its extension.
            let extension = reading.json["extension"].as_str();
            let page = page.or_else(|| addresses.find("extension", extension?));
            reading.page = page.map(&whole).transpose()?;
        }
        self.is_located = true;
        Ok(())
    }

    /// What is printed: JSON, or text whose lines have this width.
    ///
    /// # Errors
    /// If nothing comes near, or if nothing of it has a page.
    pub fn print(self, json: bool, width: usize) -> Result<Printed, Failure> {
        if let Some(atlas) = &self.searched {
            return search(&self.asked, atlas, json, width);
        }
        let pages = match self.is_located {
            true => Some(pages(&self.asked, &self.readings)?),
            false => None,
        };
        let text = match (json, pages) {
            (true, _) => document(&whole(self.readings))?,
            (false, Some(pages)) => printable(&pages).into_owned(),
            (false, None) => {
                let text = text(&self.asked, &self.readings, width);
                printable(&text).into_owned()
            }
        };
        let outcome = Outcome::Fine;
        Ok(Printed { text, outcome })
    }
}

/// Says that a draft does not have what others have.
fn elsewhere(asked: &str, draft: &str, reading: &Reading, atlas: &Atlas<'_>) -> Failure {
    let lacks_all = atlas.only.is_some_and(|draft| !has_codes(draft));
    let what = match reading.kind().starts_with("close-") && lacks_all {
        true => "close codes".to_owned(),
        false => format!("{asked:?}"),
    };
    let others = match (reading.json["extension"].as_str(), atlas.dialect) {
        (Some(extension), _) => {
            format!("the extension {extension} does: name it with --draft, or leave out --draft")
        }
        (None, Some(_)) => "drafts of the protocol do: leave out --draft".into(),
        (None, None) => "other drafts do: leave out --draft".into(),
    };
    Failure::input(format!("{draft} has no {what}; {others}"))
}

/// What the words stand for: as they are, or else the first of them names a kind.
fn readings(asked: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let skipped = |names: &[&str]| atlas.dialect.is_some() && OF_DRAFTS.contains(&names[0]);
    let kinds = || KINDS.iter().filter(|(names, _)| !skipped(names));
    let mut all = Vec::new();
    for (_, find) in kinds() {
        all.extend(find(asked, atlas)?);
    }
    if !all.is_empty() {
        return Ok(all);
    }
    let split = asked.split_once(' ');
    let said = split.map(|(kind, word)| (kind.to_ascii_lowercase(), word));
    if let Some((kind, word)) = &said {
        let named = |names: &[&str]| names.contains(&&**kind);
        for (_, find) in kinds().chain(SAID).filter(|(names, _)| named(names)) {
            all.extend(find(word, atlas)?);
        }
    }
    let code = match &said {
        Some((kind, word)) if CLOSE_CODE.contains(&&**kind) => Some(*word),
        None if asked.len() >= DIGITS => Some(asked),
        Some(_) | None => None,
    };
    match code {
        Some(code) if all.is_empty() && atlas.dialect.is_none() => code::any(code, atlas),
        Some(_) | None => Ok(all),
    }
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

fn text(asked: &str, readings: &[Reading], width: usize) -> String {
    let notes = readings.iter().filter(|reading| !reading.note.is_empty());
    let notes = notes.map(|reading| columns::paragraph(&reading.note, "", "", width) + "\n");
    let notes: String = notes.collect();
    let texts = readings.iter().map(|reading| reading.sheet.text(width));
    let texts: Vec<String> = texts.collect();
    match texts.as_slice() {
        [text] => notes + text,
        texts => {
            let kinds: Vec<&str> = readings.iter().map(Reading::kind).collect();
            let ranges = kinds.iter().all(|kind| kind.ends_with("-range"));
            let verb = if ranges { "touches" } else { "is" };
            let head = format!("{asked} {verb} {}:\n\n", listed(&kinds));
            notes + &head + &texts.join("\n")
        }
    }
}

/// Kinds as in "a rule, and 2 opcodes".
fn listed(kinds: &[&str]) -> String {
    let runs = kinds.chunk_by(|one, next| one == next);
    let named: Vec<String> = runs
        .map(|run| {
            let kind = run[0].replace('-', " ");
            match run.len() {
                1 if kind.starts_with(['a', 'e', 'i', 'o', 'u']) => format!("an {kind}"),
                1 => format!("a {kind}"),
                several => words::count(several as u64, &kind),
            }
        })
        .collect();
    match named.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{}, and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// Lists what comes near, for a word that stands for nothing.
fn search(asked: &str, atlas: &Atlas<'_>, json: bool, width: usize) -> Result<Printed, Failure> {
    let entries = index::entries(atlas);
    let near = index::near(asked, &entries);
    // A word that is only misspelt leads to the one that it looks like.
    let found = index::search(asked, &entries, near.is_none());
    let range = asked.rsplit(' ').next().unwrap_or_default();
    let nowhere = range::nowhere(range, atlas);
    let hint = match (near, &nowhere) {
        (Some(near), _) => format!("; did you mean {near:?}?"),
        (None, Some(codes)) => format!("; {codes} of close codes"),
        (None, None) => String::new(),
    };
    if found.is_empty() {
        let hint = match (near, nowhere) {
            (Some(_), _) | (None, Some(_)) => hint,
            (None, None) => {
                "; ask for one word of it, a close code such as 1006, or a status code such as 426"
                    .into()
            }
        };
        return Err(Failure::input(format!("nothing is called {asked:?}{hint}")));
    }
    let text = match json {
        true => {
            let matches: Vec<Value> = found
                .iter()
                .map(|entry| json!({"kind": entry.kind, "name": entry.name, "summary": entry.summary}))
                .collect();
            document(&json!({
                "kind": "search", "word": asked, "suggestion": near, "matches": matches,
            }))?
        }
        false => printable(&sheet::matches(asked, &hint, &found, width)).into_owned(),
    };
    let outcome = Outcome::Findings;
    Ok(Printed { text, outcome })
}

//! Ranges of close codes and of drop codes.

use serde::Serialize;
use wsdraft_exports::facts::codes;
use wsdraft_spec::{Registry, extension::ResolvedMultiplexing};

use super::{
    atlas::Atlas,
    reading::{Reading, cited},
    sheet::Sheet,
};
use crate::{failure::Failure, words};

#[derive(Serialize)]
struct Explanation<'a> {
    kind: &'static str,
    from: u16,
    to: u16,
    /// The range that was asked about, which may be another one.
    asked: Span,
    #[serde(flatten)]
    of: Of<'a>,
    /// The codes that both ranges contain and that are known.
    codes: Vec<Code<'a>>,
    evidence: Vec<String>,
}

/// Whose codes they are, or what they end; and in what.
#[derive(Serialize)]
#[serde(untagged)]
enum Of<'a> {
    Draft {
        usage: &'static str,
        draft: &'a str,
    },
    Extension {
        ends: &'static str,
        extension: &'a str,
    },
}

#[derive(Serialize)]
struct Code<'a> {
    code: u16,
    name: &'a str,
    /// What it means; `None` for one that is registered and that no draft defines.
    meaning: Option<&'a str>,
}

/// Codes from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Span {
    from: u16,
    to: u16,
}

impl Span {
    /// A range as somebody writes it; `None` for a word that is none.
    ///
    /// # Errors
    /// The range ends before it begins.
    pub(super) fn read(word: &str) -> Result<Option<Self>, Failure> {
        let ends = word.split_once(['-', '–']);
        let ends = ends.map(|(from, to)| (from.trim().parse(), to.trim().parse()));
        match ends {
            Some((Ok(from), Ok(to))) if from <= to => Ok(Some(Self { from, to })),
            Some((Ok(from), Ok(to))) => {
                let (from, to): (u16, u16) = (from, to);
                Err(Failure::input(format!(
                    "the range {from}-{to} ends before it begins; {to}-{from} is one"
                )))
            }
            _ => Ok(None),
        }
    }

    const fn has(self, code: u16) -> bool {
        self.from <= code && code <= self.to
    }

    /// The codes that both have.
    fn shared(self, other: Self) -> Option<Self> {
        let (from, to) = (self.from.max(other.from), self.to.min(other.to));
        (from <= to).then_some(Self { from, to })
    }

    /// Which of the codes that were asked about are in the range, where these are not the whole of it.
    fn told(self, range: Self) -> Option<String> {
        let shared = self.shared(range).filter(|_| self != range)?;
        let codes = match shared.from == shared.to {
            true => shared.from.to_string(),
            false => format!("{} to {}", shared.from, shared.to),
        };
        let asked = match shared == self {
            true => String::new(),
            false => format!(" of {} to {}", self.from, self.to),
        };
        Some(match (shared == range, shared.from == shared.to) {
            (true, _) => format!("All of this range is in {} to {}.", self.from, self.to),
            (false, true) => format!("The code {codes}{asked} is in this range."),
            (false, false) => format!("The codes {codes}{asked} are a part of this range."),
        })
    }
}

/// The ranges of close codes that these codes are in, and what is known of them.
pub(super) fn close(asked: Span, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let Some(draft) = atlas.current() else {
        return Ok(Vec::new());
    };
    let Some(all) = &draft.close_ranges else {
        return Ok(Vec::new());
    };
    let ranges = all.value.ranges.iter().filter_map(|range| {
        let span = Span {
            from: range.from,
            to: range.to,
        };
        let of = Of::Draft {
            usage: words::range(range.usage),
            draft: &draft.short,
        };
        let known = |shared| close_codes(shared, atlas);
        explain(
            "close-range",
            (asked, span),
            of,
            known,
            cited(&all.value.evidence),
        )
    });
    ranges.collect()
}

/// The close codes that a draft or IANA has.
fn close_codes<'a>(span: Span, atlas: &Atlas<'a>) -> Vec<Code<'a>> {
    let drafts = atlas.drafts();
    let registry = Registry::find(codes::REGISTRY);
    let codes = (span.from..=span.to).filter_map(|code| {
        let mut newest = drafts.iter().rev();
        let fact = newest.find_map(|draft| draft.close_codes.get(&code));
        let registered = registry.and_then(|registry| registry.get(&code.to_string()));
        let (name, meaning) = match (fact, registered) {
            (Some(fact), _) => (&fact.value.name, Some(fact.value.meaning.as_str())),
            (None, Some(entry)) => (&entry.name, None),
            (None, None) => return None,
        };
        Some(Code {
            code,
            name,
            meaning,
        })
    });
    codes.collect()
}

/// The ranges of drop codes that these codes are in, as the newest extension that has some has them.
pub(super) fn drop(asked: Span, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let Some((extension, stated)) = holder(atlas, |stated| stated.drops.is_some()) else {
        return Ok(Vec::new());
    };
    let ranges = stated.drops.iter().flat_map(|all| {
        let ranges = all.value.ranges.iter();
        ranges.map(|range| (range, cited(&all.value.evidence)))
    });
    let ranges = ranges.filter_map(|(range, evidence)| {
        let span = Span {
            from: range.from,
            to: range.to,
        };
        let of = Of::Extension {
            ends: words::multiplex::drop_scope(range.ends),
            extension,
        };
        let known = |shared| drop_codes(shared, stated);
        explain("drop-range", (asked, span), of, known, evidence)
    });
    ranges.collect()
}

fn drop_codes(span: Span, stated: &ResolvedMultiplexing) -> Vec<Code<'_>> {
    let codes = stated.drop_codes.iter();
    let mut codes: Vec<Code<'_>> = codes
        .filter(|(code, _)| span.has(**code))
        .map(|(code, item)| Code {
            code: *code,
            name: &item.value.name,
            meaning: Some(&item.value.meaning),
        })
        .collect();
    codes.sort_by_key(|code| code.code);
    codes
}

/// A range, if it has some of the codes that were asked about.
fn explain<'a>(
    kind: &'static str,
    (asked, range): (Span, Span),
    of: Of<'a>,
    known: impl FnOnce(Span) -> Vec<Code<'a>>,
    evidence: Vec<String>,
) -> Option<Result<Reading, Failure>> {
    let value = Explanation {
        kind,
        from: range.from,
        to: range.to,
        asked,
        of,
        codes: known(asked.shared(range)?),
        evidence,
    };
    let (codes, holder, about) = match &value.of {
        Of::Draft { usage, draft } => {
            let about = format!("These codes are {usage}.");
            ("close codes", (*draft).to_owned(), about)
        }
        Of::Extension { ends, extension } => {
            let about = format!("What these codes end: {ends}.");
            ("drop codes", format!("the extension {extension}"), about)
        }
    };
    let title = format!(
        "{} to {} ({codes}), as {holder} has it",
        range.from, range.to
    );
    let mut sheet = Sheet::new(&title);
    if let Some(told) = asked.told(range) {
        sheet.paragraph(&told);
    }
    sheet.paragraph(&about);
    if value.codes.is_empty() {
        sheet.paragraph("No single code of them is known.");
    } else {
        sheet.heading("known codes:");
        let rows = value.codes.iter().map(|code| {
            let meaning = code.meaning.unwrap_or("registered with IANA");
            vec![
                code.code.to_string(),
                code.name.to_owned(),
                meaning.to_owned(),
            ]
        });
        sheet.table(&rows.collect::<Vec<_>>());
    }
    sheet.rows(&[("evidence", value.evidence.join("\n"))]);
    Some(Reading::new(&value, sheet))
}

/// The newest extension that states this, and all that it states.
fn holder<'a>(
    atlas: &Atlas<'a>,
    is: impl Fn(&ResolvedMultiplexing) -> bool,
) -> Option<(&'a str, &'a ResolvedMultiplexing)> {
    let mut extensions = atlas.extensions().into_iter().rev();
    extensions.find_map(|extension| {
        let stated = extension
            .multiplexing
            .as_ref()
            .filter(|stated| is(stated))?;
        Some((extension.short.as_str(), stated))
    })
}

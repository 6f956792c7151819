//! Ranges of close codes and of drop codes.

use serde::Serialize;
use wsdraft_exports::facts::codes;
use wsdraft_spec::{Registry, extension::ResolvedMultiplexing, sort};

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
    /// A range as somebody writes it, also where it ends before it begins; `None` for a word that is none.
    pub(super) fn read(word: &str) -> Option<Self> {
        let (one, other) = ends(word)?;
        Some(Self {
            from: one.min(other),
            to: one.max(other),
        })
    }

    /// What to say of all the codes, where these are the ranges that there are.
    fn noted(self, word: &str, known: impl Iterator<Item = Self>) -> String {
        let turned = ends(word).is_some_and(|(from, to)| from > to);
        let turned = turned.then(|| {
            let Self { from, to } = self;
            format!("{word} ends before it begins: this is about {from} to {to}.")
        });
        let outside = self.nowhere(known).map(|codes| format!("{codes}."));
        let notes: Vec<String> = turned.into_iter().chain(outside).collect();
        notes.join(" ")
    }

    /// Which of the codes are in no range, if some are.
    fn nowhere(self, known: impl Iterator<Item = Self>) -> Option<String> {
        let outside = self.outside(known);
        let verb = match &*outside {
            [] => return None,
            [one] if one.from == one.to => "is",
            _ => "are",
        };
        let codes: Vec<String> = outside.into_iter().map(Self::written).collect();
        Some(format!("{} {verb} in no range", codes.join(" and ")))
    }

    /// The codes that are in none of these ranges.
    fn outside(self, known: impl Iterator<Item = Self>) -> Vec<Self> {
        let mut left = vec![self];
        for range in known {
            let cut = left.into_iter().flat_map(|span| {
                let below = range
                    .from
                    .checked_sub(1)
                    .map(|end| (span.from, span.to.min(end)));
                let above = range
                    .to
                    .checked_add(1)
                    .map(|start| (span.from.max(start), span.to));
                [below, above]
            });
            let rest = cut.flatten().filter(|(from, to)| from <= to);
            left = rest.map(|(from, to)| Self { from, to }).collect();
        }
        left
    }

    fn written(self) -> String {
        match self.from == self.to {
            true => self.from.to_string(),
            false => format!("{} to {}", self.from, self.to),
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
        let codes = shared.written();
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

/// Both numbers of a range as somebody writes it.
fn ends(word: &str) -> Option<(u16, u16)> {
    let (one, other) = word.split_once(['-', '–'])?;
    one.trim().parse().ok().zip(other.trim().parse().ok())
}

/// Says once, before what is known of each range, what is to be said of all that was asked about.
fn noted(
    (word, asked): (&str, Span),
    known: impl Iterator<Item = Span>,
    readings: impl Iterator<Item = Result<Reading, Failure>>,
) -> Result<Vec<Reading>, Failure> {
    let mut readings: Vec<Reading> = readings.collect::<Result<_, _>>()?;
    if let Some(first) = readings.first_mut() {
        first.note = asked.noted(word, known);
    }
    Ok(readings)
}

/// Which close codes of a range are in none that is known; `None` for another word.
pub(super) fn nowhere(word: &str, atlas: &Atlas<'_>) -> Option<String> {
    let asked = Span::read(word).filter(|_| atlas.dialect.is_none())?;
    let ranges = &atlas.current()?.close_ranges.as_ref()?.value.ranges;
    let known = ranges.iter().map(|range| Span {
        from: range.from,
        to: range.to,
    });
    asked.nowhere(known)
}

/// The ranges of close codes that these codes are in, and what is known of them.
pub(super) fn close(word: &str, asked: Span, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let Some(draft) = atlas.current() else {
        return Ok(Vec::new());
    };
    let Some(all) = &draft.close_ranges else {
        return Ok(Vec::new());
    };
    let known = all.value.ranges.iter().map(|range| Span {
        from: range.from,
        to: range.to,
    });
    let ranges = all.value.ranges.iter().zip(known.clone());
    let ranges = ranges.filter_map(|(range, span)| {
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
    noted((word, asked), known, ranges)
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
pub(super) fn drop(word: &str, asked: Span, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let Some((extension, stated)) = holder(atlas, |stated| stated.drops.is_some()) else {
        return Ok(Vec::new());
    };
    let ranges = stated.drops.iter().flat_map(|all| {
        let ranges = all.value.ranges.iter();
        ranges.map(|range| {
            let span = Span {
                from: range.from,
                to: range.to,
            };
            (range, span, cited(&all.value.evidence))
        })
    });
    let known = ranges.clone().map(|(_, span, _)| span);
    let ranges = ranges.filter_map(|(range, span, evidence)| {
        let of = Of::Extension {
            ends: words::multiplex::drop_scope(range.ends),
            extension,
        };
        let known = |shared| drop_codes(shared, stated);
        explain("drop-range", (asked, span), of, known, evidence)
    });
    noted((word, asked), known, ranges)
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
    sort::by_key(&mut codes, |code| code.code);
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

//! Which cases are played, and which verdicts are allowed.

use std::iter;

use clap::Args;
use wsdraft_conformance::{Case, Suite};
use wsdraft_spec::did_you_mean;

use crate::failure::Failure;

/// Which cases are played, and which verdicts are allowed.
#[derive(Debug, Args)]
pub(super) struct Selection {
    /// Play only these cases; can be repeated.
    ///
    /// The id of a rule, or a pattern for ids of cases in which `*` stands for any text, such as
    /// `closing/*`. `autobahn:7.9.*` selects what covers cases of the Autobahn testsuite.
    #[arg(long, value_name = "RULE|PATTERN")]
    only: Vec<String>,
    /// Leave these cases out; can be repeated.
    #[arg(long, value_name = "RULE|PATTERN")]
    exclude: Vec<String>,
    /// Fail for lenient verdicts, too.
    #[arg(long)]
    strict: bool,
}

/// What selects cases of the Autobahn testsuite.
const AUTOBAHN: &str = "autobahn:";

impl Selection {
    /// Keeps the selected cases.
    pub(super) fn apply(&self, suite: &mut Suite) -> Result<(), Failure> {
        for (option, patterns) in [("--only", &self.only), ("--exclude", &self.exclude)] {
            for pattern in patterns {
                if !suite.cases.iter().any(|case| selects(pattern, case)) {
                    let hint = near(pattern, suite);
                    return Err(Failure::input(format!(
                        "{option}: no case matches {pattern:?}{hint}"
                    )));
                }
            }
        }
        let any = |patterns: &[String], case: &Case| {
            patterns.iter().any(|pattern| selects(pattern, case))
        };
        suite.cases.retain(|case| {
            (self.only.is_empty() || any(&self.only, case)) && !any(&self.exclude, case)
        });
        if suite.cases.is_empty() {
            return Err(Failure::input("no case is left to play"));
        }
        if !suite.cases.iter().any(Case::is_played) {
            return Err(Failure::input(
                "these cases judge what the peer sends in other cases: select some of those too, such as --only 'echo/*'",
            ));
        }
        Ok(())
    }

    /// Whether no lenient verdict is allowed.
    pub(super) const fn is_strict(&self) -> bool {
        self.strict
    }

    /// Whether some cases may be left out.
    pub(super) fn is_limited(&self) -> bool {
        !self.only.is_empty() || !self.exclude.is_empty()
    }

    /// Whether the cases to play are named.
    pub(super) fn is_explicit(&self) -> bool {
        !self.only.is_empty()
    }
}

/// What a pattern that matches nothing may stand for: a rule, a section or a case.
fn near(pattern: &str, suite: &Suite) -> String {
    let cases = &suite.cases;
    let rules = || cases.iter().flat_map(|case| &case.rules);
    let played = |name: &str| cases.iter().any(|case| case.section == name);
    let sections = suite.sections.iter().map(|(name, _)| name.as_str());
    let sections: Vec<&str> = sections.filter(|name| played(name)).collect();
    let start = pattern.split(['/', '*']).next().unwrap_or_default();
    if sections.contains(&start) && !pattern.contains(['/', '*']) {
        return format!("; did you mean \"{start}/*\"?");
    }
    let words = pattern.split('/').filter(|word| !word.contains('*'));
    let rule = words.map(|word| did_you_mean(word, rules().map(String::as_str)));
    let section = || did_you_mean(start, sections.iter().copied());
    let id = || did_you_mean(pattern, cases.iter().map(|case| case.id.as_str()));
    let mut hints = rule
        .chain(iter::once_with(section))
        .chain(iter::once_with(id));
    hints
        .find(|hint| !hint.is_empty())
        .unwrap_or_else(|| format!("; the sections are {}", sections.join(", ")))
}

fn selects(pattern: &str, case: &Case) -> bool {
    if let Some(numbers) = pattern.strip_prefix(AUTOBAHN) {
        let mut covered = case.autobahn.iter();
        return covered.any(|covered| matches(numbers, covered) || matches(covered, numbers));
    }
    case.rules.iter().any(|rule| rule == pattern) || matches(pattern, &case.id)
}

/// Whether text matches a pattern in which `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(start) else {
        return false;
    };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        match text.find(piece) {
            Some(at) => text = &text[at + piece.len()..],
            None => return false,
        }
    }
    text.ends_with(last)
}

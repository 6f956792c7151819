//! Scenarios: conversations that test an endpoint for conformance, as data.
//!
//! A scenario knows neither a wire format nor a draft: it names kinds of frames, and rules by their
//! ids. Whoever plays it writes the frames of the draft under test.
//!
//! ```
//! let sections = wsdraft_spec::Scenarios::built_in()?;
//! assert!(sections.iter().any(|section| !section.scenarios.is_empty()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::OnceLock,
};

mod model;
mod payload;
mod weight;

pub use self::model::{
    Answer, Choice, Fillers, FrameKind, Meaning, Opened, Opening, Part, Payload, Repeated,
    Scenario, Scenarios, Spelling, Step, Tolerated,
};
use crate::{
    database::Database,
    diagnostic::{Diagnostics, did_you_mean},
    file::{self, LoadError, Origin, Source},
    files::files_in,
    locate::Path as Place,
    sort,
    vocabulary::Role,
};

impl Scenarios {
    /// The built-in sections, in the order of their files.
    ///
    /// # Errors
    /// All errors in the built-in files. A released database has none.
    pub fn built_in() -> Result<&'static [Self], &'static Diagnostics> {
        static BUILT_IN: OnceLock<Result<Vec<Scenarios>, Diagnostics>> = OnceLock::new();
        let loaded =
            BUILT_IN.get_or_init(|| Self::load_all(files_in("scenarios"), Origin::BuiltIn, None));
        loaded.as_ref().map(Vec::as_slice)
    }

    /// Reads the sections in the RON files of a folder, in the order of their names, or in one file.
    /// Each rule that they name is one of this database.
    ///
    /// # Errors
    /// The folder or a file cannot be read, or contains errors, or there is no file.
    pub fn read(place: &Path, database: &Database) -> Result<Vec<Self>, LoadError> {
        let files = if place.is_file() {
            vec![place.to_owned()]
        } else {
            file::ron_files(place)?
        };
        let sources: Result<Vec<Source>, LoadError> =
            files.iter().map(|file| file::read(file)).collect();
        Ok(Self::load_all(
            sources?,
            Origin::Own,
            Some(&known(database)),
        )?)
    }

    /// Whether a place is a file of scenarios, or a folder with one.
    #[must_use]
    pub fn are_at(place: &Path) -> bool {
        let is_one = |file: &PathBuf| {
            file::read(file)
                .is_ok_and(|source| file::first_words(&source.text).next() == Some("Scenarios"))
        };
        if place.is_file() {
            is_one(&place.to_owned())
        } else {
            file::ron_files(place).is_ok_and(|files| files.iter().any(is_one))
        }
    }

    /// Reads sections from files.
    ///
    /// # Errors
    /// All errors in the files.
    pub fn load(sources: impl IntoIterator<Item = Source>) -> Result<Vec<Self>, Diagnostics> {
        Self::load_all(sources, Origin::Own, None)
    }

    /// Reads sections from files. Where rules are `known`, no other one may be named.
    fn load_all(
        sources: impl IntoIterator<Item = Source>,
        origin: Origin,
        known: Option<&BTreeSet<&str>>,
    ) -> Result<Vec<Self>, Diagnostics> {
        let (mut sections, mut errors) = (Vec::<Self>::new(), Vec::new());
        let mut names = BTreeSet::new();
        for source in sources {
            let section = match file::value::<Self>(&source, origin).0 {
                Ok(section) => section,
                Err(error) => {
                    errors.push(error);
                    continue;
                }
            };
            let mut report = |path: Place, message: String| {
                file::report(&mut errors, &source, 0, &path, message);
            };
            section.check(&mut report);
            if let Some(known) = known {
                section.check_rules(known, &mut report);
            }
            if !names.insert(section.section.clone()) {
                let path = Place::root().field("section");
                report(path, "there is already a section with this name".into());
            }
            sections.push(section);
        }
        if errors.is_empty() {
            Ok(sections)
        } else {
            Err(Diagnostics(errors))
        }
    }

    /// Checks that some draft or extension has each rule.
    fn check_rules(&self, known: &BTreeSet<&str>, report: &mut dyn FnMut(Place, String)) {
        let mut check = |path: Place, rule: &str| {
            if !known.contains(rule) {
                let hint = did_you_mean(rule, known.iter().copied());
                report(
                    path,
                    format!("no draft or extension has the rule {rule:?}{hint}"),
                );
            }
        };
        for rule in self.tolerated.keys() {
            check(Place::root().field("tolerated").key(rule), rule);
        }
        for rule in self.repeated.keys() {
            check(Place::root().field("repeated").key(rule), rule);
        }
        for (case, rules) in self.covered.iter() {
            let path = || Place::root().field("covered").key(case);
            rules.iter().for_each(|rule| check(path(), rule));
        }
        for (name, scenario) in self.scenarios.iter() {
            let path = || Place::root().field("scenarios").key(name).field("rules");
            let rules = scenario.rules.iter();
            rules.for_each(|rule| check(path(), rule));
        }
    }

    fn check(&self, report: &mut dyn FnMut(Place, String)) {
        let root = Place::root();
        if !is_name(&self.section) {
            report(root.field("section"), NAME.into());
        }
        let tolerated = self.tolerated.iter().map(|(rule, one)| {
            let path = Place::root().field("tolerated").key(rule);
            (path, &one.why, &one.evidence)
        });
        let repeated = self.repeated.iter().map(|(rule, one)| {
            let path = Place::root().field("repeated").key(rule);
            (path, &one.why, &one.evidence)
        });
        for (path, why, evidence) in tolerated.chain(repeated) {
            if evidence.is_empty() {
                let path = path.clone().field("evidence");
                report(path, "a tolerated rule needs evidence".into());
            }
            sentence(why, path.field("why"), report);
        }
        for (case, rules) in self.covered.iter() {
            let path = || Place::root().field("covered").key(case);
            if rules.is_empty() {
                report(path(), "a case is covered by one rule at least".into());
            }
            case_number(case, path(), report);
        }
        for (case, reason) in self.uncovered.iter() {
            let path = || Place::root().field("uncovered").key(case);
            sentence(reason, path(), report);
            case_number(case, path(), report);
        }
        for (name, scenario) in self.scenarios.iter() {
            let path = || Place::root().field("scenarios").key(name);
            if !is_name(name) {
                report(path(), NAME.into());
            }
            sentence(&scenario.summary, path().field("summary"), report);
            if scenario.evidence.is_empty() {
                report(path().field("evidence"), "a scenario needs evidence".into());
            }
            for case in &scenario.autobahn {
                case_number(case, path().field("autobahn"), report);
            }
            for name in scenario.each.keys().filter(|name| !is_name(name)) {
                report(path().field("each").key(name), NAME.into());
            }
            if let Err(problem) = scenario.played() {
                report(path().field("steps"), problem);
            }
        }
    }
}

impl Scenario {
    /// Whether what is sent to the peer breaks a rule.
    #[must_use]
    pub fn breaks_a_rule(&self) -> bool {
        fn breaks(step: &Step) -> bool {
            match step {
                Step::Breaks(_) | Step::BreaksAtOnce(..) => true,
                Step::Repeat(_, steps) => steps.iter().any(breaks),
                Step::Send(_)
                | Step::Chopped(..)
                | Step::Expect(_)
                | Step::OneOf(_)
                | Step::Probe
                | Step::Wait(_)
                | Step::HalfClose => false,
            }
        }
        self.breaks_more_than_frames() || self.steps.iter().any(breaks)
    }

    /// Whether what is sent to the peer breaks a rule by more than its frames: by the opening handshake,
    /// or by bytes that are no frame.
    #[must_use]
    pub fn breaks_more_than_frames(&self) -> bool {
        fn raw(step: &Step) -> bool {
            match step {
                Step::Send(parts) | Step::Chopped(_, parts) => is_raw(parts),
                Step::Repeat(_, steps) => steps.iter().any(raw),
                Step::BreaksAtOnce(_, parts) => is_raw(parts),
                Step::Expect(_)
                | Step::OneOf(_)
                | Step::Breaks(_)
                | Step::Probe
                | Step::Wait(_)
                | Step::HalfClose => false,
            }
        }
        // A client must not send frames before it has received the response.
        let early = self.subject == Some(Role::Server) && !self.opening.along.is_empty();
        early
            || is_raw(&self.opening.along)
            || self.steps.iter().any(raw)
            || matches!(self.opening.outcome, Opened::Refused(_))
    }

    /// Checks what the steps need of each other.
    fn played(&self) -> Result<(), String> {
        let refused = matches!(self.opening.outcome, Opened::Refused(_));
        if refused && self.rules.is_empty() {
            return Err("a handshake that the peer must refuse needs a rule".into());
        }
        if refused && !self.steps.is_empty() {
            return Err("no steps follow a handshake that the peer must refuse".into());
        }
        if self.opening.declined && self.opening.extensions.is_none() {
            return Err("the opening names no extensions that the peer could decline".into());
        }
        self.steps.iter().try_for_each(|step| self.fits(step))
    }

    fn fits(&self, step: &Step) -> Result<(), String> {
        match step {
            Step::Send(parts) if parts.is_empty() => Err("nothing is sent".into()),
            Step::Chopped(0, _) => Err("a write has at least one byte".into()),
            Step::Send(parts) | Step::Chopped(_, parts) if parts.iter().any(is_endless) => {
                Err("a frame of a fragmented message has at least one byte".into())
            }
            Step::Repeat(0, _) => Err("steps are repeated at least once".into()),
            Step::Repeat(_, steps) => steps.iter().try_for_each(|step| self.fits(step)),
            Step::Expect(answers) if answers.is_empty() => Err("nothing is expected".into()),
            Step::OneOf(choices) if choices.is_empty() => Err("no answer is listed".into()),
            Step::OneOf(choices) => choices.iter().try_for_each(|choice| {
                let explained = choice.means == Meaning::Strict || !choice.why.is_empty();
                if explained {
                    Ok(())
                } else {
                    Err("an answer that is not strict needs a reason".into())
                }
            }),
            Step::Breaks(rule) | Step::BreaksAtOnce(rule, _) if !self.rules.contains(rule) => {
                Err(format!("`rules` does not list {rule:?}"))
            }
            Step::Send(_)
            | Step::Chopped(..)
            | Step::Expect(_)
            | Step::Breaks(_)
            | Step::BreaksAtOnce(..)
            | Step::Probe
            | Step::Wait(_)
            | Step::HalfClose => Ok(()),
        }
    }
}

/// Whether there are bytes in place of a frame.
fn is_raw(parts: &[Part]) -> bool {
    parts.iter().any(|part| matches!(part, Part::Raw(_)))
}

/// The rules of all drafts and extensions.
fn known(database: &Database) -> BTreeSet<&str> {
    let drafts = database.drafts().into_iter();
    let drafts = drafts.filter_map(|draft| database.resolved(&draft.short));
    let of_drafts = drafts.flat_map(|draft| draft.rules.keys());
    let extensions = database.extensions().iter();
    let of_extensions = extensions.flat_map(|extension| extension.rules.keys());
    sort::set(of_drafts.chain(of_extensions).map(String::as_str))
}

/// Whether a message would have no end, since its frames are empty.
fn is_endless(part: &Part) -> bool {
    matches!(
        part,
        Part::Fragmented { size: 0, .. } | Part::Coded { frames: 0, .. }
    )
}

/// Checks the number of a case in the Autobahn testsuite.
fn case_number(case: &str, path: Place, report: &mut dyn FnMut(Place, String)) {
    let part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let digits = case.strip_suffix(".*").unwrap_or(case);
    if !digits.split('.').all(part) {
        report(
            path,
            format!("{case:?} is not the number of a case, such as 5.6 or 12.1.*"),
        );
    }
}

/// What a name has to be.
const NAME: &str = "a name consists of lower-case letters, digits, hyphens and full stops";

fn is_name(name: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    !name.is_empty() && name.bytes().all(allowed)
}

fn sentence(text: &str, path: Place, report: &mut dyn FnMut(Place, String)) {
    if !text.ends_with('.') || !text.starts_with(char::is_uppercase) {
        report(
            path,
            "write a sentence: it starts with a capital letter and ends with a full stop".into(),
        );
    }
}

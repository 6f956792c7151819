//! What people meet beside the drafts, as data: causes of close codes, HTTP statuses, limits, names of errors,
//! texts of other software, and terms.
//!
//! A draft says what a close code means. A topic says who reports it, why, and what to look at next.

use std::{
    path::{Path as FilePath, PathBuf},
    sync::OnceLock,
};

use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    file::{self, LoadError, Origin, Source},
    files::files_in,
    locate::Path,
    sources,
    table::Table,
    vocabulary::Evidence,
};

/// Topics of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Topics {
    /// What they are.
    pub subject: Subject,
    /// Names of sources that the file cites more than once.
    #[serde(default, deserialize_with = "sources::table", skip_serializing)]
    pub sources: Table<String, Evidence>,
    /// The topics, by the number or name that people meet.
    pub entries: Table<String, Topic>,
}

/// What a topic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Subject {
    /// A close code, beside what the drafts say of it.
    CloseCode,
    /// A status code of HTTP, as the response to a request for an upgrade.
    Status,
    /// A limit of this implementation.
    Limit,
    /// A name for the failure of an opening handshake, in errors, logs and metrics.
    Failure,
    /// A name for the end of a connection, in logs and metrics.
    Ending,
    /// What other software prints.
    Message,
    /// A term of the protocol.
    Term,
}

/// What people meet, and what is behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Other names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// A title, for example the phrase of a status code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it says, in sentences.
    #[serde(deserialize_with = "prose")]
    pub text: String,
    /// What reports it.
    #[serde(
        default,
        deserialize_with = "optional_prose",
        skip_serializing_if = "Option::is_none"
    )]
    pub reporter: Option<String>,
    /// The usual causes, the most likely first. The order is a judgement; each cause has evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause>,
    /// What to run next, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// What else to look up: names of rules, codes, topics and the like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub see: Vec<String>,
    /// Evidence, strongest first.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// A cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// The cause, in a sentence.
    #[serde(deserialize_with = "prose")]
    pub text: String,
    /// Evidence, strongest first.
    #[serde(deserialize_with = "sources::list")]
    pub evidence: Vec<Evidence>,
}

/// A command to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The command. Words in capitals such as `URL` and `FILE` stand for what the reader puts there.
    pub run: String,
    /// What it tells.
    #[serde(deserialize_with = "prose")]
    pub tells: String,
}

/// Text that may stand in several lines: white space between its words is one space.
fn prose<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let written = String::deserialize(deserializer)?;
    Ok(written.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The same, where there may be none.
fn optional_prose<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    prose(deserializer).map(Some)
}

/// What each command begins with.
const COMMAND: &str = "wsdraft ";

impl Topics {
    /// The built-in topics.
    ///
    /// # Errors
    /// All errors in the built-in files. A released database has none.
    pub fn built_in() -> Result<&'static [Self], &'static Diagnostics> {
        static BUILT_IN: OnceLock<Result<Vec<Topics>, Diagnostics>> = OnceLock::new();
        let loaded = BUILT_IN.get_or_init(|| Self::load_all(files_in("topics"), Origin::BuiltIn));
        loaded.as_ref().map(Vec::as_slice)
    }

    /// Reads topics from files.
    ///
    /// # Errors
    /// All errors in the files.
    pub fn load(files: impl IntoIterator<Item = Source>) -> Result<Vec<Self>, Diagnostics> {
        Self::load_all(files, Origin::Own)
    }

    fn load_all(
        files: impl IntoIterator<Item = Source>,
        origin: Origin,
    ) -> Result<Vec<Self>, Diagnostics> {
        let (mut all, mut errors) = (Vec::<Self>::new(), Vec::new());
        for source in files {
            let (read, unused) = file::value::<Self>(&source, origin);
            let topics = match read {
                Ok(topics) => topics,
                Err(error) => {
                    errors.push(error);
                    continue;
                }
            };
            let known = all.iter().filter(|one| one.subject == topics.subject);
            let names = known.flat_map(Self::names).map(str::to_owned).collect();
            errors.extend(topics.check(&source, &unused, names));
            all.push(topics);
        }
        if errors.is_empty() {
            Ok(all)
        } else {
            Err(Diagnostics(errors))
        }
    }

    /// Reads a file, or the `*.ron` files of a folder.
    ///
    /// # Errors
    /// If a file cannot be read, or contains errors.
    pub fn read(place: &FilePath) -> Result<Vec<Self>, LoadError> {
        let files = if place.is_file() {
            vec![place.to_owned()]
        } else {
            file::ron_files(place)?
        };
        let sources: Result<Vec<Source>, LoadError> =
            files.iter().map(|file| file::read(file)).collect();
        Ok(Self::load(sources?)?)
    }

    /// Whether a file has topics.
    #[must_use]
    pub fn are_in(source: &Source) -> bool {
        file::first_words(&source.text).next() == Some("Topics")
    }

    /// Whether a place is a file of topics, or a folder with one.
    #[must_use]
    pub fn are_at(place: &FilePath) -> bool {
        let is_one = |file: &PathBuf| file::read(file).is_ok_and(|source| Self::are_in(&source));
        if place.is_file() {
            is_one(&place.to_owned())
        } else {
            file::ron_files(place).is_ok_and(|files| files.iter().any(is_one))
        }
    }

    /// What is wrong with the topics of a file, beside those with these names.
    fn check(&self, source: &Source, unused: &[String], mut known: Vec<String>) -> Vec<Diagnostic> {
        let mut errors = Vec::new();
        let mut report = |path: Path, message: &str| {
            file::report(&mut errors, source, 0, &path, message.into());
        };
        let root = Path::root();
        for name in self.sources.keys().filter(|name| unused.contains(name)) {
            let path = root.field("sources").key(name);
            report(path, "nothing in this file cites it; omit it");
        }
        for (key, topic) in self.entries.iter() {
            let at = root.field("entries").key(key);
            for name in std::iter::once(key).chain(&topic.names) {
                if known.contains(name) {
                    report(at.clone(), "there is already a topic with this name");
                }
                known.push(name.clone());
            }
            if self.subject.is_numbered() && key.parse::<u16>().is_err() {
                report(at.clone(), "the key is a number");
            }
            let causes = topic.causes.iter().map(|cause| &cause.evidence);
            if std::iter::once(&topic.evidence)
                .chain(causes)
                .any(Vec::is_empty)
            {
                report(at.field("evidence"), "a topic and each cause need evidence");
            }
            if topic
                .steps
                .iter()
                .any(|step| !step.run.starts_with(COMMAND))
            {
                report(at.field("steps"), "a step runs a command of wsdraft");
            }
        }
        errors
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let entries = self.entries.iter();
        entries.flat_map(|(key, topic)| {
            std::iter::once(key.as_str()).chain(topic.names.iter().map(String::as_str))
        })
    }

    /// The built-in topic with this key or other name, and its key. Case does not count.
    #[must_use]
    pub fn find(subject: Subject, name: &str) -> Option<(&'static str, &'static Topic)> {
        Self::of(subject).find(|(key, topic)| topic.is_called(key, name))
    }

    /// The built-in topics of this kind, by key.
    pub fn of(subject: Subject) -> impl Iterator<Item = (&'static str, &'static Topic)> {
        Self::within(Self::built_in().unwrap_or_default(), subject)
    }

    /// Those of these topics that are of this kind, by key.
    pub fn within(all: &[Self], subject: Subject) -> impl Iterator<Item = (&str, &Topic)> {
        let some = all.iter().filter(move |one| one.subject == subject);
        some.flat_map(|topics| topics.entries.iter())
            .map(|(key, topic)| (key.as_str(), topic))
    }

    /// These topics, or the built-in ones if there are none, with `own` ones before them: a topic of one's own
    /// replaces the one of the same kind with its key.
    pub(crate) fn with(all: Vec<Self>, own: Vec<Self>) -> Vec<Self> {
        let mut all = match all.is_empty() && !own.is_empty() {
            true => Self::built_in().unwrap_or_default().to_vec(),
            false => all,
        };
        for own in own.into_iter().rev() {
            let Some(before) = all.iter_mut().find(|one| one.subject == own.subject) else {
                all.push(own);
                continue;
            };
            let mut entries = own.entries;
            for (key, topic) in before.entries.iter() {
                if entries.get(key.as_str()).is_none() {
                    entries.set(key.clone(), topic.clone());
                }
            }
            before.entries = entries;
        }
        all
    }
}

impl Subject {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::CloseCode,
        Self::Status,
        Self::Limit,
        Self::Failure,
        Self::Ending,
        Self::Message,
        Self::Term,
    ];

    /// Its name: lower case, with hyphens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CloseCode => "close-code",
            Self::Status => "status",
            Self::Limit => "limit",
            Self::Failure => "failure",
            Self::Ending => "ending",
            Self::Message => "message",
            Self::Term => "term",
        }
    }

    /// Whether the keys of its topics are numbers.
    const fn is_numbered(self) -> bool {
        match self {
            Self::CloseCode | Self::Status => true,
            Self::Limit | Self::Failure | Self::Ending | Self::Message | Self::Term => false,
        }
    }
}

impl Topic {
    /// Whether this is its key or another of its names. Case does not count.
    #[must_use]
    pub fn is_called(&self, key: &str, name: &str) -> bool {
        std::iter::once(key)
            .chain(self.names.iter().map(String::as_str))
            .any(|known| known.eq_ignore_ascii_case(name))
    }
}

//! How many files were checked, and what they are.

use std::{fmt, fs, path::Path};

use wsdraft_spec::{Extensions, Source, Topics, files, read};

use crate::words;

/// Files by what they have.
#[derive(Debug, Default)]
pub(super) struct Counts {
    drafts: u64,
    extensions: u64,
    registries: u64,
    scenarios: u64,
    topics: u64,
}

impl Counts {
    /// The built-in files.
    pub(super) fn built_in() -> Self {
        let mut counts = Self::default();
        for (file, text) in files() {
            counts.add(&Source {
                file: file.into(),
                text: text.into(),
            });
        }
        counts
    }

    /// A file, or the RON files of a folder.
    pub(super) fn of(place: &Path) -> Self {
        let mut counts = Self::default();
        let files = if place.is_file() {
            vec![place.to_owned()]
        } else {
            let entries = fs::read_dir(place).into_iter().flatten().flatten();
            entries.map(|entry| entry.path()).collect()
        };
        let is_ron = |file: &&std::path::PathBuf| file.extension().is_some_and(|ron| ron == "ron");
        for source in files
            .iter()
            .filter(is_ron)
            .filter_map(|file| read(file).ok())
        {
            counts.add(&source);
        }
        counts
    }

    fn add(&mut self, source: &Source) {
        let begins = |word: &str| {
            let mut lines = source.text.lines();
            lines.any(|line| line.starts_with(word))
        };
        let count = if Topics::are_in(source) {
            &mut self.topics
        } else if Extensions::are_in(source) {
            &mut self.extensions
        } else if begins("Scenarios(") {
            &mut self.scenarios
        } else if begins("Registry(") {
            &mut self.registries
        } else {
            &mut self.drafts
        };
        *count += 1;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [
            (self.drafts, "of drafts"),
            (self.extensions, "of extensions"),
            (self.registries, "of registries"),
            (self.scenarios, "of scenarios"),
            (self.topics, "of topics"),
        ];
        let some = kinds.iter().filter(|(count, _)| *count > 0);
        let some: Vec<String> = some
            .map(|(count, kind)| format!("{count} {kind}"))
            .collect();
        let all = kinds.iter().map(|(count, _)| count).sum();
        write!(f, "{} ({})", words::count(all, "file"), some.join(", "))
    }
}

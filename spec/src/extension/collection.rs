//! Extensions from files: the built-in ones, and one's own.

use ron::{Options, extensions::Extensions as RonExtensions};

use super::{Extension, ResolvedExtension, check, resolve};
use crate::{
    database::{Source, diagnostic, first_words, syntax},
    diagnostic::{Diagnostic, did_you_mean},
    locate::Path,
    resolve::Problem,
    resolved::ResolvedDraft,
};

#[derive(Clone, Debug)]
struct Entry {
    extension: Extension,
    source: Source,
    index: usize,
}

/// Extensions, and the files that they were read from.
#[derive(Clone, Debug, Default)]
pub struct Extensions {
    entries: Vec<Entry>,
    resolved: Vec<ResolvedExtension>,
}

impl Extensions {
    /// Whether a file holds extensions, and not drafts.
    #[must_use]
    pub fn are_in(source: &Source) -> bool {
        first_words(&source.text).find(|word| *word != "[") == Some("Extension")
    }

    /// Takes the extensions of files in; they take the place of extensions with the same
    /// name. Gives everything that is wrong with them.
    pub(crate) fn add(&mut self, sources: &[Source], drafts: &[&ResolvedDraft]) -> Vec<Diagnostic> {
        let mut errors = Vec::new();
        let mut fresh: Vec<String> = Vec::new();
        for source in sources {
            match parse(source) {
                Err(error) => errors.push(error),
                Ok(extensions) => {
                    for (index, extension) in extensions.into_iter().enumerate() {
                        if fresh.contains(&extension.short) {
                            let message = format!("{:?} is defined twice", extension.short);
                            let path = Path::root().field("short");
                            errors.push(diagnostic(source, index, &path, message));
                            continue;
                        }
                        fresh.push(extension.short.clone());
                        let entry = Entry {
                            extension,
                            source: source.clone(),
                            index,
                        };
                        let same = self
                            .entries
                            .iter_mut()
                            .find(|present| present.extension.short == entry.extension.short);
                        match same {
                            Some(present) => *present = entry,
                            None => self.entries.push(entry),
                        }
                    }
                }
            }
        }
        self.resolved.clear();
        let entries = self.entries.clone();
        for entry in &entries {
            self.resolve(entry, &mut Vec::new(), drafts, &mut errors);
        }
        errors
    }

    /// Resolves an extension and its ancestors; `open` are the ones being resolved.
    fn resolve(
        &mut self,
        entry: &Entry,
        open: &mut Vec<String>,
        drafts: &[&ResolvedDraft],
        errors: &mut Vec<Diagnostic>,
    ) -> bool {
        let extension = &entry.extension;
        if self.get(&extension.short).is_some() {
            return true;
        }
        let report = |errors: &mut Vec<Diagnostic>, problems: Vec<Problem>| {
            for (path, message) in problems {
                let error = diagnostic(&entry.source, entry.index, &path, message);
                if !errors.contains(&error) {
                    errors.push(error);
                }
            }
        };
        let extends = Path::root().field("extends");
        open.push(extension.short.clone());
        let parent = match &extension.extends {
            None => None,
            Some(name) => {
                let known = self
                    .entries
                    .iter()
                    .find(|entry| entry.extension.short == *name)
                    .cloned();
                let problem = match &known {
                    _ if open.contains(name) => Some(format!(
                        "{} -> {name}: an extension cannot build on itself",
                        open.join(" -> ")
                    )),
                    None => {
                        let shorts = self
                            .entries
                            .iter()
                            .map(|entry| entry.extension.short.as_str());
                        Some(format!(
                            "no extension {name:?}{}",
                            did_you_mean(name, shorts)
                        ))
                    }
                    Some(_) => None,
                };
                if let Some(problem) = problem {
                    report(errors, vec![(extends, problem)]);
                    open.pop();
                    return false;
                }
                if !known.is_some_and(|parent| self.resolve(&parent, open, drafts, errors)) {
                    open.pop();
                    return false;
                }
                self.get(name)
            }
        };
        open.pop();
        let (resolved, mut problems) = resolve(extension, parent);
        problems.extend(check::written(extension, drafts));
        if problems.is_empty() {
            problems.extend(check::resolved(extension, &resolved, drafts));
        }
        report(errors, problems);
        self.resolved.push(resolved);
        true
    }

    /// The extensions with everything that they inherit, in the order of their files' names.
    pub fn iter(&self) -> impl Iterator<Item = &ResolvedExtension> {
        self.entries
            .iter()
            .filter_map(|entry| self.get(&entry.extension.short))
    }

    /// An extension by the name of its dialect.
    #[must_use]
    pub fn get(&self, short: &str) -> Option<&ResolvedExtension> {
        self.resolved
            .iter()
            .find(|extension| extension.short == short)
    }

    /// An extension as written.
    #[must_use]
    pub fn written(&self, short: &str) -> Option<&Extension> {
        let mut written = self.entries.iter().map(|entry| &entry.extension);
        written.find(|extension| extension.short == short)
    }
}

/// Reads the extensions of a file: one, or a list of them.
pub(crate) fn parse(source: &Source) -> Result<Vec<Extension>, Diagnostic> {
    let options = Options::default().with_default_extension(RonExtensions::IMPLICIT_SOME);
    let is_list = first_words(&source.text).next() == Some("[");
    let extensions = if is_list {
        options.from_str::<Vec<Extension>>(&source.text)
    } else {
        options
            .from_str::<Extension>(&source.text)
            .map(|extension| vec![extension])
    };
    extensions.map_err(|error| syntax(source, &error))
}

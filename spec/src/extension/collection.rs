//! Extensions from files: the built-in ones and the user's own.

use std::sync::Arc;

use super::{Extension, ResolvedExtension, check, resolved::resolve};
use crate::{
    diagnostic::Diagnostic,
    file::{Origin, Source, diagnostic, first_words, parse, report},
    lineage::{MOST, in_order},
    locate::Path,
    resolve::Problem,
    resolved::ResolvedDraft,
};

#[derive(Clone, Debug)]
struct Entry {
    extension: Extension,
    source: Arc<Source>,
    index: usize,
    origin: Origin,
}

/// Extensions and the files that they were read from.
#[derive(Clone, Debug, Default)]
pub struct Extensions {
    entries: Vec<Entry>,
    resolved: Vec<ResolvedExtension>,
}

impl Extensions {
    /// Whether a file contains extensions rather than drafts.
    #[must_use]
    pub fn are_in(source: &Source) -> bool {
        first_words(&source.text).find(|word| *word != "[") == Some("Extension")
    }

    /// Adds the extensions of files and replaces extensions with the same name. Returns all errors.
    pub(crate) fn add(
        &mut self,
        sources: &[Source],
        origin: Origin,
        drafts: &[&ResolvedDraft],
    ) -> Vec<Diagnostic> {
        let mut errors = Vec::new();
        let mut fresh: Vec<String> = Vec::new();
        let mut count = 0;
        for source in sources {
            let shared = Arc::new(source.clone());
            match parse::<Extension>(source, origin) {
                Err(error) => errors.push(error),
                Ok((extensions, problems)) => {
                    errors.extend(problems);
                    for (index, extension) in extensions.into_iter().enumerate() {
                        count += 1;
                        if count > MOST || self.entries.len() > MOST {
                            errors.push(too_many(source, index));
                            return errors;
                        }
                        if fresh.contains(&extension.short) {
                            let message = format!("{:?} is defined twice", extension.short);
                            let path = Path::root().field("short");
                            report(&mut errors, source, index, &path, message);
                            continue;
                        }
                        fresh.push(extension.short.clone());
                        let entry = Entry {
                            extension,
                            source: Arc::clone(&shared),
                            index,
                            origin,
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
        self.resolve(drafts, &mut errors);
        errors
    }

    /// Resolves every extension, parents first.
    fn resolve(&mut self, drafts: &[&ResolvedDraft], errors: &mut Vec<Diagnostic>) {
        self.resolved.clear();
        if let Some(entry) = self.entries.get(MOST) {
            errors.push(too_many(&entry.source, entry.index));
            return;
        }
        let Self { entries, resolved } = self;
        let links: Vec<_> = entries
            .iter()
            .map(|Entry { extension, .. }| (extension.short.as_str(), extension.extends.as_deref()))
            .collect();
        let mut report = |entry: &Entry, (path, message): Problem| {
            report(errors, &entry.source, entry.index, &path, message);
        };
        let (order, wrong) = in_order("extension", &links);
        for (at, message) in wrong {
            report(&entries[at], (Path::root().field("extends"), message));
        }
        for at in order {
            let extension = &entries[at].extension;
            let name = extension.extends.as_ref();
            let parent = name.and_then(|name| find(resolved, name));
            let (whole, mut problems) = resolve(extension, parent);
            problems.extend(check::written(extension, drafts));
            if problems.is_empty() {
                problems.extend(check::resolved(extension, &whole, drafts));
            }
            for problem in problems {
                report(&entries[at], problem);
            }
            resolved.push(whole);
        }
    }

    /// The extensions with everything that they inherit, ordered by file name.
    pub fn iter(&self) -> impl Iterator<Item = &ResolvedExtension> {
        self.entries
            .iter()
            .filter_map(|entry| self.get(&entry.extension.short))
    }

    /// Finds an extension by the name of its dialect.
    #[must_use]
    pub fn get(&self, short: &str) -> Option<&ResolvedExtension> {
        find(&self.resolved, short)
    }

    /// Whether an extension is one of the built-in ones, and so compiled into the runtime.
    pub(crate) fn is_built_in(&self, short: &str) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|entry| entry.extension.short == short && entry.origin == Origin::BuiltIn)
    }

    /// An extension as written.
    #[must_use]
    pub fn written(&self, short: &str) -> Option<&Extension> {
        let mut written = self.entries.iter().map(|entry| &entry.extension);
        written.find(|extension| extension.short == short)
    }
}

fn too_many(source: &Source, index: usize) -> Diagnostic {
    let message = format!("more than {MOST} extensions; this is the maximum");
    diagnostic(source, index, &Path::root().field("short"), message)
}

fn find<'a>(resolved: &'a [ResolvedExtension], short: &str) -> Option<&'a ResolvedExtension> {
    resolved.iter().find(|extension| extension.short == short)
}

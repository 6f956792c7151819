//! Drafts from files: the built-in ones and the user's own.

use std::{
    collections::BTreeMap,
    io,
    path::{Path as FilePath, PathBuf},
    sync::OnceLock,
};

use crate::{
    check,
    diagnostic::{Diagnostic, Diagnostics},
    extension::{Extension, Extensions, bootstraps},
    file::{
        LoadError, Origin, Source, Written, diagnostic, parse, read, read_in, report, ron_files,
    },
    files::files_in,
    lineage::{MOST, in_order},
    locate::Path,
    model::Draft,
    resolve::{self, Problem},
    resolved::ResolvedDraft,
    sort,
    topic::Topics,
};

#[derive(Clone, Debug)]
struct Entry {
    draft: Draft,
    source: usize,
    index: usize,
}

/// Drafts and the files that they were read from.
#[derive(Clone, Debug, Default)]
pub struct Database {
    sources: Vec<Source>,
    entries: Vec<Entry>,
    resolved: BTreeMap<String, ResolvedDraft>,
    extensions: Extensions,
    /// All of them, if there are some in further files.
    topics: Vec<Topics>,
}

impl Database {
    /// The built-in drafts.
    ///
    /// # Errors
    /// All errors in the built-in files. A released database has none.
    pub fn built_in() -> Result<&'static Self, &'static Diagnostics> {
        static BUILT_IN: OnceLock<Result<Database, Diagnostics>> = OnceLock::new();
        BUILT_IN
            .get_or_init(|| {
                let files = files_in("drafts").chain(files_in("extensions"));
                Self::default().load(files, Origin::BuiltIn)
            })
            .as_ref()
    }

    /// Adds the drafts, extensions and topics of further files. They replace those with the same name.
    ///
    /// # Errors
    /// All errors in the new files and in drafts that build on them.
    pub fn with(self, sources: impl IntoIterator<Item = Source>) -> Result<Self, Diagnostics> {
        self.load(sources, Origin::Own)
    }

    fn load(
        mut self,
        sources: impl IntoIterator<Item = Source>,
        origin: Origin,
    ) -> Result<Self, Diagnostics> {
        let mut errors = Vec::new();
        let first = self.sources.len();
        let (mut extensions, mut topics) = (Vec::new(), Vec::new());
        let mut count = 0;
        for source in sources {
            if Extensions::are_in(&source) {
                extensions.push(source);
            } else if Topics::are_in(&source) {
                topics.push(source);
            } else if let Err(error) = self.take(source, origin, first, &mut count, &mut errors) {
                errors.push(error);
                return Err(Diagnostics(errors));
            }
        }
        self.resolve(&mut errors);
        let mut known = std::mem::take(&mut self.extensions);
        let drafts: Vec<_> = self.resolved.values().collect();
        errors.extend(known.add(&extensions, origin, &drafts));
        self.extensions = known;
        self.check_bootstraps(&mut errors);
        match Topics::load(topics) {
            Ok(own) => self.topics = Topics::with(self.topics, own),
            Err(wrong) => errors.extend(wrong.0),
        }
        if errors.is_empty() {
            Ok(self)
        } else {
            Err(Diagnostics(errors))
        }
    }

    /// Checks what drafts say of extensions, which are loaded after them.
    fn check_bootstraps(&self, errors: &mut Vec<Diagnostic>) {
        for Entry {
            draft,
            source,
            index,
        } in &self.entries
        {
            let Some(resolved) = self.resolved.get(&draft.short) else {
                continue;
            };
            for (path, message) in bootstraps::check(draft, resolved, &self.extensions) {
                report(errors, &self.sources[*source], *index, &path, message);
            }
        }
    }

    /// Adds the drafts of a file; `count` is the number of drafts loaded so far. Stops at the first
    /// draft that exceeds the limit.
    fn take(
        &mut self,
        source: Source,
        origin: Origin,
        first: usize,
        count: &mut usize,
        errors: &mut Vec<Diagnostic>,
    ) -> Result<(), Diagnostic> {
        let number = self.sources.len();
        let (drafts, problems) =
            parse::<Draft>(&source, origin).unwrap_or_else(|error| (Vec::new(), vec![error]));
        errors.extend(problems);
        for (index, draft) in drafts.into_iter().enumerate() {
            *count += 1;
            let entry = Entry {
                draft,
                source: number,
                index,
            };
            self.insert(entry, &source, first, errors);
            if *count > MOST || self.entries.len() > MOST {
                let path = Path::root().field("short");
                let message = format!("more than {MOST} drafts; this is the maximum");
                return Err(diagnostic(&source, index, &path, message));
            }
        }
        self.sources.push(source);
        Ok(())
    }

    /// Adds every `*.ron` file of a folder. Stops reading when there are too many drafts.
    ///
    /// # Errors
    /// If the folder cannot be read or contains no such file, or if its files contain errors.
    pub fn with_folder(self, folder: &FilePath) -> Result<Self, LoadError> {
        let files = ron_files(folder)?;
        if files.len() > MOST {
            let why = format!("more than {MOST} *.ron files in this folder");
            let many = io::Error::new(io::ErrorKind::InvalidData, why);
            return Err(LoadError::Io(folder.display().to_string(), many));
        }
        let mut unread = None;
        let sources = files
            .iter()
            .map_while(|file| read(file).map_err(|error| unread = Some(error)).ok());
        let loaded = self.with(sources);
        unread.map_or(Ok(()), Err)?;
        Ok(loaded?)
    }

    /// Adds one file and the files of its [`parents`] in the same folder.
    ///
    /// # Errors
    /// If a file cannot be read, or if the files contain errors.
    pub fn with_file(self, file: &FilePath) -> Result<Self, LoadError> {
        let sources = self.with_parents(FilePath::new(""), file)?;
        Ok(self.with(sources.into_iter().map(|(_, source)| source))?)
    }

    /// Reads a file, and from the same folder the files of those [`parents`] that this database
    /// lacks. Returns each with its path relative to `root`.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn with_parents(
        &self,
        root: &FilePath,
        file: &FilePath,
    ) -> Result<Vec<(PathBuf, Source)>, LoadError> {
        let named = |file: PathBuf| -> Result<_, LoadError> {
            let source = read_in(root, &file)?;
            Ok((file, source))
        };
        let known =
            |short: &str| self.draft(short).is_some() || self.extensions.get(short).is_some();
        let mut sources = vec![named(file.to_owned())?];
        let folder = file.parent().unwrap_or_else(|| FilePath::new(""));
        let mut next = 0;
        while let Some((_, source)) = sources.get(next) {
            next += 1;
            for parent in parents(source) {
                // An invalid name must not become a path. Resolving the file reports the error.
                if !check::is_kebab(&parent) {
                    continue;
                }
                let beside = folder.join(format!("{parent}.ron"));
                let has = sources.iter().any(|(file, _)| *file == beside);
                if !known(&parent) && !has && root.join(&beside).is_file() {
                    sources.push(named(beside)?);
                }
            }
        }
        Ok(sources)
    }

    fn insert(
        &mut self,
        entry: Entry,
        source: &Source,
        first: usize,
        errors: &mut Vec<Diagnostic>,
    ) {
        let same = self
            .entries
            .iter()
            .position(|present| present.draft.short == entry.draft.short);
        match same {
            Some(at) if self.entries[at].source >= first => {
                let message = format!("{:?} is defined twice", entry.draft.short);
                let path = Path::root().field("short");
                report(errors, source, entry.index, &path, message);
            }
            Some(at) => self.entries[at] = entry,
            None => self.entries.push(entry),
        }
    }

    /// Resolves every draft, parents first.
    fn resolve(&mut self, errors: &mut Vec<Diagnostic>) {
        self.resolved.clear();
        let Self {
            sources,
            entries,
            resolved,
            ..
        } = self;
        let links: Vec<_> = entries
            .iter()
            .map(|Entry { draft, .. }| (draft.short.as_str(), draft.extends.as_deref()))
            .collect();
        let mut report = |entry: &Entry, (path, message): Problem| {
            report(errors, &sources[entry.source], entry.index, &path, message);
        };
        let (order, wrong) = in_order("draft", &links);
        for (at, message) in wrong {
            report(&entries[at], (Path::root().field("extends"), message));
        }
        let mut newest = entries.iter().filter(|entry| entry.draft.newest);
        if let Some(first) = newest.next() {
            for other in newest {
                let message = format!("{} is already the newest draft", first.draft.short);
                report(other, (Path::root().field("newest"), message));
            }
        }
        for at in order {
            let draft = &entries[at].draft;
            let parent = draft.extends.as_ref().and_then(|name| resolved.get(name));
            let (mut whole, mut problems) = resolve::apply(draft, parent);
            problems.extend(check::written(draft));
            if problems.is_empty() {
                problems.extend(check::resolved(draft, &mut whole));
            }
            for problem in problems {
                report(&entries[at], problem);
            }
            resolved.insert(draft.short.clone(), whole);
        }
    }

    /// The topics: those of further files, and the built-in ones that they do not replace.
    ///
    /// # Errors
    /// All errors in the built-in files. A released database has none.
    pub fn topics(&self) -> Result<&[Topics], &'static Diagnostics> {
        match self.topics.as_slice() {
            [] => Topics::built_in(),
            own => Ok(own),
        }
    }

    /// The drafts as written, by descending serial; drafts without a serial come last.
    #[must_use]
    pub fn drafts(&self) -> Vec<&Draft> {
        let mut drafts: Vec<&Draft> = self.entries.iter().map(|entry| &entry.draft).collect();
        sort::by_key(&mut drafts, |draft| {
            (draft.serial.is_none(), std::cmp::Reverse(draft.serial))
        });
        drafts
    }

    /// The draft that states that it is the newest.
    #[must_use]
    pub fn newest(&self) -> Option<&Draft> {
        let mut drafts = self.entries.iter().map(|entry| &entry.draft);
        drafts.find(|draft| draft.newest)
    }

    /// Finds a draft as written by its short name, its full name or an alias.
    #[must_use]
    pub fn draft(&self, name: &str) -> Option<&Draft> {
        self.entries.iter().map(|entry| &entry.draft).find(|draft| {
            draft.short == name
                || draft.name == name
                || draft.aliases.iter().any(|alias| alias == name)
        })
    }

    /// Finds a draft with everything that it inherits by its short name, its full name or an alias.
    #[must_use]
    pub fn resolved(&self, name: &str) -> Option<&ResolvedDraft> {
        self.resolved.get(&self.draft(name)?.short)
    }

    /// The extensions.
    #[must_use]
    pub const fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// The file that a draft was read from.
    #[must_use]
    pub fn source(&self, short: &str) -> Option<&Source> {
        let entry = self
            .entries
            .iter()
            .find(|entry| entry.draft.short == short)?;
        self.sources.get(entry.source)
    }

    /// Creates an error at a path of a draft, or at the top of the database if the draft does not
    /// exist.
    #[must_use]
    pub fn diagnostic(&self, short: &str, path: &Path, message: String) -> Diagnostic {
        let entry = self.entries.iter().find(|entry| entry.draft.short == short);
        match entry.and_then(|entry| Some((entry, self.sources.get(entry.source)?))) {
            Some((entry, source)) => diagnostic(source, entry.index, path, message),
            None => diagnostic(
                &Source {
                    file: short.into(),
                    text: String::new(),
                },
                0,
                path,
                message,
            ),
        }
    }
}

/// Short names of the parents of a file's drafts or extensions, and of the drafts that its
/// extensions list. Empty if the file has errors.
#[must_use]
pub fn parents(source: &Source) -> Vec<String> {
    if Extensions::are_in(source) {
        let extensions = things::<Extension>(source).into_iter();
        return extensions
            .flat_map(|one| one.extends.into_iter().chain(one.drafts))
            .collect();
    }
    let drafts = things::<Draft>(source).into_iter();
    drafts.filter_map(|draft| draft.extends).collect()
}

/// Short names of the drafts or extensions of a file. Empty if the file has errors.
#[must_use]
pub fn shorts(source: &Source) -> Vec<String> {
    if Extensions::are_in(source) {
        let extensions = things::<Extension>(source).into_iter();
        return extensions.map(|one| one.short).collect();
    }
    let drafts = things::<Draft>(source).into_iter();
    drafts.map(|draft| draft.short).collect()
}

fn things<T: Written>(source: &Source) -> Vec<T> {
    parse(source, Origin::Own).map_or_else(|_| Vec::new(), |(things, _)| things)
}

//! Drafts from files: the built-in ones, and one's own.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _},
    path::{Path as FilePath, PathBuf},
    sync::OnceLock,
};

use ron::{Options, error::SpannedError, extensions::Extensions as RonExtensions};

use crate::{
    check,
    diagnostic::{Diagnostic, Diagnostics},
    extension::{self, Extensions},
    lineage::{MOST, in_order},
    locate::{Path, locate},
    model::Draft,
    resolve::{self, Problem},
    resolved::ResolvedDraft,
};

/// The RON files of the built-in database: path within the crate, and text.
pub const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// A RON file.
#[derive(Clone, Debug)]
pub struct Source {
    /// How the file is named in errors.
    pub file: String,
    /// Its text.
    pub text: String,
}

#[derive(Clone, Debug)]
struct Entry {
    draft: Draft,
    source: usize,
    index: usize,
}

/// Drafts, and the files that they were read from.
#[derive(Clone, Debug, Default)]
pub struct Database {
    sources: Vec<Source>,
    entries: Vec<Entry>,
    resolved: BTreeMap<String, ResolvedDraft>,
    extensions: Extensions,
}

impl Database {
    /// The built-in drafts.
    ///
    /// # Errors
    /// What is wrong with them; a released database has no errors.
    pub fn built_in() -> Result<&'static Self, &'static Diagnostics> {
        static BUILT_IN: OnceLock<Result<Database, Diagnostics>> = OnceLock::new();
        BUILT_IN
            .get_or_init(|| {
                let files = FILES.iter().filter(|(file, _)| {
                    file.starts_with("drafts/") || file.starts_with("extensions/")
                });
                Self::default().with(files.map(|&(file, text)| Source {
                    file: file.into(),
                    text: text.into(),
                }))
            })
            .as_ref()
    }

    /// This database with the drafts and extensions of further files, which take the place of
    /// those with the same short name.
    ///
    /// # Errors
    /// Everything that is wrong with the new files, and with drafts that build on them.
    pub fn with(mut self, sources: impl IntoIterator<Item = Source>) -> Result<Self, Diagnostics> {
        let mut errors = Vec::new();
        let first = self.sources.len();
        let mut extensions = Vec::new();
        let mut count = 0;
        for source in sources {
            if Extensions::are_in(&source) {
                extensions.push(source);
            } else if let Err(error) = self.take(source, first, &mut count, &mut errors) {
                errors.push(error);
                return Err(Diagnostics(errors));
            }
        }
        self.resolve(&mut errors);
        let mut known = std::mem::take(&mut self.extensions);
        let drafts: Vec<_> = self.resolved.values().collect();
        errors.extend(known.add(&extensions, &drafts));
        self.extensions = known;
        if errors.is_empty() {
            Ok(self)
        } else {
            Err(Diagnostics(errors))
        }
    }

    /// Takes the drafts of a file in, after so many of others; an error ends it all.
    fn take(
        &mut self,
        source: Source,
        first: usize,
        count: &mut usize,
        errors: &mut Vec<Diagnostic>,
    ) -> Result<(), Diagnostic> {
        let number = self.sources.len();
        let drafts = parse(&source).unwrap_or_else(|error| {
            errors.push(error);
            Vec::new()
        });
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
                let message = format!("more than {MOST} drafts: no more can be loaded at once");
                return Err(diagnostic(&source, index, &path, message));
            }
        }
        self.sources.push(source);
        Ok(())
    }

    /// This database with every `*.ron` file of a folder. Files are read until there are too many
    /// drafts.
    ///
    /// # Errors
    /// The folder cannot be read or has no such file, or what is wrong with its files.
    pub fn with_folder(self, folder: &FilePath) -> Result<Self, LoadError> {
        let mut files = fs::read_dir(folder)
            .and_then(|entries| {
                entries
                    .map(|entry| Ok(entry?.path()))
                    .collect::<Result<Vec<_>, io::Error>>()
            })
            .map_err(|error| LoadError::Io(folder.display().to_string(), error))?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "ron"));
        if files.is_empty() {
            let nothing = io::Error::new(io::ErrorKind::NotFound, "no *.ron file in this folder");
            return Err(LoadError::Io(folder.display().to_string(), nothing));
        }
        if files.len() > MOST {
            let why = format!("more than {MOST} *.ron files in this folder");
            let many = io::Error::new(io::ErrorKind::InvalidData, why);
            return Err(LoadError::Io(folder.display().to_string(), many));
        }
        files.sort();
        let mut unread = None;
        let sources = files
            .iter()
            .map_while(|file| read(file).map_err(|error| unread = Some(error)).ok());
        let loaded = self.with(sources);
        unread.map_or(Ok(()), Err)?;
        Ok(loaded?)
    }

    /// This database with one file, and with those beside it of its [`parents`].
    ///
    /// # Errors
    /// A file cannot be read, or what is wrong with them.
    pub fn with_file(self, file: &FilePath) -> Result<Self, LoadError> {
        let sources = self.with_parents(FilePath::new(""), file)?;
        Ok(self.with(sources.into_iter().map(|(_, source)| source))?)
    }

    /// A file, and the files beside it of those of its [`parents`] that this database does not
    /// have: each with its path, as given in `root`.
    ///
    /// # Errors
    /// A file cannot be read.
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
                // A name that is none must not become a path. What is wrong with it is said where
                // the file is resolved.
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
                errors.push(diagnostic(
                    source,
                    entry.index,
                    &Path::root().field("short"),
                    message,
                ));
            }
            Some(at) => self.entries[at] = entry,
            None => self.entries.push(entry),
        }
    }

    /// Resolves every draft, each after what it builds on.
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
            let error = diagnostic(&sources[entry.source], entry.index, &path, message);
            if !errors.contains(&error) {
                errors.push(error);
            }
        };
        let (order, wrong) = in_order("draft", &links);
        for (at, message) in wrong {
            report(&entries[at], (Path::root().field("extends"), message));
        }
        for at in order {
            let draft = &entries[at].draft;
            let parent = draft.extends.as_ref().and_then(|name| resolved.get(name));
            let (whole, mut problems) = resolve::apply(draft, parent);
            problems.extend(check::written(draft));
            if problems.is_empty() {
                problems.extend(check::resolved(draft, &whole));
            }
            for problem in problems {
                report(&entries[at], problem);
            }
            resolved.insert(draft.short.clone(), whole);
        }
    }

    /// The drafts as written: by serial, the newest first, then those without one.
    #[must_use]
    pub fn drafts(&self) -> Vec<&Draft> {
        let mut drafts: Vec<&Draft> = self.entries.iter().map(|entry| &entry.draft).collect();
        drafts.sort_by_key(|draft| (draft.serial.is_none(), std::cmp::Reverse(draft.serial)));
        drafts
    }

    /// A draft as written, by its short name, its full name or an alias.
    #[must_use]
    pub fn draft(&self, name: &str) -> Option<&Draft> {
        self.entries.iter().map(|entry| &entry.draft).find(|draft| {
            draft.short == name
                || draft.name == name
                || draft.aliases.iter().any(|alias| alias == name)
        })
    }

    /// A draft with everything that it inherits, by its short name, its full name or an alias.
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

    /// An error at a path of a draft, or at the top of the database where there is no such
    /// draft.
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

/// Bytes that a file of drafts or extensions may have: 1 MiB.
pub const LARGEST: u64 = 1 << 20;

/// Reads a file.
///
/// # Errors
/// It cannot be read, it is not a regular file, or it has more than [`LARGEST`] bytes.
pub fn read(file: &FilePath) -> Result<Source, LoadError> {
    let name = file.display().to_string();
    match read_text(file) {
        Ok(text) => Ok(Source {
            file: name,
            // Some editors write a byte order mark, which is no part of the text.
            text: text
                .strip_prefix('\u{feff}')
                .map_or_else(|| text.clone(), Into::into),
        }),
        Err(error) => Err(LoadError::Io(name, error)),
    }
}

fn read_text(file: &FilePath) -> io::Result<String> {
    let refused = |why: &str| Err(io::Error::new(io::ErrorKind::InvalidData, why));
    // Looked at before it is opened: to open a pipe is to wait for whoever writes to it.
    if !fs::metadata(file)?.is_file() {
        return refused("not a regular file");
    }
    let mut bytes = Vec::new();
    File::open(file)?
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return refused("larger than 1 MiB, which is the most that a file of drafts may have");
    }
    String::from_utf8(bytes).or_else(|_| refused("not UTF-8"))
}

/// Reads a file below `root`; errors name it as it was given.
///
/// # Errors
/// It cannot be read.
pub fn read_in(root: &FilePath, file: &FilePath) -> Result<Source, LoadError> {
    let source = read(&root.join(file))?;
    Ok(Source {
        file: file.display().to_string(),
        ..source
    })
}

/// Why drafts could not be loaded.
#[derive(Debug)]
pub enum LoadError {
    /// A file or folder could not be read.
    Io(String, io::Error),
    /// What is wrong with the files.
    Spec(Diagnostics),
}

impl From<Diagnostics> for LoadError {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Spec(diagnostics)
    }
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(file, error) => write!(f, "{file}: {error}"),
            Self::Spec(diagnostics) => diagnostics.fmt(f),
        }
    }
}

impl std::error::Error for LoadError {}

/// Short names of what the drafts or extensions of a file extend, and of the drafts that its
/// extensions name; empty where it has errors.
#[must_use]
pub fn parents(source: &Source) -> Vec<String> {
    if Extensions::are_in(source) {
        let extensions = extension::parse(source).into_iter().flatten();
        return extensions
            .flat_map(|one| one.extends.into_iter().chain(one.drafts))
            .collect();
    }
    parse(source)
        .into_iter()
        .flatten()
        .filter_map(|draft| draft.extends)
        .collect()
}

/// Short names of the drafts or extensions of a file; empty where it has errors.
#[must_use]
pub fn shorts(source: &Source) -> Vec<String> {
    if Extensions::are_in(source) {
        let extensions = extension::parse(source).into_iter().flatten();
        return extensions.map(|one| one.short).collect();
    }
    parse(source)
        .into_iter()
        .flatten()
        .map(|draft| draft.short)
        .collect()
}

/// Reads the drafts of a file: one, or a list of them.
fn parse(source: &Source) -> Result<Vec<Draft>, Diagnostic> {
    let options = Options::default().with_default_extension(RonExtensions::IMPLICIT_SOME);
    let is_list = first_words(&source.text).next() == Some("[");
    let drafts = if is_list {
        options.from_str::<Vec<Draft>>(&source.text)
    } else {
        options
            .from_str::<Draft>(&source.text)
            .map(|draft| vec![draft])
    };
    drafts.map_err(|error| syntax(source, &error))
}

/// The words with which a RON text starts: what its first item is, after a bracket for a list.
pub(crate) fn first_words(text: &str) -> impl Iterator<Item = &str> {
    let code = text
        .lines()
        .map(str::trim_start)
        .filter(|line| !(line.is_empty() || line.starts_with("//") || line.starts_with('#')));
    code.flat_map(|line| match line.strip_prefix('[') {
        Some(rest) => ["[", rest.trim_start()],
        None => [line, ""],
    })
    .map(|word| word.split(['(', ' ']).next().unwrap_or(word))
    .filter(|word| !word.is_empty())
    .take(2)
}

pub(crate) fn syntax(source: &Source, error: &SpannedError) -> Diagnostic {
    let start = error.span.start;
    Diagnostic {
        file: source.file.clone(),
        line: start.line,
        column: start.col,
        path: String::new(),
        message: error.code.to_string(),
        source_line: source
            .text
            .lines()
            .nth(start.line.saturating_sub(1))
            .unwrap_or_default()
            .to_owned(),
    }
}

pub(crate) fn diagnostic(
    source: &Source,
    index: usize,
    path: &Path,
    message: String,
) -> Diagnostic {
    let (line, column) = locate(&source.text, index, path);
    Diagnostic {
        file: source.file.clone(),
        line,
        column,
        path: path.to_string(),
        message,
        source_line: source
            .text
            .lines()
            .nth(line - 1)
            .unwrap_or_default()
            .to_owned(),
    }
}

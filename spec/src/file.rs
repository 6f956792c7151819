//! RON files: reading them and locating their errors.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path as FilePath, PathBuf},
};

use ron::{Error, Options, extensions::Extensions as RonExtensions};
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::{
    diagnostic::{Diagnostic, Diagnostics, closest},
    locate::{Path, locate, position},
    reader::{self, Fault},
    sort, sources,
    table::Table,
    vocabulary::Evidence,
};

/// Tells the built-in files, with the version of this crate, from any others.
pub const FINGERPRINT: &str = concat!(
    "wsdraft-database-",
    env!("CARGO_PKG_VERSION"),
    "-",
    env!("WSDRAFT_SPEC_FINGERPRINT")
);

/// A RON file.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file's name in errors.
    pub file: String,
    /// Its text.
    pub text: String,
}

/// Maximum size of a file of drafts or extensions, in bytes: 1 MiB.
pub const LARGEST: u64 = 1 << 20;

/// Reads a file.
///
/// # Errors
/// If the file cannot be read, is not a regular file, or has more than [`LARGEST`] bytes.
pub fn read(file: &FilePath) -> Result<Source, LoadError> {
    let name = file.display().to_string();
    match read_text(file) {
        Ok(text) => Ok(Source {
            file: name,
            // Some editors write a byte order mark; it is not part of the text.
            text: text
                .strip_prefix('\u{feff}')
                .map_or_else(|| text.clone(), Into::into),
        }),
        Err(error) => Err(LoadError::Io(name, error)),
    }
}

fn read_text(file: &FilePath) -> io::Result<String> {
    let refused = |why: &str| Err(io::Error::new(io::ErrorKind::InvalidData, why));
    // Checked before opening: opening a pipe waits for a writer.
    if !fs::metadata(file)?.is_file() {
        return refused("not a regular file");
    }
    let mut bytes = Vec::new();
    File::open(file)?
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return refused("larger than 1 MiB, the maximum size of a file of drafts");
    }
    String::from_utf8(bytes).or_else(|_| refused("not valid UTF-8"))
}

/// Reads a file relative to `root`. Errors contain the path as given.
///
/// # Errors
/// If the file cannot be read.
pub fn read_in(root: &FilePath, file: &FilePath) -> Result<Source, LoadError> {
    let source = read(&root.join(file))?;
    Ok(Source {
        file: file.display().to_string(),
        ..source
    })
}

/// The RON files of a folder, of which there must be one.
pub(crate) fn ron_files(folder: &FilePath) -> Result<Vec<PathBuf>, LoadError> {
    let failed = |error| LoadError::Io(folder.display().to_string(), error);
    let mut files = fs::read_dir(folder)
        .map_err(failed)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    files.retain(|file| file.extension().is_some_and(|ron| ron == "ron"));
    if files.is_empty() {
        let nothing = io::Error::new(io::ErrorKind::NotFound, "no *.ron file in this folder");
        return Err(failed(nothing));
    }
    sort::all(&mut files);
    Ok(files)
}

/// Why drafts could not be loaded.
#[derive(Debug)]
pub enum LoadError {
    /// A file or folder could not be read.
    Io(String, io::Error),
    /// The files contain errors.
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

/// A part of the database as RON, over several lines.
///
/// # Errors
/// If RON cannot write it, with the reason.
pub fn to_ron(value: &impl serde::Serialize) -> Result<String, String> {
    let options = Options::default().with_default_extension(RonExtensions::IMPLICIT_SOME);
    options
        .to_string_pretty(value, ron::ser::PrettyConfig::new())
        .map_err(|error| error.to_string())
}

/// The content of a file: a draft or an extension.
pub(crate) trait Written: DeserializeOwned {
    /// The named sources.
    fn sources(&self) -> &Table<String, Evidence>;

    /// Derives the variant of each rule without one from its id. Returns the paths of stated
    /// variants that equal the derived one.
    fn derive_variants(&mut self) -> Vec<Path>;
}

/// The owner of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A file of this crate. It must not state anything that can be derived.
    BuiltIn,
    /// A file of the user.
    Own,
}

/// Reads the value of a file. Returns it, and the names of sources that nothing in the file cites.
pub(crate) fn value<T: DeserializeOwned>(
    source: &Source,
    origin: Origin,
) -> (Result<T, Diagnostic>, Vec<String>) {
    let (read, unused) = sources::read(|| reader::read(&source.text));
    let judged = match read {
        Ok(value) if origin == Origin::BuiltIn => Ok(value),
        Ok(value) => notation(source).map(|()| value),
        Err(fault) => Err(explain(source, &fault)),
    };
    (judged, unused)
}

/// Whether `ron` takes a text for RON, whatever its values are.
fn notation(source: &Source) -> Result<(), Diagnostic> {
    let options = Options::default().with_default_extension(RonExtensions::IMPLICIT_SOME);
    let read = options.from_str::<IgnoredAny>(&source.text);
    read.map(drop).map_err(|error| {
        let start = error.span.start;
        located(source, (start.line, start.col), explained(&error.code))
    })
}

fn explain(source: &Source, fault: &Fault) -> Diagnostic {
    // `ron` tells the ways apart in which an escape can be wrong.
    if let (Error::InvalidEscape(_), Err(diagnostic)) = (&fault.error, notation(source)) {
        return diagnostic;
    }
    let place = position(&source.text, fault.place);
    located(source, place, explained(&fault.error))
}

/// Reads the items of a file, one item or a list, and reports faults in the notation.
///
/// # Errors
/// If the text is not RON or does not have the expected form.
pub(crate) fn parse<T: Written>(
    source: &Source,
    origin: Origin,
) -> Result<(Vec<T>, Vec<Diagnostic>), Diagnostic> {
    let (read, unused) = if first_words(&source.text).next() == Some("[") {
        value::<Vec<T>>(source, origin)
    } else {
        let (read, unused) = value::<T>(source, origin);
        (read.map(|one| vec![one]), unused)
    };
    let mut things = read?;
    let mut problems = Vec::new();
    for (index, thing) in things.iter_mut().enumerate() {
        for name in thing.sources().keys() {
            if unused.contains(name) {
                let path = Path::root().field("sources").key(name);
                let message = "nothing in this file cites it; omit it".to_owned();
                report(&mut problems, source, index, &path, message);
            }
        }
        let derivable = thing.derive_variants();
        if origin == Origin::BuiltIn {
            let message = "it follows from the rule's id; omit it";
            let paths = derivable.into_iter();
            problems.extend(paths.map(|path| diagnostic(source, index, &path, message.into())));
        }
    }
    Ok((things, problems))
}

/// The first words of a RON text: the type of its first item, after a bracket if the text is a
/// list.
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

fn located(source: &Source, (line, column): (usize, usize), message: String) -> Diagnostic {
    Diagnostic {
        file: source.file.clone(),
        line,
        column,
        path: String::new(),
        message,
        source_line: source
            .text
            .lines()
            .nth(line.saturating_sub(1))
            .unwrap_or_default()
            .to_owned(),
    }
}

/// The message of an error in the notation. An unknown word gets the closest known one.
pub(crate) fn explained(error: &Error) -> String {
    let Error::NoSuchEnumVariant {
        expected,
        found,
        outer,
    } = error
    else {
        return match error {
            Error::ExceededRecursionLimit => {
                format!("Nested more than {} deep", reader::DEEPEST)
            }
            _ => error.to_string(),
        };
    };
    let hint = match closest(found, expected.iter().copied()) {
        Some(word) if word != found.as_str() => format!("; did you mean {word}?"),
        _ => String::new(),
    };
    let help = if outer.as_deref() == Some("Kind") {
        "; an opcode with another meaning belongs to an extension: list it under `claims` in an `Extension(…)` file"
    } else {
        ""
    };
    format!("{error}{hint}{help}")
}

pub(crate) fn diagnostic(
    source: &Source,
    index: usize,
    path: &Path,
    message: String,
) -> Diagnostic {
    let place = locate(&source.text, index, path);
    Diagnostic {
        path: path.to_string(),
        ..located(source, place, message)
    }
}

/// The most errors that are reported together: to find the place of each takes as long as the file.
const MOST_ERRORS: usize = 100;

/// Adds an error, unless it is there already. After the most, says once that there are more.
pub(crate) fn report(
    errors: &mut Vec<Diagnostic>,
    source: &Source,
    index: usize,
    path: &Path,
    message: String,
) {
    let error = match errors.len() {
        0..MOST_ERRORS => diagnostic(source, index, path, message),
        MOST_ERRORS => {
            let message = "here and below are more errors; correct those above first";
            diagnostic(source, index, path, message.into())
        }
        _ => return,
    };
    if !errors.contains(&error) {
        errors.push(error);
    }
}

#[cfg(test)]
mod tests {
    use super::{Origin, Source, parse};
    use crate::model::Draft;

    const RULES: &str = r#"Draft(
    name: "ours-1", short: "ours-1", type: "ours", status: "private", evidence: [Recalled],
    rules: (add: {
        "first-rule": (
            variant: "FirstRule",
            level: May, scope: Policy,
            require: Always,
            otherwise: Nothing,
            summary: "First.",
            evidence: [Recalled],
        ),
        "second-rule": (
            variant: "Second",
            level: May, scope: Policy,
            require: Always,
            otherwise: Nothing,
            summary: "Second.",
            evidence: [Recalled],
        ),
        "third-rule": (
            level: May, scope: Policy,
            require: Always,
            otherwise: Nothing,
            summary: "Third.",
            evidence: [Recalled],
        ),
    }),
)"#;

    #[test]
    fn a_variant_follows_from_the_id_and_is_refused_where_our_own_files_state_it() {
        let source = Source {
            file: "ours-1.ron".into(),
            text: RULES.into(),
        };
        let (drafts, problems) = parse::<Draft>(&source, Origin::BuiltIn).unwrap();
        let rules = drafts[0].rules.add.values();
        let variants: Vec<&str> = rules.map(|rule| rule.variant.as_str()).collect();
        assert_eq!(variants, ["FirstRule", "Second", "ThirdRule"]);
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            problems,
            [
                "ours-1.ron:5:13: rules.add[\"first-rule\"].variant: it follows from the rule's id; omit it"
            ]
        );
        let (_, problems) = parse::<Draft>(&source, Origin::Own).unwrap();
        assert_eq!(problems, []);
    }
}

//! Why a command could not do what it was asked to.

use std::{fmt, io};

use wsdraft::Violation;
use wsdraft_analysis::{Error, HexError};
use wsdraft_spec::LoadError;

/// A usage or input error.
#[derive(Debug)]
pub enum Failure {
    /// The reader of the output went away.
    ClosedPipe,
    /// Anything that is wrong with what the user gave, in words.
    Input(String),
    /// A file or socket that failed, and what it was.
    Io(String, io::Error),
    /// Spec files that are wrong.
    Spec(LoadError),
}

impl Failure {
    /// An input error in words.
    pub fn input(message: impl Into<String>) -> Self {
        Self::Input(message.into())
    }

    /// What is wrong with the value of an option: as it was given, and as it was read. Nobody has sent it.
    #[must_use]
    pub fn value(option: &str, (given, read): (&str, &str), broken: &Violation) -> Self {
        let rule = broken.rule;
        let at = usize::try_from(broken.offset).ok();
        let at = at.and_then(|offset| position((given, read), offset));
        let at = at.map(|position| format!("at character {position}"));
        let seen = Some(broken.seen.to_string()).filter(|seen| !seen.is_empty());
        let parts: Vec<String> = seen.into_iter().chain(at).collect();
        let parts = match parts.is_empty() {
            true => String::new(),
            false => parts.join(" ") + ": ",
        };
        Self::Input(format!(
            "{option}: {parts}{} ({} {}, {})",
            rule.summary.trim_end_matches('.'),
            rule.level,
            rule.id,
            rule.citation,
        ))
    }

    /// A failure of a named file or socket.
    pub fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |error| Self::Io(what, error)
    }
}

/// Which character of a value, from 1, the byte at an offset is; `None` if the value was read as another text.
#[must_use]
pub fn position((given, read): (&str, &str), offset: usize) -> Option<usize> {
    let before = read.as_bytes().get(..offset).filter(|_| given == read)?;
    Some(String::from_utf8_lossy(before).chars().count() + 1)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosedPipe => f.write_str("nobody reads the output"),
            Self::Input(message) => f.write_str(message),
            Self::Io(what, error) => write!(f, "{what}: {error}"),
            Self::Spec(LoadError::Spec(diagnostics)) => {
                f.write_str("the spec files have errors")?;
                for diagnostic in &diagnostics.0 {
                    write!(f, "\n{diagnostic}\n{}", diagnostic.excerpt())?;
                }
                Ok(())
            }
            Self::Spec(error) => error.fmt(f),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Io { name, error } => Self::Io(name, error),
            Error::Stopped => Self::ClosedPipe,
            error => Self::Input(error.to_string()),
        }
    }
}

impl From<HexError> for Failure {
    fn from(error: HexError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::Spec(error)
    }
}

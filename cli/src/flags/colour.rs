//! When text for people has colours.

use std::{
    env,
    ffi::{OsStr, OsString},
    io::{self, IsTerminal as _},
};

use clap::{ColorChoice, ValueEnum};

/// When colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// Use colours on a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Always use colours.
    Always,
    /// Never use colours.
    Never,
}

impl Colour {
    /// What these arguments ask for. It decides about the help before they are parsed.
    pub(crate) fn asked(arguments: impl IntoIterator<Item = OsString>) -> Self {
        let mut asked = Self::Auto;
        let mut arguments = arguments.into_iter().take_while(|one| one != "--");
        while let Some(argument) = arguments.next() {
            let value = match argument.to_str() {
                Some("--color") => arguments.next(),
                Some(text) => text.strip_prefix("--color=").map(OsString::from),
                None => None,
            };
            let known = |text: &str| Self::from_str(text, false).ok();
            if let Some(colour) = value.as_deref().and_then(OsStr::to_str).and_then(known) {
                asked = colour;
            }
        }
        asked
    }

    /// Whether standard output is coloured.
    pub(crate) fn is_used(self) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                let variable = |name: &str| env::var_os(name);
                by_environment(variable).unwrap_or_else(|| io::stdout().is_terminal())
            }
        }
    }
}

impl From<Colour> for ColorChoice {
    fn from(colour: Colour) -> Self {
        match colour {
            Colour::Auto => Self::Auto,
            Colour::Always => Self::Always,
            Colour::Never => Self::Never,
        }
    }
}

/// What the environment says, in the order in which clap asks it for the help.
fn by_environment(variable: impl Fn(&str) -> Option<OsString>) -> Option<bool> {
    let is = |name: &str, value: &str| variable(name).is_some_and(|found| found == value);
    let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    if set("NO_COLOR") {
        Some(false)
    } else if set("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0") {
        Some(true)
    } else if is("CLICOLOR", "0") || is("TERM", "dumb") {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Colour, OsString, by_environment};

    #[test]
    fn the_environment_decides_in_a_fixed_order() {
        for (variables, decides) in [
            (&[][..], None),
            (&[("NO_COLOR", "")][..], None),
            (&[("NO_COLOR", "0")], Some(false)),
            (&[("CLICOLOR_FORCE", "1")], Some(true)),
            (&[("CLICOLOR_FORCE", "0")], None),
            (&[("CLICOLOR_FORCE", "")], None),
            (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], Some(false)),
            (&[("CLICOLOR_FORCE", "1"), ("CLICOLOR", "0")], Some(true)),
            (&[("CLICOLOR", "0")], Some(false)),
            (&[("CLICOLOR", "1")], None),
            (&[("TERM", "dumb")], Some(false)),
        ] {
            let variable = |name: &str| {
                let mut found = variables.iter().filter(|(known, _)| *known == name);
                found.next().map(|(_, value)| OsString::from(value))
            };
            assert_eq!(by_environment(variable), decides, "{variables:?}");
        }
    }

    #[test]
    fn the_last_argument_counts_before_those_of_another_command() {
        for (arguments, asked) in [
            (&["lint"][..], Colour::Auto),
            (&["--color", "never", "lint"], Colour::Never),
            (&["lint", "--color=always"], Colour::Always),
            (&["--color=always", "--color", "never"], Colour::Never),
            (&["test", "client", "--", "--color=always"], Colour::Auto),
            (&["--color", "sometimes"], Colour::Auto),
            (&["--color"], Colour::Auto),
        ] {
            let given = arguments.iter().map(OsString::from);
            assert_eq!(Colour::asked(given), asked, "{arguments:?}");
        }
    }
}

//! The limit for repeated findings.

use std::{num::NonZeroU64, str::FromStr};

/// How often the same finding about one endpoint of a connection is shown: a number, or `all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxFindings(Option<NonZeroU64>);

impl MaxFindings {
    /// The default for readable text.
    pub const READ: Self = Self(NonZeroU64::new(5));
    /// The default for output that programs read.
    pub const PARSED: Self = Self(NonZeroU64::new(100));

    /// Whether one more is shown after so many.
    pub(crate) const fn allows(self, shown: u64) -> bool {
        match self.0 {
            Some(most) => shown < most.get(),
            None => true,
        }
    }
}

impl FromStr for MaxFindings {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.parse()) {
            ("all", _) => Ok(Self(None)),
            (_, Ok(number)) => Ok(Self(NonZeroU64::new(number))),
            (_, Err(_)) => Err("expected a number or `all`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MaxFindings;

    #[test]
    fn no_limit_has_two_names() {
        for none in ["0", "all"] {
            assert!(none.parse::<MaxFindings>().unwrap().allows(u64::MAX));
        }
        assert!("-1".parse::<MaxFindings>().is_err());
    }
}

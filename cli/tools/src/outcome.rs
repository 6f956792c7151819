//! How a command ended that did what it was asked to.

/// Decides between the exit statuses 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to report.
    Fine,
    /// A violation, a difference, a drift or an incomplete input.
    Findings,
}

impl Outcome {
    /// Findings, if there are any.
    pub const fn findings(any: bool) -> Self {
        if any { Self::Findings } else { Self::Fine }
    }
}

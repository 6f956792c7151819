//! How many bytes a scenario sends at once.

use super::{Part, Scenario, Step};

impl Scenario {
    /// Bytes of the largest step, roughly; `each` is the length of the payload for which the scenario is
    /// played.
    #[must_use]
    pub fn weight(&self, each: usize) -> usize {
        self.steps
            .iter()
            .map(|step| step.weight(each))
            .max()
            .unwrap_or_default()
    }
}

impl Step {
    fn weight(&self, each: usize) -> usize {
        let of = |parts: &[Part]| parts.iter().map(|part| part.weight(each)).sum();
        match self {
            Self::Send(parts) | Self::Chopped(_, parts) | Self::BreaksAtOnce(_, parts) => of(parts),
            Self::Repeat(_, steps) => steps
                .iter()
                .map(|step| step.weight(each))
                .max()
                .unwrap_or_default(),
            Self::Expect(_)
            | Self::OneOf(_)
            | Self::Breaks(_)
            | Self::Probe
            | Self::Wait(_)
            | Self::HalfClose => 0,
        }
    }
}

impl Part {
    fn weight(&self, each: usize) -> usize {
        match self {
            Self::Text(payload)
            | Self::Binary(payload)
            | Self::Ping(payload)
            | Self::Pong(payload)
            | Self::Raw(payload)
            | Self::Frame { payload, .. }
            | Self::Coded { payload, .. }
            | Self::Fragmented { payload, .. } => payload.length(each),
            Self::First(_, part)
            | Self::After(_, part)
            | Self::ButLast(_, part)
            | Self::Last(_, part) => part.weight(each),
            Self::Close(..) | Self::CloseEmpty | Self::Head(..) => 0,
        }
    }
}

//! What an element breaks.

use alloc::{borrow::ToOwned, string::String};

use super::{Setting, Side, Terms, defined, text};
use crate::machine::extension::{Demand, Element, ExtensionInfo, ParameterInfo};

/// An element with its parsed parameters.
pub(super) struct Read<'a> {
    pub(super) info: &'static ExtensionInfo,
    pub(super) outer: &'a Element,
    pub(super) inner: &'a Element,
    pub(super) side: Side,
    pub(super) offer: Option<&'a Terms>,
    pub(super) terms: Terms,
    /// The first parameter with an invalid value.
    pub(super) invalid: Option<usize>,
}

/// The index of the parameter that violates a demand, if it is one, and what the element contains.
pub(super) type Broken = (Option<usize>, String);

impl Read<'_> {
    #[inline]
    pub(super) fn breaks(&self, demand: &Demand) -> Option<Broken> {
        let parameters = &self.inner.parameters;
        match *demand {
            Demand::KnownParameters => {
                let mut names = parameters.iter().map(|(name, _)| name);
                let at = names.position(|name| defined(self.info, name, self.side).is_none())?;
                self.parameter(at)
            }
            Demand::DistinctParameters => {
                let again = |at: &usize| {
                    let mut earlier = parameters[..*at].iter();
                    earlier.any(|(name, _)| *name == parameters[*at].0)
                };
                self.parameter((0..parameters.len()).find(again)?)
            }
            Demand::ValidValues => self.parameter(self.invalid?),
            Demand::Parameter(name) => self.missing(name),
            Demand::OfferedParameters => {
                let offer = self.offer?;
                let unasked = |(parameter, _): &(&ParameterInfo, _)| {
                    parameter.needs_offer && offer.get(parameter.name).is_none()
                };
                self.setting(self.terms.iter().find(unasked)?.0)
            }
            Demand::OwedParameters => {
                let owed = |(parameter, _): &(&ParameterInfo, _)| {
                    parameter.owed && self.terms.get(parameter.name).is_none()
                };
                let (parameter, _) = self.offer?.iter().find(owed)?;
                Some((None, parameter.name.to_owned()))
            }
            Demand::WithinOffer => {
                let offer = self.offer?;
                let above = |(parameter, setting): &(&ParameterInfo, &Setting)| {
                    let offered = offer.get(parameter.name).and_then(Setting::number);
                    let above = setting.number().zip(offered);
                    parameter.at_most_offered && above.is_some_and(|(now, asked)| now > asked)
                };
                self.setting(self.terms.iter().find(above)?.0)
            }
            // Demands on lists and payloads are checked elsewhere, and the rest nowhere.
            Demand::Once
            | Demand::DistinctBits
            | Demand::CompressedOnce
            | Demand::NotAfter(_)
            | Demand::NotBefore(_)
            | Demand::Deflate
            | Demand::BlockBoundary
            | Demand::RequiredFields
            | Demand::FieldAbsent(_)
            | Demand::Scheme
            | Demand::Path
            | Demand::Channels(_)
            | Demand::Documented(_) => None,
        }
    }

    #[inline]
    fn missing(&self, name: &'static str) -> Option<Broken> {
        let method = self.info.method;
        let wraps = method.is_some_and(|method| method.parameter == name);
        let missing = if wraps {
            self.inner.token.is_empty()
        } else {
            self.inner.get(name).is_none()
        };
        missing.then(|| (None, text(name, self.outer.get(name).flatten())))
    }

    #[inline]
    fn parameter(&self, at: usize) -> Option<Broken> {
        let (name, value) = self.inner.parameters.get(at)?;
        Some((Some(at), text(name, value.as_deref())))
    }

    #[inline]
    fn setting(&self, parameter: &ParameterInfo) -> Option<Broken> {
        let mut names = self.inner.parameters.iter().map(|(name, _)| name);
        self.parameter(names.position(|name| name == parameter.name)?)
    }
}

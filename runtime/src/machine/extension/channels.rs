//! Which extensions the channels of an extension that multiplexes may have.

use alloc::string::ToString as _;

use super::{Demand, Effect, Element, ExtensionInfo, Extensions, ParameterInfo, Transform};

impl Extensions {
    /// The default of [`with_first_quota`](Self::with_first_quota).
    const FIRST_QUOTA: u32 = 64 << 10;

    /// Lets an extension that multiplexes be agreed, because the application runs its channels.
    /// Without this, such an extension is [not supported](Self::unspoken).
    #[inline]
    #[must_use]
    pub const fn with_channels(self) -> Self {
        self.with_first_quota(Self::FIRST_QUOTA)
    }

    /// The same, and sets what the server may send on the first channel before it receives more, if
    /// this is the offer of a client. 64 KiB by default. Not all servers take more of it right after
    /// their response.
    #[inline]
    #[must_use]
    pub const fn with_first_quota(mut self, bytes: u32) -> Self {
        self.channels = Some(bytes);
        self
    }

    /// An element of an offer, with the quota for the first channel.
    #[inline]
    pub(super) fn with_quota(&self, info: &ExtensionInfo, element: Element) -> Element {
        let mut parameters = info.parameters.iter();
        let quota = |parameter: &&ParameterInfo| {
            parameter.effect == Effect::Quota && parameter.offer.is_some()
        };
        match (self.channels, parameters.find(quota)) {
            (Some(bytes @ 1..), Some(quota)) => element.with(quota.name, Some(bytes.to_string())),
            _ => element,
        }
    }

    /// The extensions that a channel can have: those that may stand before the one that multiplexes.
    #[inline]
    #[must_use]
    pub fn of_channels(&self) -> Self {
        let mut inner = self.clone();
        let multiplexes = |info: &&'static ExtensionInfo| info.transform == Transform::Multiplex;
        let forbidden = |info: &'static ExtensionInfo| {
            let outer = self.supported().filter(multiplexes);
            let mut rules = outer.flat_map(|outer| outer.rules);
            rules.any(|rule| match rule.demand {
                Demand::NotAfter(transforms) => transforms.contains(&info.transform),
                _ => false,
            })
        };
        let stays = |info: &'static ExtensionInfo| !multiplexes(&info) && !forbidden(info);
        inner.supported.retain(|supported| stays(supported.info));
        inner.channels = None;
        inner
    }
}

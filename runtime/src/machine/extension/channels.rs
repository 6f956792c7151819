//! Which extensions the channels of an extension that multiplexes may have.

use super::{Demand, ExtensionInfo, Extensions, Transform};

impl Extensions {
    /// Lets an extension that multiplexes be agreed, because the application runs its channels.
    /// Without this, such an extension is [not supported](Self::unspoken).
    #[must_use]
    pub const fn with_channels(mut self) -> Self {
        self.channels = true;
        self
    }

    /// The extensions that a channel can have: those that may stand before the one that multiplexes.
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
        inner.channels = false;
        inner
    }
}

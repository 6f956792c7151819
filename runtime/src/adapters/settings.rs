//! What both ends of an opening handshake are set to.

use alloc::{string::String, vec::Vec};

/// The methods by which both builders are set, whose field `config` they set.
macro_rules! settings {
    () => {
        /// Sets the limits, those of the handshake among them.
        #[must_use]
        pub fn limits(mut self, limits: $crate::Limits) -> Self {
            self.config.limits = limits;
            self
        }

        /// Sets how strictly the rules are taken, those of the handshake among them.
        #[must_use]
        pub const fn policy(mut self, policy: $crate::Policy) -> Self {
            self.config.policy = policy;
            self
        }

        /// Sets when the answer to a close frame goes out: before the application is told, by
        /// default.
        #[must_use]
        pub const fn close_answer(mut self, answer: $crate::CloseAnswer) -> Self {
            self.config.close_answer = answer;
            self
        }

        /// Shares memory among all connections that this opens, and with whatever else shares
        /// this budget. By default nothing is shared, and [`Limits`](crate::Limits) alone bound each connection.
        ///
        /// ```
        /// # use wsdraft::{Budget, Draft, handshake::Acceptor};
        /// # fn bounded<D: Draft + Clone>(draft: D) -> Acceptor<D> {
        /// Acceptor::new(draft).budget(Budget::new(256 << 20))
        /// # }
        /// ```
        #[must_use]
        pub fn budget(mut self, budget: $crate::Budget) -> Self {
            self.config.budget = Some(budget);
            self
        }
    };
}

pub(crate) use settings;

/// Header fields as the handshakes take them.
pub(crate) fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    let fields = fields.iter();
    fields
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

//! Settings of both endpoints of an opening handshake.

use alloc::{string::String, sync::Arc, vec::Vec};

use crate::machine::limits::Config;

/// The setters of both builders. They set the field `config`, which `own` lets them change.
macro_rules! settings {
    ($own:path $(, $const:tt)?) => {
        /// Sets the limits, including those of the handshake.
        #[must_use]
        pub fn limits(mut self, limits: $crate::Limits) -> Self {
            $own(&mut self.config).limits = limits;
            self
        }

        /// Sets how strictly rules are enforced, including those of the handshake.
        #[must_use]
        pub $($const)? fn policy(mut self, policy: $crate::Policy) -> Self {
            $own(&mut self.config).policy = policy;
            self
        }

        /// Sets when the close frame is answered; by default, before the application receives it.
        #[must_use]
        pub $($const)? fn close_answer(mut self, answer: $crate::CloseAnswer) -> Self {
            $own(&mut self.config).close_answer = answer;
            self
        }

        /// Sets who responds to pings; by default, the connection itself.
        #[must_use]
        pub $($const)? fn ping_answer(mut self, answer: $crate::PingAnswer) -> Self {
            $own(&mut self.config).ping_answer = answer;
            self
        }

        /// Shares memory among all connections that this opens, and with everything else that uses
        /// this budget. By default no memory is shared, and only [`Limits`](crate::Limits) limit
        /// each connection.
        ///
        /// ```
        /// # use wsdraft::{Budget, Draft, handshake::Acceptor};
        /// # fn bounded<D: Draft + Clone>(draft: D) -> Acceptor<D> {
        /// Acceptor::new(draft).budget(Budget::new(256 << 20))
        /// # }
        /// ```
        #[must_use]
        pub fn budget(mut self, budget: $crate::Budget) -> Self {
            $own(&mut self.config).budget = Some(budget);
            self
        }

        /// Sets what counts the handshakes and connections of this endpoint; nothing by default.
        /// Clones of [`Counters`](crate::metrics::Counters) count together.
        ///
        /// ```
        /// # use wsdraft::{Draft, handshake::Acceptor, metrics::Counters};
        /// # fn counted<D: Draft + Clone>(draft: D) -> (Acceptor<D>, Counters) {
        /// let counters = Counters::new();
        /// let acceptor = Acceptor::new(draft).metrics(counters.clone());
        /// # (acceptor, counters)
        /// # }
        /// ```
        #[must_use]
        pub fn metrics(mut self, metrics: impl $crate::metrics::Metrics + 'static) -> Self {
            let metrics = $crate::metrics::SharedMetrics::new(metrics);
            $own(&mut self.config).metrics = Some(metrics);
            self
        }
    };
}

pub(crate) use settings;

/// The configuration, to be changed. Connections share it.
pub(crate) fn own(config: &mut Arc<Config>) -> &mut Config {
    Arc::make_mut(config)
}

/// Header fields in the form that the handshakes accept.
pub(crate) fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    let fields = fields.iter();
    fields
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

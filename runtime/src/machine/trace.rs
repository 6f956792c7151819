//! Spans and events for subscribers of the crate `tracing`. Without the feature `tracing`, all of
//! this compiles to nothing.

#[cfg(feature = "tracing")]
pub(crate) use self::on::Trace;

#[cfg(not(feature = "tracing"))]
pub(crate) use self::off::Trace;

#[cfg(feature = "tracing")]
mod on {
    use core::fmt::Display;

    use tracing::{Level, Span, event, field::Empty};

    use crate::{
        machine::{
            close::{Cause, Ending},
            limits::Limit,
        },
        protocol::{
            info::{DraftInfo, Role},
            violation::Violation,
        },
    };

    /// A span and its events.
    #[derive(Clone, Debug)]
    pub(crate) struct Trace(Span);

    /// Records an event in a span.
    macro_rules! tell {
        ($trace:expr, $level:expr, $($what:tt)+) => {
            event!(target: "wsdraft", parent: &$trace.0, $level, $($what)+)
        };
    }

    impl Trace {
        /// The span of an opening handshake.
        pub(crate) fn handshake(role: Role) -> Self {
            Self(tracing::debug_span!(
                target: "wsdraft",
                "websocket_handshake",
                role = %role,
                draft = Empty,
                subprotocol = Empty,
            ))
        }

        /// The span of a connection.
        pub(crate) fn connection(draft: &DraftInfo, role: Role) -> Self {
            Self(tracing::info_span!(
                target: "wsdraft",
                "websocket",
                role = %role,
                draft = draft.short,
                subprotocol = Empty,
            ))
        }

        pub(crate) const fn span(&self) -> &Span {
            &self.0
        }

        /// Records the agreed subprotocol.
        pub(crate) fn subprotocol(&self, subprotocol: Option<&str>) {
            if let Some(subprotocol) = subprotocol {
                self.0.record("subprotocol", subprotocol);
            }
        }

        /// Records a successful opening handshake.
        pub(crate) fn established(&self, draft: &DraftInfo, subprotocol: Option<&str>) {
            self.0.record("draft", draft.short);
            self.subprotocol(subprotocol);
            tell!(self, Level::DEBUG, "established");
        }

        /// Records a refused request, with its status code and cause.
        pub(crate) fn refused(
            &self,
            status: Option<u16>,
            violation: Option<&Violation>,
            limit: Option<(Limit, u64)>,
            cause: &dyn Display,
        ) {
            if let Some(violation) = violation {
                self.violation(violation);
            }
            if let Some((limit, value)) = limit {
                self.limit(limit, value);
            }
            tell!(self, Level::INFO, status, cause = %cause, "refused");
        }

        /// Records a failed opening handshake.
        pub(crate) fn failed(&self, violation: Option<&Violation>, cause: &dyn Display) {
            if let Some(violation) = violation {
                self.violation(violation);
            }
            tell!(self, Level::INFO, cause = %cause, "failed");
        }

        /// Records the end of a connection.
        pub(crate) fn ended(&self, ending: &Ending) {
            match &ending.cause {
                Cause::Violation(violation) => self.violation(violation),
                &Cause::Limit { limit, value } => self.limit(limit, value),
                Cause::Clean | Cause::Vanished { .. } => {}
            }
            let error = ending.error();
            tell!(
                self,
                Level::INFO,
                clean = ending.is_clean(),
                by = %ending.by,
                code = ending.code,
                reason = (!ending.reason.is_empty()).then_some(&*ending.reason),
                error = error.as_ref().map(display),
                "ended"
            );
        }

        fn violation(&self, violation: &Violation) {
            tell!(
                self,
                Level::WARN,
                rule = violation.rule.id,
                by = %violation.by,
                offset = violation.offset,
                "{violation}"
            );
        }

        fn limit(&self, limit: Limit, value: u64) {
            tell!(self, Level::WARN, limit = %limit, value, unit = limit.unit(), "limit reached");
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod off {
    use core::fmt::Display;

    use crate::{
        machine::{close::Ending, limits::Limit},
        protocol::{
            info::{DraftInfo, Role},
            violation::Violation,
        },
    };

    /// Nothing.
    #[derive(Clone, Debug)]
    pub(crate) struct Trace;

    impl Trace {
        pub(crate) const fn handshake(_: Role) -> Self {
            Self
        }

        pub(crate) const fn connection(_: &DraftInfo, _: Role) -> Self {
            Self
        }

        #[cfg(feature = "std")]
        pub(crate) const fn subprotocol(&self, _: Option<&str>) {}

        pub(crate) const fn established(&self, _: &DraftInfo, _: Option<&str>) {}

        pub(crate) const fn refused(
            &self,
            _: Option<u16>,
            _: Option<&Violation>,
            _: Option<(Limit, u64)>,
            _: &dyn Display,
        ) {
        }

        pub(crate) const fn failed(&self, _: Option<&Violation>, _: &dyn Display) {}

        pub(crate) const fn ended(&self, _: &Ending) {}
    }
}

//! Counts what connections do with the recorder of the crate `metrics`.

use std::{array, sync::OnceLock};

use ::metrics::{Counter, Unit, counter, describe_counter, describe_gauge, gauge};

use super::counters::{
    BYTES, CLOSE_FRAMES, ENDED, FAILED, HANDSHAKES, KINDS, MESSAGES, OPEN, OPENED, place,
};
use crate::{
    machine::metrics::{End, Metrics},
    protocol::info::{DraftInfo, Kind, Role},
};

/// Passes what connections do to the recorder that the program has installed for the crate
/// [`metrics`](https://docs.rs/metrics), such as an exporter for Prometheus.
///
/// | metric | type | labels |
/// |---|---|---|
/// | `websocket_handshakes_open` | gauge | `role` |
/// | `websocket_handshakes_failed_total` | counter | `role`, `reason` ([list](Metrics::handshake_failed)) |
/// | `websocket_connections_opened_total` | counter | `role`, `draft` |
/// | `websocket_connections_open` | gauge | `role` |
/// | `websocket_connections_ended_total` | counter | `role`, `result` ([`End::kind`]), `cause` ([`End::name`]) |
/// | `websocket_close_frames_total` | counter | `role`, `direction`, `code` ([`End::sent_name`]) |
/// | `websocket_messages_total` | counter | `role`, `direction`, `kind` |
/// | `websocket_payload_bytes_total` | counter | `role`, `direction`, `kind` |
///
/// `role` is `client` or `server`, `direction` is `received` or `sent`, and `kind` is `text`,
/// `binary`, `ping`, `pong`, `close` or `extension`. No label has a value that a peer chooses.
///
/// Install the recorder before you create the emitter. Share one emitter, in an
/// [`Arc`](alloc::sync::Arc), among all acceptors: it looks up the counters of messages once.
#[derive(Debug)]
pub struct Emitter {
    flows: [OnceLock<Flow>; FLOWS],
}

/// For each role, direction and kind.
const FLOWS: usize = 4 * KINDS.len();

/// The counters of messages and of their bytes.
struct Flow(Counter, Counter);

impl std::fmt::Debug for Flow {
    #[inline]
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Flow")
    }
}

impl Default for Emitter {
    fn default() -> Self {
        Self::new()
    }
}

impl Emitter {
    /// An emitter, which describes its metrics to the recorder.
    #[must_use]
    pub fn new() -> Self {
        describe_gauge!(HANDSHAKES, "Opening handshakes in progress");
        describe_counter!(FAILED, "Opening handshakes that led to no connection");
        describe_counter!(OPENED, "Connections that have been opened");
        describe_gauge!(OPEN, "Connections that are open");
        describe_counter!(ENDED, "Connections that have ended");
        describe_counter!(CLOSE_FRAMES, "Close frames of connections that have ended");
        describe_counter!(MESSAGES, "Messages and control frames");
        describe_counter!(
            BYTES,
            Unit::Bytes,
            "Payloads of messages and control frames"
        );
        Self {
            flows: array::from_fn(|_| OnceLock::new()),
        }
    }

    fn count(&self, role: Role, direction: &'static str, kind: Kind, bytes: usize) {
        let (row, place) = (usize::from(direction == SENT), place(kind));
        let row = row + 2 * usize::from(role == Role::Server);
        let flow = self.flows.get(row * KINDS.len() + place);
        if let (Some(flow), Some(&kind)) = (flow, KINDS.get(place)) {
            let Flow(messages, payloads) = flow.get_or_init(|| {
                let role = name(role);
                Flow(
                    counter!(MESSAGES, "role" => role, "direction" => direction, "kind" => kind),
                    counter!(BYTES, "role" => role, "direction" => direction, "kind" => kind),
                )
            });
            messages.increment(1);
            payloads.increment(bytes as u64);
        }
    }
}

impl Metrics for Emitter {
    fn handshake_started(&self, role: Role) {
        gauge!(HANDSHAKES, "role" => name(role)).increment(1.0);
    }

    fn handshake_failed(&self, role: Role, why: &'static str) {
        let role = name(role);
        gauge!(HANDSHAKES, "role" => role).decrement(1.0);
        counter!(FAILED, "role" => role, "reason" => why).increment(1);
    }

    fn handshake_succeeded(&self, role: Role) {
        gauge!(HANDSHAKES, "role" => name(role)).decrement(1.0);
    }

    fn opened(&self, role: Role, draft: &'static DraftInfo) {
        let role = name(role);
        counter!(OPENED, "role" => role, "draft" => draft.short).increment(1);
        gauge!(OPEN, "role" => role).increment(1.0);
    }

    fn received(&self, role: Role, kind: Kind, bytes: usize) {
        self.count(role, RECEIVED, kind, bytes);
    }

    fn sent(&self, role: Role, kind: Kind, bytes: usize) {
        self.count(role, SENT, kind, bytes);
    }

    fn ended(&self, role: Role, end: &End) {
        let role = name(role);
        gauge!(OPEN, "role" => role).decrement(1.0);
        counter!(ENDED, "role" => role, "result" => end.kind(), "cause" => end.name()).increment(1);
        for (direction, code) in [(RECEIVED, end.received_name()), (SENT, end.sent_name())] {
            if let Some(code) = code {
                counter!(CLOSE_FRAMES, "role" => role, "direction" => direction, "code" => code)
                    .increment(1);
            }
        }
    }
}

const RECEIVED: &str = "received";
const SENT: &str = "sent";

const fn name(role: Role) -> &'static str {
    match role {
        Role::Client => "client",
        Role::Server => "server",
    }
}

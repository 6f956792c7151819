//! What has been sent and received.

use std::cell::Cell;

use tokio::sync::Notify;

/// What has been sent and received on all connections.
#[derive(Debug, Default)]
pub(super) struct Counts {
    sent: Cell<usize>,
    pings: Cell<usize>,
    messages: Cell<usize>,
    pongs: Cell<usize>,
    received: Notify,
}

fn count(cell: &Cell<usize>) {
    cell.set(cell.get() + 1);
}

impl Counts {
    pub(super) fn sent_message(&self) {
        count(&self.sent);
    }

    pub(super) fn sent_ping(&self) {
        count(&self.pings);
    }

    /// A message was received.
    pub(super) fn message(&self) {
        count(&self.messages);
        self.received.notify_one();
    }

    /// A pong was received.
    pub(super) fn pong(&self) {
        count(&self.pongs);
        self.received.notify_one();
    }

    /// Waits for a message or a pong.
    pub(super) async fn more(&self) {
        self.received.notified().await;
    }

    /// Whether nothing was sent that has an answer.
    pub(super) fn is_silent(&self) -> bool {
        self.sent.get() + self.pings.get() == 0
    }

    /// Whether all pings are answered and so many messages have come, by default as many as were
    /// sent.
    pub(super) fn are_answered(&self, expected: Option<usize>) -> bool {
        let expected = expected.unwrap_or_else(|| self.sent.get());
        self.messages.get() >= expected && self.pongs.get() >= self.pings.get()
    }
}

//! Pings, and what answers them.

use super::{BOTH, CLOSE, DONE, PING, PONG, Talk, one, other};

use crate::common::capture::From;

#[test]
fn pings_that_are_answered_break_nothing() {
    for from in BOTH {
        let peer = other(from);
        let mut talk = Talk::opened();
        // With the same payload; one pong for all before it; one that nobody asked for.
        talk.send(from, PING, b"one");
        talk.send(peer, PONG, b"one");
        talk.send(from, PING, b"two");
        talk.send(from, PING, b"three");
        talk.texts(peer, 20, 100);
        talk.send(peer, PONG, b"unasked");
        talk.send(peer, PONG, b"three");
        talk.texts(peer, 20, 5_000);
        // Just before the close frame, and after it.
        talk.wait(100).send(from, PING, b"four");
        talk.texts(peer, 1, 100);
        assert_eq!(talk.closed(from), [], "{from:?}");
        let mut talk = Talk::opened();
        talk.send(peer, CLOSE, DONE);
        talk.send(from, PING, b"");
        talk.texts(from, 5, 0);
        talk.wait(20_000).send(from, CLOSE, DONE);
        assert_eq!(talk.ended(From::Server), [], "{from:?}");
    }
}

#[test]
fn a_ping_that_is_not_answered_is_found_as_the_other_end_closes() {
    for from in BOTH {
        let peer = other(from);
        for first in BOTH {
            let mut talk = Talk::opened();
            let packet = talk.send(from, PING, b"alive?");
            talk.texts(peer, 2, 5_000);
            talk.wait(5_000).send(from, PING, b"alive?");
            talk.wait(100);
            assert_eq!(
                talk.closed(first),
                one("ping-answered", peer, packet),
                "{from:?} {first:?}"
            );
        }
        // It sends nothing, and is given time.
        let mut talk = Talk::opened();
        let packet = talk.send(from, PING, b"");
        talk.wait(20_000);
        assert_eq!(talk.closed(from), one("ping-answered", peer, packet));
        // The record has no clock.
        let mut talk = Talk::opened();
        let packet = talk.send(from, PING, b"a");
        talk.texts(peer, 12, 0);
        assert_eq!(talk.closed(from), one("ping-answered", peer, packet));
    }
}

#[test]
fn a_ping_that_is_not_answered_is_found_while_the_other_end_goes_on() {
    for from in BOTH {
        let peer = other(from);
        for other_body in [false, true] {
            let mut talk = Talk::opened();
            let packet = talk.send(from, PING, b"body");
            if other_body {
                talk.send(peer, PONG, b"another");
            }
            talk.texts(peer, 40, 1_000);
            assert_eq!(talk.broken(), one("ping-answered", peer, packet));
        }
    }
}

/// A pong is due as soon as is practical (RFC 6455 §5.5.2), which may be late.
#[test]
fn an_answer_that_comes_late_is_one() {
    for from in BOTH {
        let peer = other(from);
        let mut talk = Talk::opened();
        talk.send(from, PING, b"p");
        talk.texts(peer, 45, 1_000);
        talk.send(peer, PONG, b"p");
        assert_eq!(talk.closed(from), []);
        // One of more than are kept answers all before it.
        let many = || {
            let mut talk = Talk::opened();
            let first = talk.send(from, PING, b"first");
            for number in 0..200_u8 {
                talk.send(from, PING, &[number]);
                talk.texts(peer, 1, 1_000);
            }
            (talk, first)
        };
        let (mut talk, _) = many();
        talk.send(peer, PONG, &[199]);
        assert_eq!(talk.closed(from), []);
        let (talk, first) = many();
        assert_eq!(talk.broken(), one("ping-answered", peer, first));
        assert_eq!(talk.closed(peer), one("ping-answered", peer, first));
        // The answer to a close frame, too, also after the other end gave up waiting for it.
        let closed = || {
            let mut talk = Talk::opened();
            talk.send(from, CLOSE, DONE);
            talk.texts(peer, 40, 1_000);
            talk
        };
        let mut talk = closed();
        talk.send(peer, CLOSE, DONE);
        assert_eq!(talk.ended(From::Server), []);
        let mut talk = closed();
        talk.capture.finish(from);
        talk.send(peer, CLOSE, DONE);
        talk.capture.finish(peer);
        assert_eq!(talk.broken(), []);
    }
}

/// What the record does not show is held against nobody.
#[test]
fn pings_that_may_not_have_come_are_owed_no_answer() {
    for from in BOTH {
        let peer = other(from);
        let pinged = || {
            let mut talk = Talk::opened();
            talk.send(from, PING, b"a");
            talk
        };
        // The record ends, or the transport is cut.
        let mut talk = pinged();
        talk.texts(peer, 5, 1_000);
        assert_eq!(talk.broken(), []);
        talk.capture.reset(peer);
        assert_eq!(talk.broken(), []);
        // Closed at once, by either end, after much that was on its way.
        for first in BOTH {
            let mut talk = pinged();
            talk.texts(peer, 8, 1);
            assert_eq!(talk.closed(first), [], "{first:?}");
        }
        // The other end does not have it: what it sends is on its way since before.
        let mut talk = pinged();
        talk.capture.lag[peer as usize] = 1;
        talk.texts(peer, 40, 1_000);
        assert_eq!(talk.broken(), []);
        // Bytes of either end are missing.
        for lost in BOTH {
            let mut talk = pinged();
            let frame = talk.frame(lost, PONG, b"a");
            let _lost = talk.capture.segment(lost, &frame);
            talk.texts(lost, 3, 0);
            talk.texts(peer, 60, 1_000);
            assert_eq!(talk.broken(), [], "{lost:?}");
        }
        // An end that has broken a rule is not spoken to any more.
        let mut talk = pinged();
        let odd = talk.frame(from, 0x83, b"");
        talk.capture.send(from, &odd);
        talk.texts(peer, 60, 1_000);
        let found = talk.broken();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, "opcode-known");
    }
}

/// An end that has much to read comes to a ping late.
#[test]
fn a_ping_behind_much_else_is_waited_for() {
    for from in BOTH {
        let peer = other(from);
        let busy = || {
            let mut talk = Talk::opened();
            talk.texts(from, 1_000, 0);
            let packet = talk.send(from, PING, b"a");
            talk.texts(peer, 60, 1_000);
            (talk, packet)
        };
        let (mut talk, _) = busy();
        talk.send(peer, PONG, b"a");
        assert_eq!(talk.closed(from), []);
        // Not for ever.
        let (mut talk, packet) = busy();
        talk.texts(peer, 100, 1_000);
        assert_eq!(talk.broken(), one("ping-answered", peer, packet));
        // A pong says that all before the ping was read.
        let (mut talk, _) = busy();
        talk.send(peer, PONG, b"a");
        let packet = talk.send(from, PING, b"b");
        talk.texts(peer, 40, 1_000);
        assert_eq!(talk.broken(), one("ping-answered", peer, packet));
    }
}

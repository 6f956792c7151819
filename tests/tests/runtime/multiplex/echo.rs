//! Both ends against each other.

use wsdraft::multiplex::MultiplexLimits;

use super::{App, Got, Pair, dialects};

fn text(text: &str) -> Got {
    Got::Text(text.into())
}

#[test]
fn two_channels_echo_in_each_dialect() {
    for dialect in dialects() {
        let token = dialect.tokens[0];
        let offered = format!("{token}; quota=40");
        let mut pair = Pair::new(dialect.short, &offered, MultiplexLimits::default());
        let first = pair.client.first();
        let second = pair.client.open("/second");
        pair.settle(usize::MAX);
        for key in [first, second] {
            let hello = format!("hello {key:?}");
            pair.client.own(key).text(&hello).unwrap();
            pair.client.own(key).ping(b"are you there").unwrap();
            pair.client.own(key).binary(&[7; 100_000]).unwrap();
            pair.settle(usize::MAX);
            let answers = [
                text(&hello),
                Got::Pong(b"are you there".to_vec()),
                Got::Binary(vec![7; 100_000]),
            ];
            assert_eq!(pair.client.got(key), answers, "{}", dialect.short);
        }
        let mut changed: Vec<_> = core::iter::from_fn(|| pair.client.mux.next_changed()).collect();
        changed.sort_unstable();
        assert_eq!(changed, [first, second]);
    }
}

#[test]
fn a_client_offers_quota_for_the_first_channel() {
    // A server may not yet know the channel when the first block arrives.
    let ours = super::extensions("permessage-deflate, mux");
    let offer = ours.offer(super::draft().info()).unwrap();
    assert!(offer.ends_with(", mux; quota=65536"), "{offer}");
    assert!(ours.unspoken().is_none());
    let none = ours.with_first_quota(0).offer(super::draft().info());
    assert!(none.unwrap().ends_with(", mux"));
}

#[test]
fn bytes_arrive_one_at_a_time() {
    for dialect in dialects() {
        let limits = MultiplexLimits::default().window(300).turn(50);
        let mut pair = Pair::new(dialect.short, dialect.tokens[0], limits);
        let keys = [
            pair.client.first(),
            pair.client.open("/a"),
            pair.client.open("/b"),
        ];
        pair.settle(1);
        for key in keys {
            pair.client.own(key).text(&"text ".repeat(200)).unwrap();
        }
        pair.settle(1);
        for key in keys {
            pair.client.own(key).close(1000, "done").unwrap();
        }
        pair.settle(1);
        let answers = [
            text(&"text ".repeat(200)),
            Got::Close(Some(1000)),
            Got::Closed,
        ];
        for key in keys {
            assert_eq!(pair.client.got(key), answers, "{}", dialect.short);
        }
    }
}

#[test]
fn the_smallest_windows_let_everything_through() {
    for dialect in dialects() {
        for window in 1..=12 {
            let limits = MultiplexLimits::default().window(window);
            let mut pair = Pair::new(dialect.short, dialect.tokens[0], limits);
            let key = pair.client.open("/a");
            pair.settle(usize::MAX);
            if !dialect
                .multiplexing
                .as_ref()
                .unwrap()
                .channels
                .unwrap()
                .fragments_control
            {
                pair.client.own(key).text("hello, server").unwrap();
                pair.settle(usize::MAX);
                assert_eq!(pair.client.got(key), [text("hello, server")], "{window}");
                continue;
            }
            pair.client.own(key).text("hello, server").unwrap();
            pair.client.own(key).ping(b"0123456789").unwrap();
            pair.client.own(key).close(1000, "good bye").unwrap();
            pair.settle(usize::MAX);
            let answers = [
                text("hello, server"),
                Got::Pong(b"0123456789".to_vec()),
                Got::Close(Some(1000)),
                Got::Closed,
            ];
            assert_eq!(pair.client.got(key), answers, "{} {window}", dialect.short);
        }
    }
}

#[test]
fn channels_compress_messages() {
    let list = "permessage-deflate, mux-07";
    let mut pair = Pair::new(list, "permessage-deflate, mux", MultiplexLimits::default());
    let first = pair.client.first();
    let second = pair.client.open("/second");
    pair.settle(usize::MAX);
    for key in [first, second] {
        let compresses = |end: &mut super::End| end.own(key).agreed().header().map(str::to_owned);
        let agreed = compresses(&mut pair.client);
        assert_eq!(agreed.as_deref(), Some("permessage-deflate"));
        let long = "the same again and again, ".repeat(1000);
        pair.client.own(key).text(&long).unwrap();
        pair.client.act();
        assert!(pair.client.mux.output().len() < 1000);
        pair.settle(usize::MAX);
        assert_eq!(pair.client.got(key), [text(&long)]);
    }
}

#[test]
fn a_server_refuses_a_channel() {
    for dialect in dialects() {
        let mut pair = Pair::new(dialect.short, dialect.tokens[0], MultiplexLimits::default());
        pair.server.accepts = false;
        let key = pair.client.open("/second");
        pair.settle(usize::MAX);
        let refused = &pair.client.apps[&key];
        assert!(matches!(refused, App::Refused(403)), "{}", dialect.short);
        assert!(pair.client.mux.over().is_none());
        let first = pair.client.first();
        pair.client.own(first).text("still here").unwrap();
        pair.settle(usize::MAX);
        assert_eq!(pair.client.got(first), [text("still here")]);
    }
}

#[test]
fn a_channel_that_nobody_reads_holds_up_itself_alone() {
    for dialect in dialects() {
        let limits = MultiplexLimits::default().window(1000);
        let mut pair = Pair::new(dialect.short, dialect.tokens[0], limits);
        let (first, second) = (pair.client.first(), pair.client.open("/second"));
        pair.settle(usize::MAX);
        let asleep = *pair
            .keys()
            .iter()
            .find(|key| **key != pair.server.first())
            .unwrap();
        pair.server.asleep.push(asleep);
        let long = "x".repeat(50_000);
        pair.client.own(second).text(&long).unwrap();
        pair.client.own(first).text("hello").unwrap();
        pair.settle(usize::MAX);
        assert_eq!(pair.client.got(first), [text("hello")]);
        assert_eq!(pair.client.got(second), []);
        let held = pair.server.mux.unread(asleep).unwrap().len();
        assert!((1..4000).contains(&held), "{held}");
        pair.server.asleep.clear();
        pair.settle(usize::MAX);
        assert_eq!(pair.client.got(second), [text(&long)]);
    }
}

//! Every schedule of a few small systems: which end acts, and how many bytes move, in every order. All
//! messages must arrive, in order, and all channels must end.

use wsdraft::multiplex::{ChannelKey, MultiplexLimits};

use super::{Got, Pair, carry, dialects};

/// What can happen at a time.
const CHOICES: usize = 6;
/// How many things happen before everything else does.
const DEPTH: u32 = 3;

/// How the channels end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    /// The client closes them.
    Close,
    /// The server closes them.
    ServerCloses,
    /// The client lets them go.
    Release,
}

/// Lets one thing happen.
fn happen(pair: &mut Pair, choice: usize, keys: &[ChannelKey], ends: Ends) {
    match choice {
        0 => drop(carry(&mut pair.client, &mut pair.server, 9)),
        1 => drop(carry(&mut pair.server, &mut pair.client, 9)),
        2 => drop(pair.server.act()),
        3 => drop(pair.client.act()),
        4 => say(pair, keys[0], ends),
        _ => say(pair, keys[1], ends),
    }
}

/// Sends a message on a channel, or ends it after two.
fn say(pair: &mut Pair, key: ChannelKey, ends: Ends) {
    let said = pair.client.said.entry(key).or_default();
    *said += 1;
    let said = *said;
    match (said, ends) {
        (1 | 2, _) => {
            let text = format!("{said} says {key:?}");
            let _ = pair.client.own(key).text(&text);
        }
        (3, Ends::Close) => drop(pair.client.own(key).close(1000, "")),
        (3, Ends::Release) => {
            pair.client.act();
            pair.client.apps.remove(&key);
            pair.client.mux.release(key);
        }
        _ => {}
    }
}

fn run(dialect: &'static str, window: u64, ends: Ends, mut schedule: usize) {
    let about = format!("{dialect}, window {window}, {ends:?}, schedule {schedule}");
    let limits = MultiplexLimits::default()
        .window(window)
        .channels(2)
        .turn(4);
    let mut pair = Pair::new(dialect, "mux", limits);
    let keys = [pair.client.first(), pair.client.open("/b")];
    pair.settle(usize::MAX);
    for _ in 0..DEPTH {
        happen(&mut pair, schedule % CHOICES, &keys, ends);
        schedule /= CHOICES;
    }
    for key in keys {
        while pair.client.said.get(&key).copied().unwrap_or_default() < 2 {
            say(&mut pair, key, ends);
        }
    }
    pair.settle(40);
    for key in keys {
        let texts = [1, 2].map(|said| Got::Text(format!("{said} says {key:?}")));
        let got = pair.client.got(key);
        let released = !pair.client.apps.contains_key(&key);
        assert!(released || got.starts_with(&texts), "{about}: {got:?}");
    }
    if ends == Ends::ServerCloses {
        for key in pair.keys() {
            pair.server.own(key).close(1000, "").unwrap();
        }
    }
    for key in keys {
        if pair.client.said[&key] == 2 {
            say(&mut pair, key, ends);
        }
    }
    pair.settle(40);
    for key in keys {
        let closed = [Got::Close(Some(1000)), Got::Closed];
        let got = pair.client.got(key);
        assert!(
            ends == Ends::Release || got.ends_with(&closed),
            "{about}: {got:?}"
        );
        pair.client.mux.release(key);
    }
    pair.settle(40);
    for key in pair.keys() {
        let got = pair.server.got(key);
        let texts = got.iter().filter(|got| matches!(got, Got::Text(_)));
        assert!(
            ends == Ends::Release || texts.count() == 2,
            "{about}: {got:?}"
        );
        assert_eq!(pair.server.mux.unread(key), None, "{about}");
        pair.server.mux.release(key);
        assert_eq!(pair.server.mux.id(key), None, "{about}");
    }
    assert!(pair.server.mux.over().is_none(), "{about}");
}

#[test]
fn no_schedule_loses_data_or_stops() {
    for dialect in dialects() {
        for window in [1, 2, 5, 20] {
            // Without fragments of control frames, these take more.
            let divides = dialect
                .multiplexing
                .as_ref()
                .unwrap()
                .channels
                .unwrap()
                .fragments_control;
            if window < 2 && !divides {
                continue;
            }
            for ends in [Ends::Close, Ends::ServerCloses, Ends::Release] {
                for schedule in 0..CHOICES.pow(DEPTH) {
                    run(dialect.short, window, ends, schedule);
                }
            }
        }
    }
}

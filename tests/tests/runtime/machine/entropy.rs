//! Masking keys from the operating system's randomness.

use std::{collections::HashSet, thread};

use wsdraft::{Config, Connection, Entropy, OsEntropy, drafts::rfc6455, frame::Session};

/// More keys than one seed gives.
const KEYS: usize = 10_000;

/// The keys of one connection: what empty messages are masked with.
fn keys() -> Vec<[u8; 4]> {
    let (session, config) = (Session::default(), Config::default());
    let mut client = Connection::client(rfc6455::Draft, session, OsEntropy, config);
    let keys = (0..KEYS).map(|_| {
        client.binary(&[]).expect("room");
        let key = *client.output().last_chunk().expect("a key");
        client.sent(client.output().len());
        key
    });
    keys.collect()
}

#[test]
fn no_connection_and_no_thread_repeats_the_keys_of_another() {
    let threads = [(); 2].map(|()| thread::spawn(|| [keys(), keys()]));
    let all = threads.map(|thread| thread.join().expect("keys"));
    let mut seen = HashSet::new();
    // Single keys may meet by chance, two in a row do not.
    for pair in all.as_flattened().iter().flat_map(|keys| keys.windows(2)) {
        assert!(seen.insert([pair[0], pair[1]]), "{pair:?}");
    }
}

#[test]
fn every_length_is_filled() {
    for length in (0..600).chain([16 << 10, (16 << 10) + 1, 100_000]) {
        let mut bytes = vec![0; length];
        OsEntropy.fill(&mut bytes).expect("randomness");
        // Half of the bits, give or take eight deviations.
        let ones: u32 = bytes.iter().map(|byte| byte.count_ones()).sum();
        let bits = 8.0 * length as f64;
        let off = (f64::from(ones) - bits / 2.0).abs();
        assert!(off <= 8.0 * (bits.sqrt() / 2.0), "{ones} of {bits}");
        let longest = bytes.split(|&byte| byte != 0).map(<[u8]>::len).max();
        assert!(longest < Some(8), "{longest:?}");
    }
}

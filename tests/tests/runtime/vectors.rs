//! The vectors of `data/vectors/core.json` through the library: whole, byte by byte, and cut at
//! every byte boundary; with generated and with interpreted drafts.

use std::{cell::Cell, collections::BTreeSet};

use wsdraft::{
    Close, Config, Connection, ConnectionError, Draft, Event, Limits, NoEntropy, Role,
    frame::{Decode, Session},
    handshake::{
        Answer, HeadLimits, Opening,
        client::{ClientHandshake, ClientOptions},
        parse,
        server::{RefusalCause, Requested, ServerHandshake, ServerOptions},
    },
    info::Purpose,
    inspect::{Inspector, Observed},
};
use wsdraft_interpreter::Interpreted;
use wsdraft_spec::Database;
use wsdraft_tests::vectors::{self, Kind, Vector};

mod frames;
mod handshakes;

/// The draft, as generated code and as data; nothing where the database lacks it.
fn drafts(short: &str) -> Vec<&'static dyn Draft> {
    let compiled = wsdraft::drafts::ALL
        .iter()
        .copied()
        .find(|draft| draft.info().short == short);
    let Some(compiled) = compiled else {
        return Vec::new();
    };
    let spec = Database::built_in().unwrap().resolved(short).unwrap();
    let interpreted = Interpreted::new(spec.clone()).unwrap();
    vec![compiled, Box::leak(Box::new(interpreted))]
}

/// Runs a check on every vector of a kind, under every draft that it names.
fn each(kind: Kind, mut check: impl FnMut(&Vector, &'static dyn Draft)) {
    let vectors: Vec<_> = vectors::all()
        .into_iter()
        .filter(|vector| vector.kind == kind)
        .collect();
    let names: BTreeSet<_> = vectors.iter().flat_map(|vector| &vector.drafts).collect();
    let mut checked = 0;
    for name in names {
        for draft in drafts(name) {
            for vector in vectors.iter().filter(|vector| vector.drafts.contains(name)) {
                check(vector, draft);
                checked += 1;
            }
        }
    }
    assert!(checked > 0, "no {kind:?} vector was checked");
}

#[test]
fn every_draft_that_a_vector_names_is_there() {
    let names: BTreeSet<String> = vectors::all()
        .into_iter()
        .flat_map(|vector| vector.drafts)
        .collect();
    let missing: Vec<_> = names
        .into_iter()
        .filter(|name| drafts(name).is_empty())
        .collect();
    println!("skipped: {missing:?}");
    // The set is being filled; once the one between the two families is there, all are.
    if !drafts("hybi-00").is_empty() {
        assert_eq!(missing, Vec::<String>::new());
    }
}

/// Where to cut a stream in two, so that every boundary is met. Of a stream of many like
/// bytes it is those at both ends, and some between.
fn cuts(length: usize) -> Vec<usize> {
    let middle = |cut: &usize| *cut < 64 || length - cut < 64 || cut.is_multiple_of(9973);
    (0..=length)
        .filter(|cut| length <= 1024 || middle(cut))
        .collect()
}

/// The ways to feed a stream: whole, byte by byte, in two at each boundary.
fn ways(bytes: &[u8]) -> impl Iterator<Item = Vec<&[u8]>> {
    let halves = cuts(bytes.len())
        .into_iter()
        .map(|cut| vec![&bytes[..cut], &bytes[cut..]]);
    [vec![bytes], bytes.chunks(1).collect()]
        .into_iter()
        .chain(halves)
}

fn role(sender: &str) -> Role {
    if sender == "client" {
        Role::Client
    } else {
        Role::Server
    }
}

fn session(vector: &Vector) -> Session {
    Session {
        masking_key: vector.masking_key(),
    }
}

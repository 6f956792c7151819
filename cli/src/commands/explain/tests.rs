use clap::Parser as _;
use wsdraft_spec::{Topics, topic::Subject};

use super::{atlas::Atlas, readings};
use crate::{Arguments, specs::Specs};

/// The words of a command, as a shell splits them; those in capitals stand for values.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for character in command.chars() {
        match character {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    let value = |word: String| match word.as_str() {
        "URL" => "ws://127.0.0.1:1/".into(),
        "BYTES" => "4096".into(),
        "SECONDS" => "5".into(),
        "HEX" => "00".into(),
        "ORIGIN" => "http://127.0.0.1".into(),
        _ => word,
    };
    words.into_iter().map(value).collect()
}

#[test]
fn what_to_run_next_can_be_run() {
    let mut steps = 0;
    for &subject in Subject::ALL {
        for (key, topic) in Topics::of(subject) {
            for step in &topic.steps {
                let parsed = Arguments::try_parse_from(words(&step.run));
                assert!(
                    parsed.is_ok(),
                    "{key}: {}: {}",
                    step.run,
                    parsed.unwrap_err()
                );
                steps += 1;
            }
        }
    }
    assert!(steps > 30);
}

#[test]
fn whatever_a_topic_leads_to_is_explained() {
    let specs = Specs::load(None).unwrap();
    let atlas = Atlas::new(&specs, None).unwrap();
    for &subject in Subject::ALL {
        for (key, topic) in Topics::of(subject) {
            for word in std::iter::once(key).chain(topic.see.iter().map(String::as_str)) {
                let found = readings(word, &atlas).unwrap();
                assert!(!found.is_empty(), "{key}: {word}");
            }
        }
    }
}

#[test]
fn every_limit_is_a_topic_and_the_other_way_round() {
    let limits = wsdraft::Limit::ALL.iter().map(|limit| limit.name());
    let topics = Topics::of(Subject::Limit).map(|(key, _)| key);
    assert_eq!(limits.collect::<Vec<_>>(), topics.collect::<Vec<_>>());
}

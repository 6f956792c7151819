use clap::Parser as _;
use wsdraft_spec::{Topics, topic::Subject};

use crate::Arguments;

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

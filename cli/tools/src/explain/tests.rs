use wsdraft_spec::{Topics, topic::Subject};

use super::{atlas::Atlas, readings};
use crate::specs::Specs;

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

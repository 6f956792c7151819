//! What breaks each rule of a dialect, and what keeps it, given to an end; and the two readers of
//! blocks against each other.

use proptest::{collection::vec, prelude::*};
use wsdraft::{
    Role,
    drafts::rfc6455,
    extension::{ExtensionInfo, multiplex::BlockKind},
    info::{Kind, Outcome, RuleInfo},
    multiplex::{Format, MultiplexLimits, Over},
};
use wsdraft_interpreter::{
    multiplex::{self as data, Carried, Contents},
    vectors::{ChannelCase, ChannelVectors, Vectors},
};
use wsdraft_spec::{
    Database,
    extension::{Demand, ResolvedMultiplexing, multiplex::ChannelDemand},
};

use super::{End, Multiplexed, dialects};

fn stated(dialect: &ExtensionInfo) -> &'static ResolvedMultiplexing {
    let database = Database::built_in().unwrap();
    let extension = database.extensions().get(dialect.short).unwrap();
    extension.multiplexing.as_ref().unwrap()
}

/// The opcode of a physical frame.
fn opcode(kind: Kind) -> u8 {
    match kind {
        Kind::Text => 0x81,
        Kind::Binary => 0x82,
        Kind::Ping => 0x89,
        other => panic!("{other:?}"),
    }
}

/// The frame with a message; a client's is masked with zeros.
pub(super) fn physical(message: &Carried) -> Vec<u8> {
    let mask = match message.by {
        Role::Client => 0x80,
        Role::Server => 0,
    };
    let mut frame = vec![opcode(message.kind)];
    match message.payload.len() {
        short @ 0..=125 => frame.push(short as u8 | mask),
        long => {
            frame.push(126 | mask);
            frame.extend((long as u16).to_be_bytes());
        }
    }
    if mask != 0 {
        frame.extend([0; 4]);
    }
    frame.extend(&message.payload);
    frame
}

/// An end that has received what the other end of a case sends. It grants more than a case needs,
/// and asks for a channel where the case does.
fn after(dialect: &'static ExtensionInfo, by: Role, messages: &[Carried]) -> End {
    let limits = MultiplexLimits::default();
    let mut end = End::new(by.peer(), dialect.short, dialect.tokens[0], limits);
    end.echoes = false;
    end.take(usize::MAX);
    let format = Format::of(dialect).unwrap();
    for message in messages {
        if message.by == by {
            end.mux.feed(&physical(message));
        } else if by == Role::Server && asks(&format, message) {
            end.open("/chat?room=1");
        }
        let _ = end.mux.advance();
        while end.act() {}
    }
    end
}

/// Whether the client's message asks for a channel.
fn asks(format: &Format, message: &Carried) -> bool {
    let block = message.payload.strip_prefix(&[0]);
    let block = block.and_then(|block| format.read(message.by, block).ok());
    block.is_some_and(|(block, _)| block.kind == BlockKind::AddRequest)
}

/// Whether the end of a case decides what the quotas and the slots are.
fn is_of_grants(demand: &Demand) -> bool {
    let grants = [ChannelDemand::WithinQuota, ChannelDemand::SlotAvailable];
    grants.map(Demand::Channels).contains(demand)
}

fn broken(dialect: &'static ExtensionInfo, rule: &'static RuleInfo, case: &ChannelCase) {
    let mut end = after(dialect, case.by, &case.broken);
    let place = format!("{}: {}: {:02x?}", dialect.short, rule.id, case.broken);
    let failed = match end.mux.over() {
        Some(Over::Failed(broken)) => broken.rule.map(|rule| rule.id),
        Some(other) => panic!("{place}: {other:?}"),
        None => None,
    };
    let fails = matches!(
        rule.outcome,
        Outcome::FailPhysical(_) | Outcome::FailWithoutCode
    );
    assert_eq!(failed, fails.then_some(rule.id), "{place}");
    if case.by == Role::Server {
        return;
    }
    let seen = Multiplexed::of(dialect, &end.take(usize::MAX));
    let stated = dialect.multiplexing.as_ref().unwrap();
    match rule.outcome {
        Outcome::FailPhysical(code) => {
            assert_eq!(seen.drops, [(0, Some(code))], "{place}");
            assert_eq!(seen.close, stated.drops.unwrap().physical_close, "{place}");
        }
        Outcome::Drop(code) => {
            let dropped = seen.drops.iter().any(|(_, with)| *with == Some(code));
            assert!(dropped, "{place}: {seen:?}");
        }
        Outcome::DropWithoutCode => assert_eq!(seen.drops[0].1, None, "{place}"),
        Outcome::Reject(_) => assert_eq!(seen.answers, [(2, true)], "{place}"),
        _ => assert_eq!(seen.drops, [], "{place}"),
    }
}

fn kept(dialect: &'static ExtensionInfo, rule: &'static RuleInfo, case: &ChannelCase) {
    let mut end = after(dialect, case.by, &case.kept);
    let place = format!("{}: {}: {:02x?}", dialect.short, rule.id, case.kept);
    assert_eq!(end.mux.over(), None, "{place}");
    if case.by == Role::Client {
        let seen = Multiplexed::of(dialect, &end.take(usize::MAX));
        assert!(seen.answers.iter().all(|(_, refused)| !refused), "{place}");
        // A drop is answered with a drop.
        let acknowledged = |drop: &(u32, Option<u16>)| matches!(drop, (1, Some(3008) | None));
        assert!(seen.drops.iter().all(acknowledged), "{place}: {seen:?}");
    }
}

#[test]
fn what_breaks_a_rule_has_its_outcome_and_what_keeps_it_has_none() {
    let database = Database::built_in().unwrap();
    let draft = Vectors::new(database.resolved("rfc6455").unwrap(), &rfc6455::Draft);
    let mut count = 0;
    for dialect in dialects() {
        let extension = database.extensions().get(dialect.short).unwrap();
        let vectors = ChannelVectors::new(extension, &draft).unwrap();
        for (id, rule) in vectors.rules() {
            if is_of_grants(&rule.require) {
                continue;
            }
            let info = dialect.rule(id).unwrap();
            for case in vectors.of(id).unwrap_or_default() {
                broken(dialect, info, &case);
                // The other end has to send what these cases say of it, and nothing else.
                let is_own = case.kept.iter().all(|message| message.by == case.by);
                if is_own {
                    kept(dialect, info, &case);
                }
                count += 1;
            }
        }
    }
    assert!(count > 80, "{count}");
}

/// What both readers of a block say.
fn compare(dialect: &'static ExtensionInfo, by: Role, bytes: &[u8]) {
    let stated = stated(dialect);
    let format = Format::of(dialect).unwrap();
    let (ours, theirs) = (
        format.read(by, bytes),
        data::Format::new(stated).read_block(bytes),
    );
    let block = |contents: &Contents| &stated.blocks.get(contents.block.as_str()).unwrap().value;
    match (ours, theirs) {
        (Ok((ours, length)), Ok((theirs, end))) => {
            assert_eq!(length, end, "{bytes:02x?}");
            assert_eq!(ours.kind, block(&theirs).kind);
            assert_eq!(ours.channel, theirs.channel.unwrap_or(0));
            assert_eq!((ours.flag, ours.encoding), (theirs.flag, theirs.encoding));
            assert_eq!(ours.quota, theirs.quota.unwrap_or(0));
            assert_eq!(ours.slots, theirs.slots.unwrap_or(0));
            assert_eq!((ours.code, ours.text), (theirs.code, &*theirs.last));
        }
        (Err(_), Ok((theirs, _))) => {
            assert!(
                block(&theirs).by.is_some_and(|role| role != by),
                "{bytes:02x?}"
            );
        }
        (Err(_), Err(_)) => {}
        // A dialect without the rule lets it pass.
        (Ok(ours), Err(theirs)) => {
            let demand = wsdraft::extension::Demand::Channels(theirs);
            let mut rules = dialect.rules.iter();
            let known = rules.any(|rule| rule.demand == demand);
            assert!(!known, "{bytes:02x?}: {ours:?}, {theirs:?}");
        }
    }
}

proptest! {
    #[test]
    fn both_readers_of_blocks_agree(first in any::<u8>(), rest in vec(prop_oneof![
        4 => 0u8..4, 1 => any::<u8>(), 1 => 125u8..130,
    ], 0..40)) {
        let bytes = [&[first], &*rest].concat();
        for dialect in dialects() {
            for by in [Role::Client, Role::Server] {
                compare(dialect, by, &bytes);
            }
        }
    }
}

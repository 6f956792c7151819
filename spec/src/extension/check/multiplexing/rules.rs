//! Rules about channels and blocks.

use wsdraft_vocabulary::multiplex::{
    BlockField, BlockKind, BlockPart, Carriage, ChannelDemand, ChannelIds, Numbers,
};

use super::is_physical;
use crate::{
    diagnostic::did_you_mean,
    extension::{Block, Demand, ExtensionRule, Failure, ResolvedExtension, ResolvedMultiplexing},
};

/// What is wrong with a rule, and in which field.
pub(in crate::extension::check) fn problem(
    rule: &ExtensionRule,
    extension: &ResolvedExtension,
) -> Option<(&'static str, String)> {
    if !rule.scope.is_of_channels() {
        return None;
    }
    let Some(multiplexing) = &extension.multiplexing else {
        let text = "a rule about channels needs `multiplexing`; state it";
        return Some(("scope", text.into()));
    };
    if let Demand::Channels(asked) = rule.require
        && let Some(missing) = missing(asked, multiplexing)
    {
        return Some(("require", format!("{asked:?} needs {missing}")));
    }
    match rule.otherwise {
        Failure::Drop(code) | Failure::FailPhysical(code) => {
            if multiplexing.drop_codes.get(&code).is_none() {
                let known: Vec<String> =
                    multiplexing.drop_codes.keys().map(u16::to_string).collect();
                let hint = did_you_mean(&code.to_string(), known.iter().map(String::as_str));
                return Some(("otherwise", format!("no drop code {code}{hint}")));
            }
            let fails = matches!(rule.otherwise, Failure::FailPhysical(_));
            if fails && !is_physical(multiplexing.drop_range(code)) {
                let text = format!("the drop code {code} does not end the physical connection");
                return Some(("otherwise", text));
            }
            None
        }
        Failure::Reject(_) => {
            let requests = matches!(
                rule.require,
                Demand::Channels(ChannelDemand::ValidHandshake(_))
            );
            let text = "only a request for a channel is refused with a status code";
            (!requests).then(|| ("otherwise", text.into()))
        }
        Failure::Decline
        | Failure::Abort
        | Failure::Fail(_)
        | Failure::FailWithoutCode
        | Failure::DropWithoutCode
        | Failure::Nothing => None,
    }
}

/// What a demand needs and the dialect lacks.
fn missing(asked: ChannelDemand, multiplexing: &ResolvedMultiplexing) -> Option<&'static str> {
    use ChannelDemand as D;
    let channels = multiplexing.channels.as_ref().map(|item| &item.value);
    let numbers = multiplexing.numbers.as_ref().map(|item| &item.value.form);
    let quotas = multiplexing.quotas.as_ref().map(|item| &item.value);
    let any = |test: &dyn Fn(&Block) -> bool| {
        let mut blocks = multiplexing.blocks.values();
        blocks.any(|block| test(&block.value))
    };
    let (has, needs) = match asked {
        D::EnvelopeKind | D::FrameComplete => {
            (wraps(multiplexing), "a carriage with the form Wrapped")
        }
        D::ChannelIdComplete | D::ChannelIdShortest => (
            channels.is_some_and(|one| matches!(one.ids, ChannelIds::Prefixed(_))),
            "channel IDs of the form Prefixed",
        ),
        D::ControlInBlock => (
            any(&|block| block.kind == BlockKind::ControlFrame),
            "a block of the kind ControlFrame",
        ),
        D::KnownBlock | D::BlockComplete => (any(&|_| true), "a block"),
        D::BlockReservedClear => (any(&has_reserved), "reserved bits"),
        D::NumberShortest | D::NumberFits => (
            matches!(numbers, Some(Numbers::Prefixed { .. })),
            "numbers of the form Prefixed",
        ),
        D::DropCodeComplete => (
            any(&|block| block.parts.contains(&BlockPart::CodeAndReason)),
            "a block with a CodeAndReason",
        ),
        D::BlockSender => (any(&|block| block.by.is_some()), "a block of one endpoint"),
        D::KnownEncoding(_) => (!multiplexing.encodings.is_empty(), "encodings"),
        D::ValidHandshake(_) => (
            any(&|block| block.parts.contains(&BlockPart::Handshake)),
            "a block with a Handshake",
        ),
        D::FreshChannel => (
            any(&|block| block.kind == BlockKind::AddRequest),
            "a block of the kind AddRequest",
        ),
        D::SlotAvailable => (
            channels.is_some_and(|one| one.needs_slots),
            "channels that need slots",
        ),
        D::QuotaFits => (
            quotas.is_some_and(|one| one.bits.is_some()),
            "quotas with a number of bits",
        ),
        D::WithinQuota => (quotas.is_some(), "quotas"),
        D::ControlFragments => (
            channels.is_some_and(|one| one.fragments_control),
            "channels that fragment control frames",
        ),
    };
    (!has).then_some(needs)
}

fn wraps(multiplexing: &ResolvedMultiplexing) -> bool {
    let carriage = multiplexing.carriage.as_ref();
    carriage.is_some_and(|item| matches!(item.value.form, Carriage::Wrapped { .. }))
}

fn has_reserved(block: &Block) -> bool {
    let mut fields = block.fields.iter();
    fields.any(|field| matches!(field, BlockField::Reserved(_)))
}

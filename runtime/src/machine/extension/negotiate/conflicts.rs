//! Extensions that cannot be agreed together.

use core::slice;

use super::Agreement;
use crate::{
    machine::extension::{Demand, Transform},
    protocol::info::RuleInfo,
};

/// The rule that forbids an extension after others in a list, if any.
#[inline]
pub(super) fn forbids(item: &Agreement, items: &[Agreement]) -> Option<&'static RuleInfo> {
    clash(item, items)
        .or_else(|| misplaced(item, items, &[]))
        .or_else(|| {
            let mut others = items.iter();
            others.find_map(|other| misplaced(other, &[], slice::from_ref(item)))
        })
        .or_else(|| twice_compressed(item, items))
}

/// The rule that forbids an extension together with others in any order, if any.
#[inline]
pub(super) fn clash(item: &Agreement, items: &[Agreement]) -> Option<&'static RuleInfo> {
    items.iter().find_map(|other| {
        let twice = other.answer.token == item.answer.token || other.extension == item.extension;
        let shared = other.claimed & item.claimed != 0 || other.opcodes.meets(&item.opcodes);
        let once = twice.then(|| demanded(&Demand::Once, [item, other]));
        let apart = shared.then(|| demanded(&Demand::DistinctBits, [item, other]));
        once.flatten().or_else(|| apart.flatten())
    })
}

/// The rule against compressing compressed data again, if it is violated.
#[inline]
pub(super) fn twice_compressed(item: &Agreement, items: &[Agreement]) -> Option<&'static RuleInfo> {
    let compresses = |item: &&Agreement| item.extension.transform.compresses();
    let other = items.iter().find(compresses)?;
    let both = compresses(&item).then_some([item, other])?;
    demanded(&Demand::CompressedOnce, both)
}

/// The rule of one of two extensions that has this demand.
#[inline]
fn demanded(demand: &Demand, of: [&Agreement; 2]) -> Option<&'static RuleInfo> {
    of.iter().find_map(|item| item.extension.demands(demand))
}

/// The rule against an extension between these others, if it is violated.
#[inline]
pub(super) fn misplaced(
    item: &Agreement,
    before: &[Agreement],
    after: &[Agreement],
) -> Option<&'static RuleInfo> {
    let among = |others: &[Agreement], transforms: &[Transform]| {
        let mut others = others.iter();
        others.any(|other| transforms.contains(&other.extension.transform))
    };
    let mut rules = item.extension.rules.iter();
    let broken = rules.find(|rule| match rule.demand {
        Demand::NotAfter(transforms) => among(before, transforms),
        Demand::NotBefore(transforms) => among(after, transforms),
        Demand::KnownParameters
        | Demand::DistinctParameters
        | Demand::ValidValues
        | Demand::Parameter(_)
        | Demand::OfferedParameters
        | Demand::OwedParameters
        | Demand::WithinOffer
        | Demand::Once
        | Demand::DistinctBits
        | Demand::CompressedOnce
        | Demand::Deflate
        | Demand::BlockBoundary
        | Demand::RequiredFields
        | Demand::FieldAbsent(_)
        | Demand::Scheme
        | Demand::Path
        | Demand::Channels(_)
        | Demand::Documented(_) => false,
    })?;
    Some(&broken.info)
}

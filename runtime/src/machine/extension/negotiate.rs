//! Negotiates extensions: the list of a client, the list of a server, and the agreement.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

mod agreed;
mod conflicts;

pub use self::agreed::{Agreed, Agreement};
use self::conflicts::{clash, forbids, misplaced, twice_compressed};
use super::{
    CompressorLimits, Effect, Element, ExtensionInfo, Extensions, Fault, MethodInfo, Supported,
    Terms,
    compression::{answer, offer},
    element::{located, offset_of},
    elements,
    terms::{limits, read_answer, read_answer_from, read_offer, read_offer_from},
};
use crate::protocol::{
    info::{DraftInfo, Purpose, Role},
    lists,
    violation::{Relaxed, Violation},
};

/// The limits of the server's and of the client's compressor, and the quota that the client offers.
type Bounds = (CompressorLimits, CompressorLimits, u32);

/// The functions that negotiate. Only an endpoint that supports an extension has them.
pub(super) struct Negotiation {
    answer: fn(&Extensions, &DraftInfo, &str) -> Agreed,
    settle: Settle,
}

type Settle = fn(&Extensions, &'static DraftInfo, Option<&str>, &str) -> Result<Agreed, Violation>;

impl Negotiation {
    const ALL: Self = Self {
        answer: Extensions::answer_each,
        settle: Extensions::settle_each,
    };
}

// Features for extensions have the functions compiled here, once. Few programs without these features
// support an extension, so there the functions are compiled only where one is supported.
#[cfg(any(feature = "deflate", feature = "multiplex"))]
pub(super) static NEGOTIATION: Negotiation = Negotiation::ALL;
#[cfg(not(any(feature = "deflate", feature = "multiplex")))]
pub(super) const NEGOTIATION: Negotiation = Negotiation::ALL;

impl Extensions {
    /// The field value that a client sends. `None` if there are no extensions, or if the draft does not
    /// negotiate them.
    #[inline]
    #[must_use]
    pub fn offer(&self, draft: &DraftInfo) -> Option<String> {
        draft.request_header(Purpose::Extensions)?;
        let mut elements: Vec<String> = Vec::new();
        for supported in &self.supported {
            if fits(supported.info, draft).is_none() {
                continue;
            }
            let element = offer(supported.info, &supported.compression);
            let element = self.with_quota(supported.info, element).to_string();
            if !elements.contains(&element) {
                elements.push(element);
            }
        }
        (!elements.is_empty()).then(|| lists::joined(&elements, ", "))
    }

    /// Checks the field value of a client before it is sent. An element must follow the rules of one
    /// of these extensions with its token; elements of other extensions are ignored.
    ///
    /// # Errors
    /// The first violation. Its offset counts from the start of the value.
    #[inline]
    pub fn check_offer(&self, draft: &'static DraftInfo, offered: &str) -> Result<(), Violation> {
        for (element, part) in located(offered) {
            let read = self.named_by(&element).map(|supported| {
                let info = supported.info;
                read_offer(info, &element).map_err(|fault| (fault, info.method))
            });
            let read: Vec<_> = read.collect();
            if read.iter().any(Result::is_ok) {
                continue;
            }
            if let Some((fault, method)) = read.into_iter().find_map(Result::err) {
                return Err(fault.of_list(draft, Role::Client, (part, offered), method));
            }
        }
        Ok(())
    }

    /// The answer of a server to the field value of a client: the acceptable elements, in order, that
    /// can be agreed together. Everything else is declined.
    #[must_use]
    pub fn answer(&self, draft: &DraftInfo, offered: &str) -> Agreed {
        let one = self.supported.first();
        one.map_or(Agreed::NONE, |one| {
            (one.negotiation.answer)(self, draft, offered)
        })
    }

    #[inline]
    fn answer_each(&self, draft: &DraftInfo, offered: &str) -> Agreed {
        let mut items: Vec<Agreement> = Vec::new();
        if draft.response_header(Purpose::Extensions).is_none() {
            return Agreed::default();
        }
        for element in elements(offered) {
            let accepted = self.named_by(&element).find_map(|supported| {
                let info = supported.info;
                let terms = read_offer_from(info, &element, self.relaxed).ok()?;
                let answer = answer(info, &element.token, &terms, &supported.compression);
                let given = read_answer(info, &answer, Some(&terms)).ok()?;
                Agreement::new(supported, draft, answer, bounds(&terms, &given))
            });
            let goes_with = |item: &Agreement| {
                clash(item, &items).is_none() && twice_compressed(item, &items).is_none()
            };
            if let Some(item) = accepted.filter(goes_with) {
                items.push(item);
            }
        }
        let misplaced = |items: &[Agreement]| {
            (0..items.len())
                .find(|&at| misplaced(&items[at], &items[..at], &items[at + 1..]).is_some())
        };
        while let Some(at) = misplaced(&items) {
            items.remove(at);
        }
        Agreed::new(items)
    }

    /// The agreement for a client, from its own field value and the server's.
    ///
    /// # Errors
    /// The rule that the server's list violates. Its offset counts from the start of the value.
    #[inline]
    pub fn check(
        &self,
        draft: &'static DraftInfo,
        offered: &str,
        answered: &str,
    ) -> Result<Agreed, Violation> {
        self.settle(draft, Some(offered), answered)
    }

    /// The agreement from the field value of a server, if the offer is not known.
    ///
    /// # Errors
    /// The rule that it violates. Its offset counts from the start of the value.
    #[inline]
    pub fn agreed(&self, draft: &'static DraftInfo, answered: &str) -> Result<Agreed, Violation> {
        self.settle(draft, None, answered)
    }

    fn settle(
        &self,
        draft: &'static DraftInfo,
        offered: Option<&str>,
        answered: &str,
    ) -> Result<Agreed, Violation> {
        let one = self.supported.first();
        one.map_or(Ok(Agreed::NONE), |one| {
            (one.negotiation.settle)(self, draft, offered, answered)
        })
    }

    #[inline]
    fn settle_each(
        &self,
        draft: &'static DraftInfo,
        offered: Option<&str>,
        answered: &str,
    ) -> Result<Agreed, Violation> {
        let offers: Option<Vec<Element>> = offered.map(|offered| elements(offered).collect());
        let mut items: Vec<Agreement> = Vec::new();
        for (element, part) in located(answered) {
            let taken = self.take(draft, &element, offers.as_deref());
            let fault = match taken {
                Ok(Some(item)) => match forbids(&item, &items) {
                    None => {
                        items.push(item);
                        continue;
                    }
                    // A relaxed rule allows another order, but no extension is taken twice.
                    Some(rule) if self.relaxed.allows(rule.id) => {
                        if clash(&item, &items).is_none() {
                            items.push(item);
                        }
                        continue;
                    }
                    Some(rule) => (Fault::of(rule, &element.token), None),
                },
                Err((info, fault)) => (fault, info.method),
                // A rule of the draft refuses what was not offered.
                Ok(None) => continue,
            };
            let (fault, method) = fault;
            return Err(fault.of_list(draft, Role::Server, (part, answered), method));
        }
        Ok(Agreed::new(items))
    }

    /// Reads an element of a server's list in the first dialect that it fits.
    ///
    /// An answer belongs to an offer: if some dialects can read an offer with this token, the others
    /// are not tried.
    #[inline]
    fn take(
        &self,
        draft: &DraftInfo,
        element: &Element,
        offers: Option<&[Element]>,
    ) -> Result<Option<Agreement>, (&'static ExtensionInfo, Fault)> {
        let dialects: Vec<_> = self
            .named_by(element)
            .filter(|supported| fits(supported.info, draft).is_some())
            .map(|supported| {
                let offered = offers.map(|offers| offers_in(supported.info, element, offers));
                (supported, offered)
            })
            .collect();
        let is_offered = |offered: &Option<Vec<Terms>>| {
            offered.as_ref().is_some_and(|offered| !offered.is_empty())
        };
        let any_offered = dialects.iter().any(|(_, offered)| is_offered(offered));
        let mut refused = None;
        for (supported, offered) in dialects {
            if any_offered && !is_offered(&offered) {
                continue;
            }
            match answer_to(supported.info, element, offered, self.relaxed) {
                Ok(limits) => {
                    return Ok(Agreement::new(supported, draft, element.clone(), limits));
                }
                Err(fault) => refused = refused.or(Some((supported.info, fault))),
            }
        }
        refused.map_or(Ok(None), Err)
    }

    /// The supported dialects with the token of an element.
    #[inline]
    fn named_by<'a>(&'a self, element: &'a Element) -> impl Iterator<Item = &'a Supported> {
        let token = element.token.as_str();
        let named = move |supported: &&Supported| supported.info.tokens.contains(&token);
        self.supported.iter().filter(named)
    }
}

impl Fault {
    /// Turns it into a violation by the sender of the list. `part` is the element's part of the value.
    #[inline]
    fn of_list(
        self,
        draft: &'static DraftInfo,
        by: Role,
        (part, value): (&[u8], &str),
        method: Option<MethodInfo>,
    ) -> Violation {
        let place = self.place(part, method);
        Violation {
            rule: self.rule,
            draft,
            by,
            offset: offset_of(place, value) as u64,
            seen: self.seen,
        }
    }
}

impl ExtensionInfo {
    /// Whether it can be offered in a draft: the draft negotiates extensions, and its frames have the
    /// bits and opcodes that the extension claims.
    #[inline]
    #[must_use]
    pub fn fits(&self, draft: &DraftInfo) -> bool {
        draft.request_header(Purpose::Extensions).is_some() && fits(self, draft).is_some()
    }
}

/// The offers with the token of an element that a dialect can read.
#[inline]
fn offers_in(info: &'static ExtensionInfo, element: &Element, offers: &[Element]) -> Vec<Terms> {
    let offers = offers.iter().filter(|offer| offer.token == element.token);
    offers
        .filter_map(|offer| read_offer(info, offer).ok())
        .collect()
}

/// Reads an answer to any of these offers; it must fit one. `None` means that the offers are not
/// known, and an empty list that nothing was offered.
#[inline]
fn answer_to(
    info: &'static ExtensionInfo,
    element: &Element,
    offers: Option<Vec<Terms>>,
    relaxed: Relaxed,
) -> Result<Bounds, Fault> {
    let Some(mut offers) = offers else {
        let given = read_answer_from(info, element, None, relaxed)?;
        return Ok(bounds(&Terms::default(), &given));
    };
    if offers.is_empty() {
        offers.push(Terms::default());
    }
    let mut refused = None;
    for terms in &offers {
        match read_answer_from(info, element, Some(terms), relaxed) {
            Ok(given) => return Ok(bounds(terms, &given)),
            Err(fault) => refused = refused.or(Some(fault)),
        }
    }
    refused.map_or(Ok((CompressorLimits::NONE, CompressorLimits::NONE, 0)), Err)
}

/// What an offer and its answer agree on.
#[inline]
fn bounds(offer: &Terms, answer: &Terms) -> Bounds {
    let (server, client) = limits(offer, answer);
    let mut settings = offer.iter();
    let quota = settings.find(|(parameter, _)| parameter.effect == Effect::Quota);
    let quota = quota.and_then(|(_, setting)| setting.number());
    (server, client, quota.unwrap_or_default())
}

/// The bits that an extension claims in a draft. `None` if the draft lacks one of them, or if one of
/// the claimed opcodes does not fit or is defined by the draft.
#[inline]
fn fits(info: &ExtensionInfo, draft: &DraftInfo) -> Option<u8> {
    let mut opcodes = info.opcodes.iter().chain(info.control_opcodes);
    if !opcodes.all(|opcode| draft.leaves_free(*opcode)) {
        return None;
    }
    let mut claimed = 0;
    for bit in info.bits {
        let at = draft.reserved_bits.iter().position(|name| name == bit)?;
        claimed |= 1u8.checked_shl(u32::try_from(at).ok()?)?;
    }
    Some(claimed)
}

//! Lists of extensions: what a client offers, what a server answers, what holds then.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use super::{
    Compression, Demand, Element, ExtensionInfo, Extensions, Fault, Limits, Terms, elements,
    info::Part,
    terms::{answer, limits, offer, read_answer, read_offer},
};
use crate::{
    info::{DraftInfo, Purpose, Role},
    violation::{Seen, Violation},
};

/// An extension that was agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// The extension.
    pub extension: &'static ExtensionInfo,
    /// The server's element.
    pub answer: Element,
    /// What binds the server's compressor.
    pub server: Limits,
    /// What binds the client's compressor.
    pub client: Limits,
    /// The claimed bits, as in [`Head::reserved`](crate::Head::reserved).
    pub claimed: u8,
}

/// The extensions that were agreed, in the order in which they are applied to what is sent;
/// none by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreed {
    items: Vec<Agreement>,
    header: Option<String>,
    compression: Compression,
}

impl Agreed {
    /// The value of the answer's header; `None` where nothing was agreed.
    #[must_use]
    pub fn header(&self) -> Option<&str> {
        self.header.as_deref()
    }

    /// The extensions.
    pub fn iter(&self) -> impl Iterator<Item = &Agreement> {
        self.items.iter()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// What this end wants of compression.
    #[must_use]
    pub const fn settings(&self) -> &Compression {
        &self.compression
    }

    /// What binds the compressor of one end, as `by` sees it: its own may be bound tighter.
    #[must_use]
    pub fn limits(agreement: &Agreement, settings: &Compression, of: Role, by: Role) -> Limits {
        let agreed = match of {
            Role::Server => agreement.server,
            Role::Client => agreement.client,
        };
        if of == by {
            settings.within(of, agreed)
        } else {
            agreed
        }
    }

    fn new(items: Vec<Agreement>, compression: Compression) -> Self {
        let elements: Vec<_> = items.iter().map(|item| item.answer.to_string()).collect();
        Self {
            header: (!elements.is_empty()).then(|| elements.join(", ")),
            items,
            compression,
        }
    }
}

impl Extensions {
    /// What a client offers: the value of its header, or `None` for nothing, in a draft that
    /// negotiates no extensions or where there are none.
    #[must_use]
    pub fn offer(&self, draft: &DraftInfo) -> Option<String> {
        draft.request_header(Purpose::Extensions)?;
        let mut elements: Vec<String> = Vec::new();
        for info in self
            .supported
            .iter()
            .filter(|info| fits(info, draft).is_some())
        {
            let element = offer(info, &self.compression).to_string();
            if !elements.contains(&element) {
                elements.push(element);
            }
        }
        (!elements.is_empty()).then(|| elements.join(", "))
    }

    /// What a server answers to the value of a client's header: of the elements that it can
    /// accept, each in turn, the ones that go together. Everything else is passed over.
    #[must_use]
    pub fn answer(&self, draft: &DraftInfo, offered: &str) -> Agreed {
        let mut items: Vec<Agreement> = Vec::new();
        if draft.response_header(Purpose::Extensions).is_none() || self.is_empty() {
            return Agreed::default();
        }
        for element in elements(offered) {
            let accepted = self.named_by(&element).find_map(|info| {
                let claimed = fits(info, draft)?;
                let terms = read_offer(info, &element).ok()?;
                let answer = answer(info, &element.token, &terms, &self.compression);
                let given = read_answer(info, &answer, Some(&terms)).ok()?;
                let (server, client) = limits(&terms, &given);
                Some(Agreement {
                    extension: info,
                    answer,
                    server,
                    client,
                    claimed,
                })
            });
            if let Some(item) = accepted.filter(|item| goes_with(item, &items)) {
                items.push(item);
            }
        }
        while let Some((at, _)) = misplaced(&items) {
            items.remove(at);
        }
        Agreed::new(items, self.compression)
    }

    /// What holds for a client, given the values of its own header and of the server's.
    ///
    /// # Errors
    /// The rule that the server's list breaks.
    pub fn check(
        &self,
        draft: &'static DraftInfo,
        offered: &str,
        answered: &str,
    ) -> Result<Agreed, Violation> {
        self.settle(draft, Some(offered), answered)
    }

    /// What the value of a server's header says by itself, where the offer is not known.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn agreed(&self, draft: &'static DraftInfo, answered: &str) -> Result<Agreed, Violation> {
        self.settle(draft, None, answered)
    }

    fn settle(
        &self,
        draft: &'static DraftInfo,
        offered: Option<&str>,
        answered: &str,
    ) -> Result<Agreed, Violation> {
        let broken = |fault: Fault| Violation {
            rule: fault.rule,
            draft,
            by: Role::Server,
            offset: 0,
            seen: fault.seen,
        };
        let offers: Option<Vec<Element>> = offered.map(|offered| elements(offered).collect());
        let mut items: Vec<Agreement> = Vec::new();
        for element in elements(answered) {
            let mut fault = None;
            let mut found = None;
            for info in self.named_by(&element) {
                let Some(claimed) = fits(info, draft) else {
                    continue;
                };
                match answer_to(info, &element, offers.as_deref()) {
                    Ok((server, client)) => {
                        found = Some(Agreement {
                            extension: info,
                            answer: element.clone(),
                            server,
                            client,
                            claimed,
                        });
                        break;
                    }
                    Err(error) => fault = fault.or(Some(error)),
                }
            }
            match (found, fault) {
                (Some(item), _) => {
                    if let Some(rule) = clash(&item, &items) {
                        let seen = Seen::text(item.answer.token.as_bytes());
                        return Err(broken(Fault { rule, seen }));
                    }
                    items.push(item);
                }
                (None, Some(fault)) => return Err(broken(fault)),
                // What was not offered is for the draft's own rule to refuse.
                (None, None) => {}
            }
        }
        Ok(Agreed::new(items, self.compression))
    }

    /// The supported dialects that an element can be of.
    fn named_by<'a>(
        &'a self,
        element: &'a Element,
    ) -> impl Iterator<Item = &'static ExtensionInfo> + 'a {
        let named = |info: &&ExtensionInfo| info.tokens.contains(&element.token.as_str());
        self.supported.iter().copied().filter(named)
    }
}

/// Reads an answer against the offers that it can be to: it is enough that it fits one.
fn answer_to(
    info: &'static ExtensionInfo,
    element: &Element,
    offers: Option<&[Element]>,
) -> Result<(Limits, Limits), Fault> {
    let Some(offers) = offers else {
        let given = read_answer(info, element, None)?;
        return Ok(limits(&Terms::default(), &given));
    };
    let mut fault = None;
    for offer in offers.iter().filter(|offer| offer.token == element.token) {
        let Ok(terms) = read_offer(info, offer) else {
            continue;
        };
        match read_answer(info, element, Some(&terms)) {
            Ok(given) => return Ok(limits(&terms, &given)),
            Err(error) => fault = fault.or(Some(error)),
        }
    }
    match fault {
        Some(fault) => Err(fault),
        None => {
            let given = read_answer(info, element, Some(&Terms::default()))?;
            Ok(limits(&Terms::default(), &given))
        }
    }
}

/// The bits that an extension claims in a draft; `None` where the draft lacks one of them.
fn fits(info: &ExtensionInfo, draft: &DraftInfo) -> Option<u8> {
    let mut claimed = 0;
    for bit in info.bits {
        let at = draft.reserved_bits.iter().position(|name| name == bit)?;
        claimed |= 1u8.checked_shl(u32::try_from(at).ok()?)?;
    }
    Some(claimed)
}

/// Whether an extension can be agreed beside others.
fn goes_with(item: &Agreement, items: &[Agreement]) -> bool {
    // What is compressed once does not become smaller when it is compressed again.
    let compresses = |item: &Agreement| item.extension.transform.compresses();
    clash(item, items).is_none() && !(compresses(item) && items.iter().any(compresses))
}

/// The rule that forbids an extension beside others, if there is one.
fn clash(item: &Agreement, items: &[Agreement]) -> Option<&'static crate::info::RuleInfo> {
    items.iter().find_map(|other| {
        let twice = other.answer.token == item.answer.token || other.extension == item.extension;
        let shared = other.claimed & item.claimed != 0;
        let info = item.extension;
        let once = twice.then(|| info.demands(&Demand::Once)).flatten();
        once.or_else(|| {
            shared
                .then(|| info.demands(&Demand::DistinctBits))
                .flatten()
        })
    })
}

/// An extension that may not stand where it does, and the rule that says so.
fn misplaced(items: &[Agreement]) -> Option<(usize, &'static crate::info::RuleInfo)> {
    items.iter().enumerate().find_map(|(at, item)| {
        let among = |others: &[Agreement], transforms: &[super::Transform]| {
            let mut others = others.iter();
            others.any(|other| transforms.contains(&other.extension.transform))
        };
        let rules = item
            .extension
            .rules
            .iter()
            .filter(|rule| rule.part == Part::List);
        let broken = rules.into_iter().find(|rule| match rule.demand {
            Demand::NotAfter(transforms) => among(&items[..at], transforms),
            Demand::NotBefore(transforms) => among(&items[at + 1..], transforms),
            _ => false,
        })?;
        Some((at, &broken.info))
    })
}

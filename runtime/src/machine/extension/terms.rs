//! Reads offers and answers by the parameters and rules of an extension.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

mod read;

use self::read::Read;
use super::{
    Effect, Element, ExtensionInfo, ExtensionRule, MethodInfo, ParameterInfo, Sender, Value,
    element::parameter_in, elements, info::Part,
};
use crate::protocol::{
    grammar,
    info::{Role, RuleInfo},
    violation::{Relaxed, Seen},
};

/// A violation of a rule of an extension by an offer or an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule.
    pub rule: &'static RuleInfo,
    /// What the element contains.
    pub seen: Seen,
    /// The index of the parameter that violates it, from 0, among those of the element or of its
    /// method. `None` if the element itself violates it.
    pub parameter: Option<usize>,
}

impl Fault {
    /// A violation of a rule by an element.
    #[inline]
    pub(super) fn of(rule: &'static RuleInfo, seen: &str) -> Self {
        Self {
            rule,
            seen: Seen::text(seen.as_bytes()),
            parameter: None,
        }
    }

    /// The piece of an element's part that violates the rule.
    #[inline]
    pub(super) fn place<'a>(&self, part: &'a [u8], method: Option<MethodInfo>) -> &'a [u8] {
        let parameter = self.parameter.and_then(|at| parameter_in(part, method, at));
        parameter.unwrap_or(part)
    }
}

/// The parsed value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// No value.
    Flag,
    /// A number.
    Number(u32),
    /// Any other value.
    Text(String),
}

impl Setting {
    /// The number, if it is one.
    #[inline]
    #[must_use]
    pub const fn number(&self) -> Option<u32> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The text, if it is one.
    #[inline]
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

/// The parameters of a valid offer or answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    settings: Vec<(&'static ParameterInfo, Setting)>,
}

impl Terms {
    /// The setting of a parameter.
    #[inline]
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Setting> {
        let mut settings = self.settings.iter();
        settings
            .find(|(parameter, _)| parameter.name == name)
            .map(|(_, setting)| setting)
    }

    /// All settings.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = (&'static ParameterInfo, &Setting)> {
        self.settings
            .iter()
            .map(|(parameter, setting)| (*parameter, setting))
    }
}

/// The limits of one endpoint's compressor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompressorLimits {
    /// The base-2 logarithm of its largest window.
    pub window_bits: u8,
    /// Whether it discards its compression context before each message or frame.
    pub no_context_takeover: bool,
}

impl CompressorLimits {
    /// The limits of the format.
    pub(super) const NONE: Self = Self {
        window_bits: 15,
        no_context_takeover: false,
    };

    #[inline]
    fn take(&mut self, effect: Effect, setting: &Setting) {
        match effect {
            Effect::WindowBits(_) => {
                if let Some(bits) = setting.number().and_then(|bits| u8::try_from(bits).ok()) {
                    self.window_bits = self.window_bits.min(bits);
                }
            }
            Effect::NoContextTakeover(_) => self.no_context_takeover = true,
            Effect::Quota | Effect::Application => {}
        }
    }
}

/// The list that contains an element.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Offer,
    Answer,
}

/// Reads an element of a client's list. Of several methods, the first valid one counts.
///
/// # Errors
/// The first rule that it violates.
#[inline]
pub fn read_offer(info: &'static ExtensionInfo, element: &Element) -> Result<Terms, Fault> {
    read_offer_from(info, element, Relaxed::NONE)
}

/// As [`read_offer`], with rules that the client may violate.
#[inline]
pub(super) fn read_offer_from(
    info: &'static ExtensionInfo,
    element: &Element,
    relaxed: Relaxed,
) -> Result<Terms, Fault> {
    read(info, element, Side::Offer, None, relaxed)
}

/// Reads an element of a server's list, as the answer to an offer if that is known.
///
/// # Errors
/// The first rule that it violates.
#[inline]
pub fn read_answer(
    info: &'static ExtensionInfo,
    element: &Element,
    offer: Option<&Terms>,
) -> Result<Terms, Fault> {
    read_answer_from(info, element, offer, Relaxed::NONE)
}

/// As [`read_answer`], with rules that the server may violate. Parameters that are not allowed, or
/// whose value is invalid, are ignored.
#[inline]
pub(super) fn read_answer_from(
    info: &'static ExtensionInfo,
    element: &Element,
    offer: Option<&Terms>,
    relaxed: Relaxed,
) -> Result<Terms, Fault> {
    read(info, element, Side::Answer, offer, relaxed)
}

#[inline]
fn read(
    info: &'static ExtensionInfo,
    element: &Element,
    side: Side,
    offer: Option<&Terms>,
    relaxed: Relaxed,
) -> Result<Terms, Fault> {
    let check = |inner: &Element| check(info, element, inner, side, offer, relaxed);
    let Some(method) = info.method else {
        return check(element);
    };
    let list = element.get(method.parameter).flatten().unwrap_or_default();
    let mut outcome = None;
    for inner in elements(list).filter(|inner| inner.token == method.name) {
        match check(&inner) {
            Ok(terms) => return Ok(terms),
            fault => outcome = outcome.or(Some(fault)),
        }
    }
    // Without a method of that name, the element violates the rule that requires it.
    outcome.unwrap_or_else(|| check(&Element::default()))
}

/// Checks `inner`, which has the parameters of the extension: the element or one of its methods.
#[inline]
fn check(
    info: &'static ExtensionInfo,
    outer: &Element,
    inner: &Element,
    side: Side,
    offer: Option<&Terms>,
    relaxed: Relaxed,
) -> Result<Terms, Fault> {
    let part = match side {
        Side::Offer => Part::Offer,
        Side::Answer => Part::Answer,
    };
    let mut read = Read {
        info,
        outer,
        inner,
        side,
        offer,
        terms: Terms::default(),
        invalid: None,
    };
    for (at, (name, value)) in inner.parameters.iter().enumerate() {
        let Some((parameter, form)) = defined(info, name, side) else {
            continue;
        };
        match setting(form, value.as_deref()) {
            Some(_) if read.terms.get(name).is_some() => {}
            Some(setting) => read.terms.settings.push((parameter, setting)),
            None => read.invalid = read.invalid.or(Some(at)),
        }
    }
    let counts = |rule: &&ExtensionRule| rule.part == part && !relaxed.allows(rule.info.id);
    for rule in info.rules.iter().filter(counts) {
        if let Some((parameter, seen)) = read.breaks(&rule.demand) {
            return Err(Fault {
                parameter,
                ..Fault::of(&rule.info, &seen)
            });
        }
    }
    Ok(read.terms)
}

/// A parameter that this list may contain, and the form of its value.
#[inline]
fn defined(
    info: &'static ExtensionInfo,
    name: &str,
    side: Side,
) -> Option<(&'static ParameterInfo, Value)> {
    let mut parameters = info.parameters.iter();
    let parameter = parameters.find(|parameter| parameter.name == name)?;
    let form = match side {
        Side::Offer => parameter.offer,
        Side::Answer => parameter.answer,
    };
    Some((parameter, form?))
}

#[inline]
pub(super) fn setting(form: Value, value: Option<&str>) -> Option<Setting> {
    let number = |value: &str, from, to| {
        let number = grammar::is_number(value.as_bytes(), to)?;
        (number >= from).then_some(Setting::Number(number))
    };
    match (form, value) {
        (Value::Flag | Value::FlagOrNumber(..), None) => Some(Setting::Flag),
        (Value::Number(from, to) | Value::FlagOrNumber(from, to), Some(value)) => {
            number(value, from, to)
        }
        (Value::Token, Some(value)) => {
            let is_token = grammar::is_token(value.as_bytes());
            is_token.then(|| Setting::Text(value.to_owned()))
        }
        (Value::Flag, Some(_)) | (Value::Number(..) | Value::Token, None) => None,
    }
}

#[inline]
fn text(name: &str, value: Option<&str>) -> String {
    match value {
        Some(value) => [name, "=", value].concat(),
        None => name.to_owned(),
    }
}

/// The limits of the compressors after an offer and an answer: server, client.
#[inline]
pub(super) fn limits(offer: &Terms, answer: &Terms) -> (CompressorLimits, CompressorLimits) {
    let (mut server, mut client) = (CompressorLimits::NONE, CompressorLimits::NONE);
    for (parameter, setting) in answer.iter() {
        match sender(parameter.effect) {
            Some(Sender::Of(Role::Server)) => server.take(parameter.effect, setting),
            Some(_) => client.take(parameter.effect, setting),
            None => {}
        }
    }
    for (parameter, setting) in offer.iter() {
        if sender(parameter.effect) == Some(Sender::Receiver) {
            server.take(parameter.effect, setting);
        }
    }
    (server, client)
}

#[inline]
pub(super) const fn sender(effect: Effect) -> Option<Sender> {
    match effect {
        Effect::WindowBits(sender) | Effect::NoContextTakeover(sender) => Some(sender),
        Effect::Quota | Effect::Application => None,
    }
}

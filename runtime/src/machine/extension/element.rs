//! The elements of a list of extensions (RFC 6455 §9.1).

use alloc::{string::String, vec::Vec};

use super::MethodInfo;
use crate::protocol::grammar;

/// One extension of a list: its token and its parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// The token.
    pub token: String,
    /// The parameters in order, with their values. Quoted strings are unquoted.
    pub parameters: Vec<(String, Option<String>)>,
}

impl Element {
    /// An element without parameters.
    #[inline]
    #[must_use]
    pub fn new(token: &str) -> Self {
        Self {
            token: token.into(),
            parameters: Vec::new(),
        }
    }

    /// The element with one more parameter.
    #[inline]
    #[must_use]
    pub fn with(mut self, name: &str, value: Option<String>) -> Self {
        self.parameters.push((name.into(), value));
        self
    }

    /// The first parameter with this name.
    #[inline]
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Option<&str>> {
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|(present, _)| present == name)?;
        Some(found.1.as_deref())
    }

    /// Appends the element as in a field value. Values that are not tokens are quoted.
    #[inline]
    pub fn write(&self, out: &mut String) {
        out.push_str(&self.token);
        for (name, value) in &self.parameters {
            out.push_str("; ");
            out.push_str(name);
            let Some(value) = value else { continue };
            out.push('=');
            if grammar::is_token(value.as_bytes()) {
                out.push_str(value);
                continue;
            }
            out.push('"');
            for character in value.chars() {
                if matches!(character, '"' | '\\') {
                    out.push('\\');
                }
                out.push(character);
            }
            out.push('"');
        }
    }
}

impl core::fmt::Display for Element {
    #[inline]
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut text = String::new();
        self.write(&mut text);
        f.write_str(&text)
    }
}

/// The elements of a list.
///
/// Skips invalid elements, for example one without a token: the rules of the draft check the form of
/// the value.
#[inline]
pub fn elements(value: &str) -> impl Iterator<Item = Element> {
    located(value).map(|(element, _)| element)
}

/// The elements of a list, each with its part of the value.
#[inline]
pub(super) fn located(value: &str) -> impl Iterator<Item = (Element, &[u8])> {
    grammar::list_items(value.as_bytes()).filter_map(|part| Some((element(part)?, part)))
}

/// The part of the value with the parameter at this index of an element, or of its method if the
/// method has the parameters.
#[inline]
pub(super) fn parameter_in(part: &[u8], method: Option<MethodInfo>, index: usize) -> Option<&[u8]> {
    let mut parameters = grammar::split_outside_quotes(part, b';').skip(1);
    let Some(method) = method else {
        return parameters.nth(index);
    };
    let named = |part: &&[u8]| grammar::split_parameter(part).0 == method.parameter.as_bytes();
    let outer = parameters.find(named)?;
    let inner = match grammar::split_parameter(outer).1 {
        // An escaped value differs from its text in the value.
        Some([b'"', inner @ .., b'"']) if !inner.contains(&b'\\') => inner,
        _ => return Some(outer),
    };
    let of_method = |part: &&[u8]| grammar::element_name(part) == method.name.as_bytes();
    let found = grammar::list_items(inner).find(of_method);
    found
        .and_then(|part| grammar::split_outside_quotes(part, b';').nth(index + 1))
        .or(Some(outer))
}

/// The offset of a part of a value.
#[inline]
pub(super) fn offset_of(part: &[u8], value: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(value.as_ptr() as usize)
}

#[inline]
fn element(item: &[u8]) -> Option<Element> {
    let mut parts = grammar::split_outside_quotes(item, b';');
    let mut element = Element {
        token: token(parts.next()?)?,
        parameters: Vec::new(),
    };
    for part in parts {
        let (name, value) = grammar::split_parameter(part);
        let value = match value {
            None => None,
            Some([b'"', inner @ .., b'"']) => {
                let inner = grammar::unescape(inner);
                Some(String::from_utf8(inner.into_owned()).ok()?)
            }
            Some(plain) => Some(token(plain)?),
        };
        element.parameters.push((token(name)?, value));
    }
    Some(element)
}

#[inline]
fn token(bytes: &[u8]) -> Option<String> {
    let text = core::str::from_utf8(bytes).ok()?;
    grammar::is_token(bytes).then(|| text.into())
}

#[cfg(test)]
mod tests {
    use alloc::{string::ToString, vec::Vec};

    use super::elements;

    #[test]
    fn lists_read_back_as_they_were_written() {
        for text in [
            "a",
            "a, b; c; d=e",
            "p; method=\"deflate; bits=10, foo\"",
            "p; q=\"a \\\"quoted\\\" \\\\ one\"",
        ] {
            let found: Vec<_> = elements(text).map(|element| element.to_string()).collect();
            assert_eq!(found.join(", "), text);
        }
        assert_eq!(elements("a;b = \"10\" ,, c;=").count(), 1);
        assert_eq!(elements("a; b=, c d").count(), 0);
    }
}

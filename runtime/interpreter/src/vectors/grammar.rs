//! Values of header fields.

use wsdraft::digest;
use wsdraft_spec::vocabulary::Grammar;

use super::swapped;

/// A valid but unusual value for the grammar, and an invalid one. Returns `None` if the grammar
/// permits anything.
pub(super) fn values(grammar: &Grammar) -> Option<(Vec<u8>, Vec<u8>)> {
    let (good, bad): (String, String) = match grammar {
        Grammar::Literal(text) => (text.clone(), swapped(text)),
        Grammar::Keyword(text) => (swapped(text), format!("{text}x")),
        Grammar::Includes(token) => (
            format!("keep-alive, {} ,x", swapped(token)),
            format!("keep-alive, {token}x"),
        ),
        Grammar::Host => ("[::1]:8080".into(), "example.com:70000".into()),
        Grammar::Origin => (
            "chrome-extension://abc http://[::1]:8080".into(),
            "http://example.com/".into(),
        ),
        Grammar::Url | Grammar::Printable => ("a b".into(), "\u{e4}".into()),
        Grammar::Token => ("a!b".into(), "a b".into()),
        Grammar::TokenList => ("chat,, a!b".into(), "chat, a b".into()),
        Grammar::List => ("a b, c".into(), "\u{e4}".into()),
        Grammar::Words => ("chat  a,b".into(), "chat \u{e4}".into()),
        Grammar::Extensions => ("a;b=c , d".into(), "a; b=\"c\"".into()),
        Grammar::QuotedExtensions => ("a; b=\"c\", d;e".into(), "a; b=\"c d\"".into()),
        Grammar::Base64(length) => (
            digest::base64(&vec![0xff; *length]),
            digest::base64(&vec![0xff; *length + 3]),
        ),
        Grammar::SpacedNumber => ("x1 2 4".into(), "x1 2 5".into()),
        Grammar::Version(versions) => {
            let next = (0..=u16::MAX).find(|number| !versions.contains(number))?;
            (versions.last()?.to_string(), next.to_string())
        }
        Grammar::Versions => ("13,8 , 7".into(), "13, eight".into()),
        Grammar::Any => return None,
    };
    Some((good.into_bytes(), bad.into_bytes()))
}

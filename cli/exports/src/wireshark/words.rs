//! Words of the vocabulary as the plug-in knows them.

use wsdraft_spec::vocabulary::{Expr, Grammar, Kind, Role, Separator, SignTest};

use super::lua::Lua;

/// The name of an endpoint.
pub(super) fn role(role: Role) -> Lua {
    Lua::text(role.as_str())
}

/// The name of a kind of frames.
pub(super) const fn kind(kind: Kind) -> &'static str {
    kind.as_str()
}

/// The name of a separator.
pub(super) fn separator(separator: Separator) -> Lua {
    Lua::text(match separator {
        Separator::None => "none",
        Separator::Comma => "comma",
        Separator::Space => "space",
    })
}

/// The test of a sign, and its operand.
pub(super) fn sign(test: &SignTest) -> (&'static str, Option<Lua>) {
    match test {
        SignTest::Present => ("present", None),
        SignTest::Absent => ("absent", None),
        SignTest::OneOf(values) => ("one_of", Some(Lua::list(values))),
        SignTest::AbsentOr(values) => ("absent_or", Some(Lua::list(values))),
        SignTest::Exactly(value) => ("exactly", Some(value.into())),
    }
}

/// A grammar.
pub(super) fn grammar(grammar: &Grammar) -> Lua {
    let (word, operand) = match grammar {
        Grammar::Literal(text) => ("literal", Some(text.into())),
        Grammar::Keyword(text) => ("keyword", Some(text.into())),
        Grammar::Includes(token) => ("includes", Some(token.into())),
        Grammar::Host => ("host", None),
        Grammar::Origin => ("origin", None),
        Grammar::Url | Grammar::Printable => ("printable", None),
        Grammar::Token => ("token", None),
        Grammar::TokenList => ("tokens", None),
        Grammar::Words => ("words", None),
        Grammar::List => ("list", None),
        Grammar::Extensions => ("extensions", None),
        Grammar::QuotedExtensions => ("quoted_extensions", None),
        Grammar::Base64(length) => ("base64", Some(Lua::Number(*length as u64))),
        Grammar::SpacedNumber => ("spaced_number", None),
        Grammar::Version(versions) => {
            let versions = versions.iter().map(|version| u64::from(*version));
            ("version", Some(Lua::list(versions)))
        }
        Grammar::Versions => ("versions", None),
        Grammar::Any => ("any", None),
    };
    Lua::tagged(word, operand)
}

/// An expression.
pub(super) fn expression(expr: &Expr) -> Lua {
    let (word, operand) = match expr {
        Expr::Base64(inner) => ("base64", Some(expression(inner))),
        Expr::Sha1(inner) => ("sha1", Some(expression(inner))),
        Expr::Md5(inner) => ("md5", Some(expression(inner))),
        Expr::Concat(parts) => ("concat", Some(Lua::list(parts.iter().map(expression)))),
        Expr::Text(text) => ("text", Some(text.into())),
        Expr::Header(name) => ("header", Some(name.into())),
        Expr::ResponseHeader(name) => ("response_header", Some(name.into())),
        Expr::SpacedNumber(name) => ("spaced_number", Some(name.into())),
        Expr::Body => ("body", None),
        Expr::FrameNonce => ("nonce", None),
        Expr::SessionKey => ("session", None),
    };
    Lua::tagged(word, operand)
}

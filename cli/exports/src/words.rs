//! Counts, and the vocabulary of the database, in words. Names of the protocol stand between backticks.

pub mod multiplex;

use wsdraft_spec::{
    extension as ext,
    model::Rule,
    vocabulary::{self as spec, Expr, Grammar, Source},
};

/// So many things, as in "1 byte" and "2 bytes".
#[must_use]
pub fn count(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
}

/// The end that keeps a rule; `None` if both do.
#[must_use]
pub const fn keeper_role(rule: &Rule) -> Option<spec::Role> {
    match (rule.by, rule.scope) {
        (Some(by), _) => Some(by),
        (None, spec::Scope::Request) => Some(spec::Role::Client),
        (None, spec::Scope::Response) => Some(spec::Role::Server),
        (None, _) => None,
    }
}

/// Who keeps a rule.
#[must_use]
pub const fn keeper(rule: &Rule) -> &'static str {
    by(keeper_role(rule))
}

/// Who does something.
#[must_use]
pub const fn by(role: Option<spec::Role>) -> &'static str {
    match role {
        Some(spec::Role::Client) => "a client",
        Some(spec::Role::Server) => "a server",
        None => "both ends",
    }
}

/// What shows whether a rule is kept.
#[must_use]
pub fn visibility(level: spec::Level, visibility: spec::Visibility<'_>) -> String {
    match visibility {
        spec::Visibility::Input if level == spec::Level::May => "nothing can break it".into(),
        spec::Visibility::Input => "what one end sends".into(),
        spec::Visibility::Conversation(_) => "what both ends do over time".into(),
        spec::Visibility::Hidden(why) => format!("nothing on the wire: {why}"),
    }
}

/// What comes of breaking a rule, or why nothing shows that it is broken.
#[must_use]
pub fn broken(visibility: spec::Visibility<'_>, consequence: String) -> String {
    match visibility {
        spec::Visibility::Input | spec::Visibility::Conversation(_) => consequence,
        spec::Visibility::Hidden(why) => format!("nothing on the wire shows it: {why}"),
    }
}

/// What breaking a rule leads to.
#[must_use]
pub fn outcome(outcome: spec::Outcome) -> String {
    match outcome {
        spec::Outcome::Fail(code) => format!("the connection is failed with close code {code}"),
        spec::Outcome::FailWithoutCode => "the connection is failed".into(),
        spec::Outcome::Reject(status) => {
            format!("the request is refused with HTTP status {status}")
        }
        spec::Outcome::RejectWithVersions(status) => format!(
            "the request is refused with HTTP status {status} and a list of the versions that are spoken"
        ),
        spec::Outcome::Abort => "the handshake is aborted".into(),
        spec::Outcome::Replace => "the offending bytes are replaced by U+FFFD".into(),
        spec::Outcome::Discard => "a receiver discards the frame".into(),
        spec::Outcome::Drop(code) => format!("the channel is dropped with drop code {code}"),
        spec::Outcome::DropWithoutCode => "the channel is dropped".into(),
        spec::Outcome::FailPhysical(code) => {
            format!("the physical connection is failed with drop code {code}")
        }
        spec::Outcome::Nothing => "nothing: no end refuses anything for it".into(),
    }
}

/// What breaking a rule of an extension leads to.
#[must_use]
pub fn failure(failure: ext::Failure) -> String {
    match failure {
        ext::Failure::Decline => "the server declines the offer".into(),
        ext::Failure::Reject(status) => {
            format!("the request is refused with HTTP status {status}")
        }
        ext::Failure::Abort => "the client fails the connection".into(),
        ext::Failure::Fail(code) => format!("the connection is failed with close code {code}"),
        ext::Failure::FailWithoutCode
        | ext::Failure::Drop(_)
        | ext::Failure::DropWithoutCode
        | ext::Failure::FailPhysical(_) => outcome(failure.outcome()),
        ext::Failure::Nothing => "nothing: no end refuses anything for it".into(),
    }
}

/// What a header field's value looks like.
#[must_use]
pub fn grammar(grammar: &Grammar) -> String {
    match grammar {
        Grammar::Literal(text) => format!("exactly `{text}`"),
        Grammar::Keyword(text) => format!("`{text}`, in any case"),
        Grammar::Includes(token) => format!("tokens, `{token}` among them, in any case"),
        Grammar::Host => "a host, perhaps with a port".into(),
        Grammar::Origin => "`null`, or origins separated by spaces".into(),
        Grammar::Url => "a URL".into(),
        Grammar::Printable => "printable ASCII characters".into(),
        Grammar::Token => "a token".into(),
        Grammar::TokenList => "tokens separated by commas".into(),
        Grammar::Words => "printable names separated by spaces".into(),
        Grammar::List => "printable names separated by commas".into(),
        Grammar::Extensions => "extensions with parameters that are tokens".into(),
        Grammar::QuotedExtensions => {
            "extensions with parameters that are tokens, perhaps quoted".into()
        }
        Grammar::Base64(length) => format!("{length} bytes in base64"),
        Grammar::SpacedNumber => "a number hidden among spaces and other characters".into(),
        Grammar::Version(versions) => {
            let versions: Vec<String> = versions.iter().map(ToString::to_string).collect();
            versions.join(" or ")
        }
        Grammar::Versions => "version numbers separated by commas".into(),
        Grammar::Any => "anything".into(),
    }
}

/// What an implementation sends in a header field.
#[must_use]
pub fn source(source: &Source) -> String {
    match source {
        Source::Nothing => "nothing".into(),
        Source::Text(text) => format!("`{text}`"),
        Source::Given => "what the application gives".into(),
        Source::Random => "random data".into(),
        Source::Value(value) => expression(value),
        Source::Echo(name) => format!("the request's `{name}`"),
        Source::Location => "the connection's URL".into(),
        Source::Version => "the version number".into(),
    }
}

/// Bytes that are computed.
#[must_use]
pub fn expression(expr: &Expr) -> String {
    match expr {
        Expr::Base64(inner) => format!("base64({})", expression(inner)),
        Expr::Sha1(inner) => format!("SHA-1({})", expression(inner)),
        Expr::Md5(inner) => format!("MD5({})", expression(inner)),
        Expr::Concat(parts) => {
            let parts: Vec<String> = parts.iter().map(expression).collect();
            parts.join(" + ")
        }
        Expr::Text(text) => format!("`{text}`"),
        Expr::Header(name) => format!("request `{name}`"),
        Expr::ResponseHeader(name) => format!("response `{name}`"),
        Expr::SpacedNumber(name) => format!("number of request `{name}`, 4 bytes"),
        Expr::Body => "the bytes after the request".into(),
        Expr::FrameNonce => "4 random bytes that are sent with the frame".into(),
        Expr::SessionKey => "the connection's key".into(),
    }
}

/// What breaking a rule leads to, in a word or a number.
#[must_use]
pub fn consequence(outcome: spec::Outcome) -> String {
    match outcome {
        spec::Outcome::Fail(code) => code.to_string(),
        spec::Outcome::FailWithoutCode => "failure".into(),
        spec::Outcome::Reject(status) | spec::Outcome::RejectWithVersions(status) => {
            format!("HTTP {status}")
        }
        spec::Outcome::Abort => "abort".into(),
        spec::Outcome::Replace => "U+FFFD".into(),
        spec::Outcome::Discard => "discard".into(),
        spec::Outcome::Drop(code) | spec::Outcome::FailPhysical(code) => format!("drop {code}"),
        spec::Outcome::DropWithoutCode => "drop".into(),
        spec::Outcome::Nothing => "-".into(),
    }
}

/// Whose the codes of a range are.
#[must_use]
pub const fn range(usage: spec::RangeUse) -> &'static str {
    match usage {
        spec::RangeUse::Unused => "not used",
        spec::RangeUse::Protocol => "the protocol's and its extensions'",
        spec::RangeUse::Later => "the protocol's; later drafts define some",
        spec::RangeUse::Registered => "registered by libraries and applications",
        spec::RangeUse::Private => "for private use",
    }
}

/// What a frame with an opcode of this kind does.
#[must_use]
pub const fn kind(kind: spec::Kind) -> &'static str {
    match kind {
        spec::Kind::Continuation => "continues a message",
        spec::Kind::Text => "starts a text message",
        spec::Kind::Binary => "starts a binary message",
        spec::Kind::Close => "closes",
        spec::Kind::Ping => "asks for a pong",
        spec::Kind::Pong => "answers a ping",
        spec::Kind::Extension | spec::Kind::ExtensionControl => "belongs to an extension",
        spec::Kind::Reserved => "is reserved",
    }
}

/// The payload of a frame with an opcode.
#[must_use]
pub const fn payload(only_empty: bool) -> &'static str {
    match only_empty {
        true => "without payload only",
        false => "with or without payload",
    }
}

/// What rules of a scope are about.
#[must_use]
pub const fn scope(scope: spec::Scope) -> &'static str {
    match scope {
        spec::Scope::Request => "requests",
        spec::Scope::Response => "responses",
        spec::Scope::Frame => "frames",
        spec::Scope::Message => "messages",
        spec::Scope::Close => "close frames",
        spec::Scope::Conversation => "what both ends do over time",
        spec::Scope::Policy => "behaviour that the wire does not show",
    }
}

/// What a header field is for.
#[must_use]
pub const fn purpose(purpose: spec::Purpose) -> &'static str {
    match purpose {
        spec::Purpose::Upgrade => "the protocol to switch to",
        spec::Purpose::Connection => "the wish to switch",
        spec::Purpose::Host => "the server's host",
        spec::Purpose::Origin => "the origin of the script",
        spec::Purpose::Key => "the challenge",
        spec::Purpose::Accept => "the answer to the challenge",
        spec::Purpose::Nonce => "a nonce of the server",
        spec::Purpose::Version => "the version",
        spec::Purpose::Subprotocol => "subprotocols",
        spec::Purpose::Extensions => "extensions",
        spec::Purpose::Location => "the connection's URL",
        spec::Purpose::Cookie => "cookies",
        spec::Purpose::Http => "HTTP itself",
        spec::Purpose::Other => "something else",
    }
}

/// The value of a parameter.
#[must_use]
pub fn value(value: Option<ext::Value>) -> String {
    match value {
        None => "-".into(),
        Some(ext::Value::Flag) => "without a value".into(),
        Some(ext::Value::Number(from, to)) => format!("{from} to {to}"),
        Some(ext::Value::FlagOrNumber(from, to)) => {
            format!("without a value, or {from} to {to}")
        }
        Some(ext::Value::Token) => "a token".into(),
    }
}

/// What a parameter sets.
#[must_use]
pub fn effect(effect: ext::Effect) -> String {
    let whose = |sender| match sender {
        ext::Sender::Of(spec::Role::Client) => "the client's",
        ext::Sender::Of(spec::Role::Server) => "the server's",
        ext::Sender::Receiver => "the receiver's",
    };
    match effect {
        ext::Effect::WindowBits(sender) => format!("{} window", whose(sender)),
        ext::Effect::NoContextTakeover(sender) => {
            format!("that {} context is dropped", whose(sender))
        }
        ext::Effect::Quota => "what the server may send at first".into(),
        ext::Effect::Application => "what the application knows".into(),
    }
}

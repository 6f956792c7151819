//! Counts, and the vocabulary of the database, in words.

use wsdraft_spec::{
    extension as ext,
    model::Rule,
    vocabulary::{self as spec, Expr, Grammar, Source},
};

/// So many things, as in "1 byte" and "2 bytes".
pub(crate) fn count(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
}

/// Who keeps a rule.
pub(crate) const fn keeper(rule: &Rule) -> &'static str {
    match (rule.by, rule.scope) {
        (Some(spec::Role::Client), _) | (None, spec::Scope::Request) => "a client",
        (Some(spec::Role::Server), _) | (None, spec::Scope::Response) => "a server",
        (None, _) => "both ends",
    }
}

/// What shows whether a rule is kept.
pub(crate) fn visibility(level: spec::Level, visibility: spec::Visibility<'_>) -> String {
    match visibility {
        spec::Visibility::Input if level == spec::Level::May => "nothing can break it".into(),
        spec::Visibility::Input => "what one end sends".into(),
        spec::Visibility::Conversation(_) => "what both ends do over time".into(),
        spec::Visibility::Hidden(why) => format!("nothing on the wire: {why}"),
    }
}

/// What comes of breaking a rule, or why nothing shows that it is broken.
pub(crate) fn broken(visibility: spec::Visibility<'_>, consequence: String) -> String {
    match visibility {
        spec::Visibility::Input | spec::Visibility::Conversation(_) => consequence,
        spec::Visibility::Hidden(why) => format!("nothing on the wire shows it: {why}"),
    }
}

/// What breaking a rule leads to.
pub(crate) fn outcome(outcome: spec::Outcome) -> String {
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
        spec::Outcome::Discard => "a receiver passes over the frame".into(),
        spec::Outcome::Nothing => "nothing: no end refuses anything for it".into(),
    }
}

/// What breaking a rule of an extension leads to.
pub(crate) fn failure(failure: ext::Failure) -> String {
    match failure {
        ext::Failure::Decline => "the offer is passed over".into(),
        ext::Failure::Reject(status) => {
            format!("the request is refused with HTTP status {status}")
        }
        ext::Failure::Abort => "the client gives the connection up".into(),
        ext::Failure::Fail(code) => format!("the connection is failed with close code {code}"),
        ext::Failure::FailWithoutCode => "the connection is failed".into(),
        ext::Failure::Nothing => "nothing: no end refuses anything for it".into(),
    }
}

/// What a header field's value looks like.
pub(crate) fn grammar(grammar: &Grammar) -> String {
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
pub(crate) fn source(source: &Source) -> String {
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
pub(crate) fn expression(expr: &Expr) -> String {
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

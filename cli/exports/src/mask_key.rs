//! Keys of masks that a hash computes, as expressions of programming languages.

use wsdraft_spec::vocabulary::Expr;

/// The variable that is the connection's key.
pub(crate) const CONNECTION_KEY: &str = "connection_key";

/// The key in Python, from bytes `nonce` and `connection_key`; `None` if it needs more than these.
pub(crate) fn python(key: &Expr) -> Option<String> {
    expression(key, &PYTHON)
}

/// The key in JavaScript for Node.js, from buffers `nonce` and `connection_key`; `None` if it needs more than these.
pub(crate) fn javascript(key: &Expr) -> Option<String> {
    expression(key, &JAVASCRIPT)
}

/// How a language writes expressions.
struct Language {
    hash: fn(&str, &str) -> String,
    base64: fn(&str) -> String,
    concat: fn(&[String]) -> String,
    text: fn(&str) -> String,
}

const PYTHON: Language = Language {
    hash: |name, inner| format!("hashlib.{name}({inner}).digest()"),
    base64: |inner| format!("base64.b64encode({inner})"),
    concat: |parts| parts.join(" + "),
    text: |text| format!("{text:?}.encode()"),
};

const JAVASCRIPT: Language = Language {
    hash: |name, inner| format!("crypto.createHash('{name}').update({inner}).digest()"),
    base64: |inner| format!("Buffer.from({inner}.toString('base64'))"),
    concat: |parts| format!("Buffer.concat([{}])", parts.join(", ")),
    text: |text| format!("Buffer.from({text:?})"),
};

/// An expression of bytes; `None` if it needs what the frame and the connection's key do not tell.
fn expression(expr: &Expr, language: &Language) -> Option<String> {
    let inner = |expr: &Expr| expression(expr, language);
    Some(match expr {
        Expr::Sha1(of) => (language.hash)("sha1", &inner(of)?),
        Expr::Md5(of) => (language.hash)("md5", &inner(of)?),
        Expr::Base64(of) => (language.base64)(&inner(of)?),
        Expr::Concat(parts) => {
            let parts = parts.iter().map(inner).collect::<Option<Vec<_>>>()?;
            (language.concat)(&parts)
        }
        Expr::Text(text) => (language.text)(text),
        Expr::FrameNonce => "nonce".into(),
        Expr::SessionKey => CONNECTION_KEY.into(),
        Expr::Header(_) | Expr::ResponseHeader(_) | Expr::SpacedNumber(_) | Expr::Body => {
            return None;
        }
    })
}

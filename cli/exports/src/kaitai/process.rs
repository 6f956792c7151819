//! Masks whose key is a hash: code that Kaitai Struct calls.

use wsdraft_spec::vocabulary::Expr;

use super::{sources::head, yaml::Map};
use crate::{Document, formats::camel};

/// The parameter of the file that is the connection's key.
pub(super) const CONNECTION_KEY: &str = "connection_key";

/// The parameter.
pub(super) fn parameter() -> Map {
    Map::new()
        .with("id", CONNECTION_KEY)
        .with("type", "bytes")
        .with(
            "doc",
            "The key that the opening handshake derives: 20 bytes.",
        )
}

/// The call, and the code that it calls.
pub(super) fn of(id: &str, key: &Expr) -> (String, Vec<Document>) {
    let name = format!("{id}_mask");
    let call = format!("{name}(masking_key, _root.{CONNECTION_KEY})");
    let class = camel(&name);
    let mut files = Vec::new();
    if let Some(key) = expression(key, &PYTHON) {
        files.push(Document {
            path: format!("{name}.py"),
            text: python(&class, &key),
        });
    }
    if let Some(key) = expression(key, &JAVASCRIPT) {
        files.push(Document {
            path: format!("{class}.js"),
            text: javascript(&class, &key),
        });
    }
    (call, files)
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

fn python(class: &str, key: &str) -> String {
    let head = head();
    let imports = if key.contains("base64.") {
        "import base64\nimport hashlib"
    } else {
        "import hashlib"
    };
    format!(
        "{head}\"\"\"Removes the mask of a frame.\"\"\"\n\n{imports}\n\n\nclass {class}:\n    \
         def __init__(self, nonce, {CONNECTION_KEY}):\n        self.key = {key}\n\n    \
         def decode(self, data):\n        key = self.key\n        \
         return bytes(byte ^ key[at % len(key)] for at, byte in enumerate(data))\n"
    )
}

fn javascript(class: &str, key: &str) -> String {
    let head = head().replacen('#', "//", 1);
    format!(
        "{head}'use strict';\n\nconst crypto = require('crypto');\n\n// Removes the mask of a frame.\n\
         class {class} {{\n  constructor(nonce, {CONNECTION_KEY}) {{\n    this.key = {key};\n  }}\n\n  \
         decode(data) {{\n    return data.map((byte, at) => byte ^ this.key[at % this.key.length]);\n  }}\n}}\n\n\
         module.exports = {{ {class} }};\n"
    )
}

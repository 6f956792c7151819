//! Masks whose key is a hash: code that Kaitai Struct calls.

use wsdraft_spec::vocabulary::Expr;

use super::yaml::Map;
use crate::{
    Document,
    formats::camel,
    mask_key::{self, CONNECTION_KEY},
};

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

/// The call, and the code that it calls, whose files start with these lines.
pub(super) fn of(id: &str, key: &Expr, head: &str) -> (String, Vec<Document>) {
    let name = format!("{id}_mask");
    let call = format!("{name}(masking_key, _root.{CONNECTION_KEY})");
    let class = camel(&name);
    let mut files = Vec::new();
    if let Some(key) = mask_key::python(key) {
        files.push(Document {
            path: format!("{name}.py"),
            text: python(&class, &key, head),
        });
    }
    if let Some(key) = mask_key::javascript(key) {
        files.push(Document {
            path: format!("{class}.js"),
            text: javascript(&class, &key, head),
        });
    }
    (call, files)
}

fn python(class: &str, key: &str, head: &str) -> String {
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

fn javascript(class: &str, key: &str, head: &str) -> String {
    let head: String = head
        .lines()
        .map(|line| format!("//{}\n", line.trim_start_matches('#')))
        .collect();
    format!(
        "{head}'use strict';\n\nconst crypto = require('crypto');\n\n// Removes the mask of a frame.\n\
         class {class} {{\n  constructor(nonce, {CONNECTION_KEY}) {{\n    this.key = {key};\n  }}\n\n  \
         decode(data) {{\n    return data.map((byte, at) => byte ^ this.key[at % this.key.length]);\n  }}\n}}\n\n\
         module.exports = {{ {class} }};\n"
    )
}

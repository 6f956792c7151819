//! Rust names for names in data.

use wsdraft_spec::is_keyword;

/// `hybi-17` as a module: `hybi_17`.
#[must_use]
pub fn module(short: &str) -> String {
    let name = short.replace('-', "_");
    if is_keyword(&name) {
        format!("{name}_")
    } else {
        name
    }
}

/// `hybi-17` as a type: `Hybi17`; `going-away` as a variant: `GoingAway`.
pub use wsdraft_spec::camel_case as type_name;

/// `Sec-WebSocket-Key1` or `going-away` as a constant: `SEC_WEBSOCKET_KEY1`, `GOING_AWAY`.
pub(crate) fn constant(name: &str) -> String {
    name.replace('-', "_").to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::{constant, module, type_name};

    #[test]
    fn names() {
        for (data, expected) in [
            ("acme-17", "acme_17"),
            ("memo9", "memo9"),
            ("yield", "yield_"),
        ] {
            assert_eq!(module(data), expected);
        }
        for (data, expected) in [
            ("acme-17", "Acme17"),
            ("memo9", "Memo9"),
            ("going-away", "GoingAway"),
        ] {
            assert_eq!(type_name(data), expected);
        }
        for (data, expected) in [("X-Acme-Key1", "X_ACME_KEY1"), ("going-away", "GOING_AWAY")] {
            assert_eq!(constant(data), expected);
        }
    }
}

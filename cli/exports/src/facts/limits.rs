//! The limits of connections and their defaults, for people.

use std::time::Duration;

use wsdraft::{Limit, Limits};

use crate::words;

/// The limit of this name.
#[must_use]
pub fn named(name: &str) -> Option<Limit> {
    Limit::ALL
        .iter()
        .copied()
        .find(|limit| limit.name() == name)
}

/// The default in the limit's unit; `None` if there is none.
#[must_use]
pub fn default(limit: Limit) -> Option<u64> {
    Some(Limits::new().value(limit)).filter(|value| *value < u64::MAX)
}

/// The default in words.
#[must_use]
pub fn default_in_words(limit: Limit) -> String {
    default(limit).map_or_else(|| "none".into(), |value| amount(value, limit.unit()))
}

fn amount(value: u64, unit: &str) -> String {
    const KI: u64 = 1 << 10;
    const MI: u64 = 1 << 20;
    let time = Duration::from_millis(value);
    match unit {
        "bytes" if value >= MI && value % MI == 0 => format!("{} MiB", value / MI),
        "bytes" if value >= KI && value % KI == 0 => format!("{} KiB", value / KI),
        "bytes" => words::count(value, "byte"),
        "ms" if time.subsec_millis() == 0 => words::count(time.as_secs(), "second"),
        "ms" => format!("{value} ms"),
        _ => value.to_string(),
    }
}

//! Versions of the crates that were built in.

/// The version of a crate.
pub fn version(name: &str) -> &'static str {
    let locked = include_str!("../Cargo.lock").split("[[package]]");
    let of = format!("name = \"{name}\"\n");
    locked
        .filter(|package| package.contains(&of))
        .find_map(|package| package.split("version = \"").nth(1)?.split('"').next())
        .unwrap_or_default()
}

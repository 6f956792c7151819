//! What a minimal server compiles: no generator, and no crate that crept in.

use std::{collections::BTreeSet, path::Path, process::Command};

/// The crates that the runtime compiles with these arguments of `cargo tree`, without itself.
fn tree(arguments: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap())
        .args(["tree", "--offline", "--quiet", "--package", "wsdraft"])
        .args(["--edges", "normal,build", "--prefix", "none"])
        .args(["--target", "x86_64-unknown-linux-gnu"])
        .args(["--format", "{p}"])
        .args(arguments)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    let names = text.lines().filter_map(|line| line.split(' ').next());
    let names = names.filter(|name| !name.is_empty() && *name != "wsdraft");
    names.map(str::to_owned).collect()
}

#[test]
fn a_minimal_server_compiles_no_generator() {
    let expected = EXPECTED.map(str::to_owned);
    assert_eq!(tree(&["--features", "tokio"]), BTreeSet::from(expected));
}

/// The runtime with its default features and tokio.
const EXPECTED: [&str; 24] = [
    "base64",
    "block-buffer",
    "bytes",
    "bytestring",
    "cfg-if",
    "chacha20",
    "cpufeatures",
    "crypto-common",
    "digest",
    "faststr",
    "getrandom",
    "httparse",
    "hybrid-array",
    "libc",
    "md-5",
    "memchr",
    "pin-project-lite",
    "rand_core",
    "sha1",
    "simdutf8",
    "tokio",
    "typenum",
    "wsdraft-macros",
    "wsdraft-vocabulary",
];

#[test]
fn only_dialects_bring_the_generator() {
    let generator = ["ron", "serde", "wsdraft-codegen", "wsdraft-spec"];
    let brings = |features: &[&str]| {
        let crates = tree(features);
        generator.map(|name| crates.contains(name))
    };
    assert_eq!(brings(&["--features", "macros"]), [true; 4]);
    assert_eq!(
        brings(&["--features", "client,http2,legacy,metrics,tracing"]),
        [false; 4]
    );
}

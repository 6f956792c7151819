//! The seeds of the fuzz targets, and what the fuzzer found: run as they are, without it.

use std::{fs, path::Path};

use wsdraft_tests::fuzz;

#[test]
fn seeds_and_findings_hold() {
    let regressions = Path::new(env!("CARGO_MANIFEST_DIR")).join("labs/fuzz/regressions");
    for (target, run) in fuzz::TARGETS {
        let mut cases = fuzz::seeds::of(target);
        assert!(!cases.is_empty(), "{target} has no seeds");
        for entry in fs::read_dir(regressions.join(target)).into_iter().flatten() {
            cases.push(fs::read(entry.expect("an entry").path()).expect("a file"));
        }
        println!("{target}: {} cases", cases.len());
        for case in cases {
            run(&case);
        }
    }
}

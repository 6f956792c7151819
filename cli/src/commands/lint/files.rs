//! Files that are linted one after the other.

use wsdraft_tools::lint::Records;

use super::folders::Tree;
use crate::{failure::Failure, input, output::complain, words::count};

/// Lints files. What cannot be read among several files is said, and the others are read.
pub(super) fn lint(tree: &Tree, records: &mut Records<'_, '_>) -> Result<(), Failure> {
    let (mut failed, mut passed) = (0, 0);
    for found in &tree.files {
        let opened = input::open(&found.path);
        match opened.and_then(|source| records.record(source, found.in_folder)) {
            Ok(true) => {}
            Ok(false) => passed += 1,
            Err(failure @ Failure::ClosedPipe) => return Err(failure),
            Err(failure) if tree.files.len() == 1 => return Err(failure),
            Err(failure) => {
                failed += 1;
                complain(&format!("wsdraft: {failure}"));
            }
        }
    }
    records.alone()?;
    if passed > 0 {
        let files = count(passed, "file");
        complain(&format!(
            "wsdraft: {files} left out: not records that are known"
        ));
    }
    if let Some(left_out) = tree.left_out() {
        complain(&format!("wsdraft: {left_out}"));
    }
    if failed == 0 {
        return Ok(());
    }
    let files = count(failed, "file");
    Err(Failure::input(format!("{files} could not be read")))
}

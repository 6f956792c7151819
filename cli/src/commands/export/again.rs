//! The command that writes an export anew, for those whose file is out of date.

use std::path::Path;

use crate::{output::quoted, specs::Specs};

/// The command that writes an export anew.
pub(super) struct Again<'a> {
    pub(super) specs: &'a Specs,
    pub(super) what: &'a str,
    /// Names of what is exported, where not all is.
    pub(super) names: &'a [String],
}

impl Again<'_> {
    /// The command with this option and a space before it, writing to this place.
    pub(super) fn command(&self, option: &str, out: &Path) -> String {
        let names = self.names.iter().map(|name| format!(" {}", quoted(name)));
        let names: String = names.collect();
        let (what, out, specs) = (self.what, quoted(out), self.specs.option());
        format!("wsdraft export {what}{names}{option} --out {out}{specs}")
    }
}

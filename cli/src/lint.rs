//! The linter: what a recorded or passing connection breaks, where, and whose doing it was. The
//! analysis is a crate of its own; here is what shows its events.

use wsdraft_analysis::settings::Settings;
pub(crate) use wsdraft_analysis::{
    analyser, capture, content, conversation, ending, memory, record, repeats, report,
};

use crate::{failure::Failure, specs::Specs};

pub(crate) mod print;

/// What is linted, and against which drafts; `forced` names the draft that every connection is
/// held to.
pub(crate) fn settings<'a>(
    specs: &'a Specs,
    forced: Option<&str>,
    only: &'a [String],
    allow: &'a [String],
) -> Result<Settings<'a>, Failure> {
    let settings = Settings::new(
        specs.database(),
        specs.spoken_by_age()?,
        &specs.extensions(),
    );
    let settings = settings.reporting(only, allow)?;
    let forced = forced.map(|name| specs.spoken(name)).transpose()?;
    Ok(settings.held_to(forced))
}

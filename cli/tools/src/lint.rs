//! What recorded connections break, where, and whose doing it was.

use std::rc::Rc;

use wsdraft_analysis::{Event, Settings, Sink, Stopped, records::Tally};

use crate::{failure::Failure, outcome::Outcome, print::Printer, specs::Specs};

mod left_out;
mod records;

use self::left_out::{left_out, nothing};
pub use self::records::Records;

/// What the linter looks for, where nobody says anything else.
///
/// # Errors
/// If a draft cannot be spoken.
pub fn settings(specs: &Specs) -> Result<Settings, Failure> {
    let (drafts, extensions) = (specs.spoken_by_age()?, specs.extensions());
    Ok(Settings::new(specs.database(), drafts, &extensions))
}

/// How findings are printed.
#[expect(missing_debug_implementations, reason = "it has a closure")]
pub struct Printing<'a> {
    /// Makes text of them.
    pub printer: Box<dyn Printer>,
    /// Whether each is written at once, and not with others.
    pub at_once: bool,
    /// Takes what is printed; it is harmless for a terminal.
    pub write: &'a mut dyn FnMut(&str) -> Result<(), Failure>,
}

/// How an analysis ended.
#[derive(Clone, Debug)]
pub struct Linted {
    /// Whether something was found.
    pub outcome: Outcome,
    /// What was not looked at, in words.
    pub left_out: Vec<String>,
    /// Why there was nothing to lint, if so.
    pub nothing: Option<String>,
}

/// Prints what `lint` finds.
///
/// # Errors
/// If something cannot be read, or what was found cannot be written.
pub fn run(
    settings: &Rc<Settings>,
    printing: Printing<'_>,
    lint: impl FnOnce(&mut Tally, &mut Sink<'_>) -> Result<(), Failure>,
) -> Result<Linted, Failure> {
    /// Text beyond so many bytes is written.
    const CHUNK: usize = 64 << 10;

    let Printing {
        mut printer,
        at_once,
        write,
    } = printing;
    let mut outcome = Outcome::Fine;
    let mut text = String::new();
    let mut show = |event: Event| {
        if event.is_finding() {
            outcome = Outcome::Findings;
        }
        printer.event(&event, &mut text)?;
        // What was found is shown before the end, but not line by line.
        let now = at_once || matches!(event, Event::Connection(_));
        if now || text.len() > CHUNK {
            write(&text)?;
            text.clear();
        }
        Ok(())
    };
    let mut tally = Tally::default();
    let mut unshown = None;
    let mut sink = |event| {
        show(event).map_err(|failure| {
            unshown = Some(failure);
            Stopped
        })
    };
    let done = lint(&mut tally, &mut sink);
    // What was found before something failed is a whole document, too.
    if settings.connections() > 0 {
        printer.end(&mut text)?;
    }
    write(&text)?;
    match unshown {
        Some(failure) => return Err(failure),
        None => done?,
    }
    if tally.cut {
        outcome = Outcome::Findings;
    }
    Ok(Linted {
        outcome,
        left_out: left_out(&tally),
        nothing: (settings.connections() == 0)
            .then(|| nothing(&tally, settings.forced().is_some())),
    })
}

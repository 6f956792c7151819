//! How wide the text in columns is.

pub(crate) use wsdraft_tools::columns::{paragraph, table};

/// The width where nobody says it: of a file, or of a pipe.
const WIDTH: usize = 100;
/// The least and the most that lines are broken at.
const BOUNDS: (usize, usize) = (60, 140);

/// The width of the terminal, within reason.
pub(crate) fn of_terminal() -> usize {
    let said = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok());
    let width = said.or_else(|| {
        let (width, _) = terminal_size::terminal_size()?;
        Some(usize::from(width.0))
    });
    width.unwrap_or(WIDTH).clamp(BOUNDS.0, BOUNDS.1)
}

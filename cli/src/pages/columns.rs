//! How wide the text in columns is.

pub(crate) use wsdraft_tools::columns::{paragraph, table};

/// The width of the terminal, within reason.
pub(crate) fn of_terminal() -> usize {
    let said = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok());
    let of_terminal = || {
        let (width, _) = terminal_size::terminal_size()?;
        Some(usize::from(width.0))
    };
    wsdraft_tools::columns::width(said.or_else(of_terminal))
}

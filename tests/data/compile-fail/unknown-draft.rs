//! A misspelt name: the error stands at the name and proposes another.
use wsdraft::websocket_draft;

#[websocket_draft("hybi-71")]
pub mod ws {}

fn main() {
    // The module still has a marker, so that this line adds no error of its own.
    let _ = ws::Draft;
}

use wsdraft::websocket_draft;

#[websocket_draft(17)]
pub mod ws {}

fn main() {}

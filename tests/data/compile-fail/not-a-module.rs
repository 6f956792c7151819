use wsdraft::websocket_draft;

#[websocket_draft("hybi-17")]
struct Ws;

fn main() {}

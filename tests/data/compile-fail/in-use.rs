//! A misspelt name in a program that uses the module: the name is the only error.
use wsdraft::{handshake::Acceptor, websocket_draft};

#[websocket_draft("rfc645")]
pub mod ws {}

fn explain(rule: ws::Rule) -> &'static str {
    rule.info().summary
}

fn main() {
    let acceptor = Acceptor::new(ws::Draft);
    let _ = (acceptor, u16::from(ws::CloseCode::NORMAL_CLOSURE), explain);
}

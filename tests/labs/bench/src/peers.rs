//! The contenders, a file each.

mod bare;
mod fastwebsockets;
mod sockudo;
mod soketto;
mod tokio_tungstenite;
mod tokio_websockets;
mod tungstenite;
mod web_socket;
mod wsdraft;
mod wtx;
mod yawc;

pub use self::{
    bare::Bare,
    fastwebsockets::Fastwebsockets,
    sockudo::Sockudo,
    soketto::Soketto,
    tokio_tungstenite::{TokioTungstenite, TokioTungsteniteFed},
    tokio_websockets::{TokioWebsockets, TokioWebsocketsFed},
    tungstenite::Tungstenite,
    web_socket::WebSocket,
    wsdraft::{Core, Each, Flushed, Owned, Prepared, Wsdraft},
    wtx::{Wtx, WtxInPlace},
    yawc::{Yawc, YawcFed},
};

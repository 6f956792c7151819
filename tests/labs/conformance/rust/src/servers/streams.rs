//! Crates that take a TCP stream.

use futures_util::{SinkExt, StreamExt};
use soketto::handshake::{Server, server::Response};
use tokio::net::TcpStream;
use tokio_util::compat::TokioAsyncReadCompatExt;
use wtx::{
    collection::Vector,
    web_socket::{OpCode, WebSocketAcceptor, WebSocketPayloadOrigin},
};

pub async fn tokio_tungstenite(stream: TcpStream) {
    let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else {
        return;
    };
    while let Some(Ok(message)) = socket.next().await {
        let is_data = message.is_text() || message.is_binary();
        if is_data && socket.send(message).await.is_err() {
            return;
        }
    }
}

pub async fn tokio_websockets(stream: TcpStream) {
    let accepted = tokio_websockets::ServerBuilder::new().accept(stream).await;
    let Ok((_, mut socket)) = accepted else {
        return;
    };
    while let Some(Ok(message)) = socket.next().await {
        let is_data = message.is_text() || message.is_binary();
        if is_data && socket.send(message).await.is_err() {
            return;
        }
    }
}

pub async fn sockudo_ws(mut stream: TcpStream) {
    use sockudo_ws::{Config, Message, WebSocketStream, handshake::server_handshake};

    if server_handshake(&mut stream).await.is_err() {
        return;
    }
    let mut socket = WebSocketStream::server(stream, Config::default());
    while let Some(Ok(message)) = socket.next().await {
        let is_data = matches!(message, Message::Text(_) | Message::Binary(_));
        if is_data && socket.send(message).await.is_err() {
            return;
        }
    }
}

pub async fn soketto(stream: TcpStream) {
    let mut server = Server::new(stream.compat());
    let key = match server.receive_request().await {
        Ok(request) => request.key(),
        Err(_) => {
            let refusal = Response::Reject { status_code: 400 };
            let _ = server.send_response(&refusal).await;
            return;
        }
    };
    let accept = Response::Accept {
        key,
        protocol: None,
    };
    if server.send_response(&accept).await.is_err() {
        return;
    }
    let (mut sender, mut receiver) = server.into_builder().finish();
    let mut message = Vec::new();
    while let Ok(data) = receiver.receive_data(&mut message).await {
        let sent = if data.is_text() {
            match std::str::from_utf8(&message) {
                Ok(text) => sender.send_text(text).await,
                Err(_) => return,
            }
        } else {
            sender.send_binary(&message).await
        };
        if sent.is_err() || sender.flush().await.is_err() {
            return;
        }
        message.clear();
    }
}

pub async fn wtx(stream: TcpStream) {
    let accepted: Result<_, wtx::Error> = WebSocketAcceptor::default().accept(stream).await;
    let Ok(mut socket) = accepted else {
        return;
    };
    let mut buffer = Vector::new();
    let (mut common, mut reader, mut writer) = socket.split_mut();
    loop {
        let origin = WebSocketPayloadOrigin::Adaptive;
        let Ok(mut frame) = reader.read_frame(&mut buffer, &mut common, origin).await else {
            return;
        };
        let sent = match frame.op_code() {
            OpCode::Text | OpCode::Binary => writer.write_frame(&mut common, &mut frame).await,
            OpCode::Close => return,
            _ => Ok(()),
        };
        if sent.is_err() {
            return;
        }
    }
}

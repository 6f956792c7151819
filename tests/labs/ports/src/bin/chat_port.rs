//! A chat server with axum and wsdraft: one broadcast channel for each room.
//!
//! `cargo run --bin chat_port -- 127.0.0.1:9001`, then connect to
//! `ws://127.0.0.1:9001/rooms/lobby?token=ada-secret`, or state the token in the header field
//! `Authorization: Bearer ada-secret`. `/name new` changes the name.
//!
//! SIGINT and SIGTERM close all connections with code 1001, and the server ends when they are closed.

use std::{
    collections::HashMap,
    env, io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    extract::{FromRef, Path, Query, State},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde::Deserialize;
use tokio::{
    net::TcpListener,
    select,
    signal::unix::{SignalKind, signal},
    sync::{
        broadcast::{self, error::RecvError},
        watch,
    },
};
use wsdraft::{
    Error, Keepalive, Limits, Message, Prepared,
    axum::{WebSocket, WebSocketUpgrade},
    drafts::rfc6455::{CloseCode, Draft},
    tokio::Acceptor,
};

/// Who may enter, by token.
const USERS: [(&str, &str); 2] = [("ada-secret", "ada"), ("grace-secret", "grace")];
/// How many messages a slow client may be behind.
const BACKLOG: usize = 64;
/// The longest message of a client, in bytes.
const LONGEST: usize = 16 << 10;
/// How long a client is silent before it is pinged, and how long it may then be silent.
const KEEPALIVE: Keepalive = Keepalive::new(Duration::from_secs(30), Duration::from_secs(10));
/// How long it may take to answer a close frame.
const PARTING: Duration = Duration::from_secs(5);

/// What all connections share.
#[derive(Clone)]
struct Chat {
    acceptor: Acceptor<Draft>,
    rooms: Arc<Mutex<HashMap<String, broadcast::Sender<Prepared>>>>,
    /// Changes when the server stops. It is closed when the last connection has ended.
    stop: watch::Receiver<bool>,
}

impl Chat {
    fn room(&self, name: String) -> broadcast::Sender<Prepared> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.retain(|_, room| room.receiver_count() > 0);
        let room = rooms.entry(name);
        room.or_insert_with(|| broadcast::Sender::new(BACKLOG))
            .clone()
    }
}

impl FromRef<Chat> for Acceptor<Draft> {
    fn from_ref(chat: &Chat) -> Self {
        chat.acceptor.clone()
    }
}

#[derive(Deserialize)]
struct Credentials {
    token: Option<String>,
}

/// The user with the token of a request.
fn user(headers: &HeaderMap, query: &Credentials) -> Option<&'static str> {
    let header = headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok());
    let token = match header {
        Some(header) => header.strip_prefix("Bearer "),
        None => query.token.as_deref(),
    };
    let known = USERS.iter().find(|(secret, _)| Some(*secret) == token);
    known.map(|&(_, name)| name)
}

async fn enter(
    upgrade: WebSocketUpgrade<Draft>,
    Path(room): Path<String>,
    Query(query): Query<Credentials>,
    headers: HeaderMap,
    State(chat): State<Chat>,
) -> Response {
    let Some(user) = user(&headers, &query) else {
        return (StatusCode::UNAUTHORIZED, "who are you?\n").into_response();
    };
    upgrade
        .on_failed_upgrade(|error| eprintln!("no connection: {error}"))
        .on_upgrade(move |socket| async move {
            if let Err(error) = talk(socket, chat.room(room), user.into(), chat.stop).await {
                eprintln!("{user}: {error}");
            }
        })
}

/// Serves one client until it or the server closes.
async fn talk(
    mut socket: WebSocket<Draft>,
    room: broadcast::Sender<Prepared>,
    mut name: String,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Error> {
    let mut said = room.subscribe();
    // There is at least one receiver: that of this client.
    let tell = |text: String| drop(room.send(Prepared::new(text)));
    tell(format!("* {name} is here"));
    let result = loop {
        select! {
            received = socket.recv() => match received {
                Ok(Some(Message::Text(text))) => match text.strip_prefix("/name ") {
                    Some(new) => {
                        tell(format!("* {name} is now {new}"));
                        new.clone_into(&mut name);
                    }
                    None => tell(format!("{name}: {text}")),
                },
                Ok(Some(Message::Binary(_))) => {}
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            },
            text = said.recv() => {
                let text = match text {
                    Ok(text) => text,
                    Err(RecvError::Lagged(missed)) => {
                        Prepared::new(format!("* {missed} messages missed"))
                    }
                    Err(RecvError::Closed) => break Ok(()),
                };
                if let Err(error) = socket.send(text).await {
                    break Err(error);
                }
            }
            _ = stop.changed() => break socket.close(CloseCode::GOING_AWAY, "the server stops").await.map(drop),
        }
    };
    tell(format!("* {name} has left"));
    result
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let address = env::args().nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:9001")).await?;
    println!("listening on ws://{}/rooms/lobby", listener.local_addr()?);

    let mut limits = Limits::default();
    limits.message = LONGEST;
    limits.keepalive = Some(KEEPALIVE);
    limits.close = PARTING;
    let (stopping, stop) = watch::channel(false);
    let chat = Chat {
        acceptor: Acceptor::new(Draft).limits(limits),
        rooms: Arc::default(),
        stop,
    };
    let router = Router::new()
        .route("/rooms/{room}", get(enter))
        .with_state(chat);

    let (mut interrupt, mut terminate) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );
    let stopped = stopping.clone();
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            stopped.send_replace(true);
        })
        .await?;
    // `axum::serve` does not wait for connections that were upgraded.
    stopping.closed().await;
    Ok(())
}

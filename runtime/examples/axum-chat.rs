//! A chat with axum as it goes on the internet: users with tokens, rooms, origins, limits,
//! metrics, and a graceful shutdown.
//!
//! `CHAT_USERS=ada=ada-token,grace=grace-token cargo run -p wsdraft --features axum --example
//! axum-chat`, then <http://127.0.0.1:9001/>, or `wsdraft connect --field 'Authorization: Bearer
//! ada-token' ws://127.0.0.1:9001/rooms/lobby`. The example `axum-server` is a shorter start.

use std::{
    collections::HashMap,
    env, error, io,
    net::SocketAddr,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Extension, Router,
    extract::{FromRef, FromRequestParts, Path, State},
    http::{
        HeaderMap, StatusCode,
        header::{AUTHORIZATION, COOKIE, WWW_AUTHENTICATE},
        request::Parts,
    },
    response::{Html, IntoResponse, Response},
    routing::get,
};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
#[cfg(unix)]
use tokio::signal::unix::SignalKind;
use tokio::{
    net::{TcpListener, TcpStream},
    signal::ctrl_c,
    sync::{
        OwnedSemaphorePermit, Semaphore,
        broadcast::{self, error::RecvError},
    },
    time::sleep,
};
use wsdraft::{
    Budget, Error, Keepalive, Limits, Message, Prepared,
    axum::{WebSocket, WebSocketUpgrade},
    drafts::rfc6455 as ws,
    metrics::Counters,
    tokio::{Acceptor, Connections, Hosts, Origins},
};

/// The page keeps the token in a cookie, because a page cannot set header fields of a WebSocket.
const PAGE: &str = "<!doctype html><title>chat</title><form><input autofocus></form><pre></pre><script>
document.cookie = `token=${encodeURIComponent(prompt('Your token?') ?? '')}; SameSite=Strict; Path=/`;
const socket = new WebSocket(location.href.replace(/^http/, 'ws') + 'rooms/lobby');
const tell = (text) => document.querySelector('pre').append(text + '\\n');
socket.onmessage = (event) => tell(event.data);
socket.onclose = (event) => tell(`closed: ${event.code} ${event.reason}`);
document.forms[0].onsubmit = (event) => {
  event.preventDefault();
  socket.send(document.querySelector('input').value);
  event.target.reset();
};
</script>";

/// Limit on concurrent connections, before and after their upgrade. Further ones wait in the
/// system's queue.
const CONNECTIONS: usize = 1024;
/// Limit on the connections of one user.
const DEVICES: usize = 5;
/// Limits on rooms, and on the bytes of their names.
const ROOMS: usize = 100;
const NAME: usize = 32;
/// Limit on the bytes of a message.
const LONGEST: usize = 4 << 10;
/// How many messages a client may be behind. It misses the others.
const BACKLOG: usize = 64;
/// Limit on the memory of all connections, beyond the first 128 KiB of each.
const MEMORY: usize = 64 << 20;
/// How long to wait if no connection can be accepted, for example for lack of descriptors.
const RESPITE: Duration = Duration::from_millis(100);
/// How long to wait for open connections when the server stops.
const FAREWELL: Duration = Duration::from_secs(10);

/// A connection's place, which it keeps until it is closed.
type Place = Arc<OwnedSemaphorePermit>;

/// A room that a user has entered.
type Room = (broadcast::Sender<Prepared>, broadcast::Receiver<Prepared>);

/// What all requests share.
#[derive(Clone)]
struct Chat {
    acceptor: Acceptor<ws::Draft>,
    counters: Counters,
    users: Arc<Users>,
    rooms: Arc<Mutex<HashMap<String, broadcast::Sender<Prepared>>>>,
}

impl FromRef<Chat> for Acceptor<ws::Draft> {
    fn from_ref(chat: &Chat) -> Self {
        chat.acceptor.clone()
    }
}

impl Chat {
    /// Enters a room, which is opened if there is none. `None` if the name is too long, or if there
    /// are too many rooms.
    fn enter(&self, name: String) -> Option<Room> {
        let mut rooms = lock(&self.rooms);
        rooms.retain(|_, room| room.receiver_count() > 0);
        if name.len() > NAME || (rooms.len() >= ROOMS && !rooms.contains_key(&name)) {
            return None;
        }
        let room = rooms.entry(name);
        let room = room.or_insert_with(|| broadcast::Sender::new(BACKLOG));
        // With the lock held: the next user would otherwise remove the empty room.
        Some((room.clone(), room.subscribe()))
    }
}

/// The users, by their tokens. A token is long and random. A real server asks its database, which
/// has hashes of tokens only.
struct Users(HashMap<String, Account>);

struct Account {
    name: String,
    devices: Arc<Semaphore>,
}

impl Users {
    /// Reads `name=token,name=token`.
    fn read(users: &str) -> Option<Self> {
        let user = |pair: &str| {
            let (name, token) = pair.split_once('=')?;
            let account = Account {
                name: name.to_owned(),
                devices: Arc::new(Semaphore::new(DEVICES)),
            };
            (!name.is_empty() && !token.is_empty()).then(|| (token.to_owned(), account))
        };
        users.split(',').map(user).collect::<Option<_>>().map(Self)
    }
}

/// The user who sends a request. A handler that takes one runs for users only.
struct User {
    name: String,
    /// The place of this connection among those of the user.
    device: OwnedSemaphorePermit,
}

impl FromRequestParts<Chat> for User {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, chat: &Chat) -> Result<Self, Response> {
        let account = token(&parts.headers).and_then(|token| chat.users.0.get(token));
        let Some(account) = account else {
            let challenge = [(WWW_AUTHENTICATE, "Bearer realm=\"chat\"")];
            return Err((StatusCode::UNAUTHORIZED, challenge, "who are you?\n").into_response());
        };
        let device = Arc::clone(&account.devices).try_acquire_owned();
        let device = device.map_err(|_| {
            let why = format!("you have {DEVICES} connections already\n");
            (StatusCode::TOO_MANY_REQUESTS, why).into_response()
        })?;
        let name = account.name.clone();
        Ok(Self { name, device })
    }
}

/// The token of a program, or that of a page. A page of another site sends the cookie too, so the
/// acceptor checks origins.
fn token(headers: &HeaderMap) -> Option<&str> {
    if let Some(field) = headers.get(AUTHORIZATION) {
        return field.to_str().ok()?.strip_prefix("Bearer ");
    }
    let cookies = headers.get_all(COOKIE).into_iter();
    let cookies = cookies.filter_map(|field| field.to_str().ok());
    let mut pairs = cookies.flat_map(|field| field.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix("token="))
}

/// Lets a user enter a room. The user comes first: a stranger learns nothing about rooms.
async fn enter(
    user: User,
    upgrade: WebSocketUpgrade<ws::Draft>,
    Path(room): Path<String>,
    State(chat): State<Chat>,
    Extension(place): Extension<Place>,
) -> Response {
    let Some(room) = chat.enter(room) else {
        return (StatusCode::NOT_FOUND, "no such room\n").into_response();
    };
    upgrade
        .on_failed_upgrade(|error| eprintln!("no connection: {error}"))
        .on_upgrade(async move |socket| {
            let User { name, device } = user;
            if let Err(error) = talk(socket, room, &name).await {
                eprintln!("{name}: {error}");
            }
            drop((device, place));
        })
}

/// Passes messages on, in both directions. Each is in memory once, however many receive it.
async fn talk(
    mut socket: WebSocket<ws::Draft>,
    (room, mut said): Room,
    name: &str,
) -> Result<(), Error> {
    loop {
        tokio::select! {
            received = socket.recv() => match received? {
                Some(Message::Text(text)) => {
                    // There is at least one receiver: that of this client.
                    let _ = room.send(Prepared::new(format!("{name}: {text}")));
                }
                Some(Message::Binary(_)) => {
                    socket.close(ws::CloseCode::UNSUPPORTED_DATA, "text only").await?;
                    return Ok(());
                }
                // Also when the server stops: `Connections` has closed the connection.
                None => return Ok(()),
            },
            message = said.recv() => match message {
                Ok(message) => socket.send(message).await?,
                Err(RecvError::Lagged(missed)) => {
                    socket.send(format!("({missed} messages missed)")).await?;
                }
                Err(RecvError::Closed) => return Ok(()),
            },
        }
    }
}

/// What has happened so far. Prometheus has to send the token of a user.
async fn metrics(_: User, State(chat): State<Chat>) -> String {
    chat.counters.snapshot().to_string()
}

fn acceptor(connections: &Connections, counters: &Counters) -> Acceptor<ws::Draft> {
    let mut limits = Limits::default();
    // A client that disappears silently frees its place.
    limits.keepalive = Some(Keepalive::new(
        Duration::from_secs(30),
        Duration::from_secs(10),
    ));
    limits.message = LONGEST;
    limits.frame = LONGEST;
    // The page comes from this server and from this machine. On the internet, the hosts are the
    // names of the site, and `secure(true)` says that TLS is in front of this server.
    Acceptor::new(ws::Draft)
        .limits(limits)
        .budget(Budget::new(MEMORY))
        .connections(connections)
        .metrics(counters.clone())
        .origins(Origins::Same)
        .hosts(Hosts::loopback())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn error::Error>> {
    let users = env::var("CHAT_USERS").ok();
    let users = users.and_then(|users| Users::read(&users));
    let users = users.ok_or("CHAT_USERS states nobody: name=token,name=token")?;
    let connections = Connections::new();
    let counters = Counters::new();
    let chat = Chat {
        acceptor: acceptor(&connections, &counters),
        counters,
        users: Arc::new(users),
        rooms: Arc::default(),
    };
    let router = Router::new()
        .route("/", get(Html(PAGE)))
        .route("/rooms/{room}", get(enter))
        .route("/metrics", get(metrics))
        .with_state(chat.clone());

    let address = env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:9001");
    let listener = TcpListener::bind(address).await?;
    println!("listening on ws://{}/rooms/lobby", listener.local_addr()?);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stop = pin!(stop());
    loop {
        let (place, stream, peer) = tokio::select! {
            next = next(&listener, &places) => next?,
            stopped = &mut stop => break stopped?,
        };
        let router = router.clone().layer(Extension(Arc::new(place)));
        let acceptor = chat.acceptor.clone();
        tokio::spawn(async move {
            if let Err(error) = serve(&acceptor, router, stream).await {
                eprintln!("{peer}: {error}");
            }
        });
    }
    // Requests for pages are short. What is left of them ends with the process.
    drop(listener);
    let closed = connections.close(FAREWELL).await;
    println!(
        "stopped: {} of {} connections closed cleanly",
        closed.clean, closed.open
    );
    Ok(())
}

/// Serves one connection like `axum::serve`, but limits the time for its requests.
async fn serve(
    acceptor: &Acceptor<ws::Draft>,
    router: Router,
    stream: TcpStream,
) -> Result<(), hyper::Error> {
    let service = TowerToHyperService::new(router);
    let connection = acceptor
        .http1()
        .serve_connection(TokioIo::new(stream), service);
    connection.with_upgrades().await
}

/// Waits for the next connection, and for a place for it.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(OwnedSemaphorePermit, TcpStream, SocketAddr)> {
    let place = Arc::clone(places).acquire_owned().await;
    let place = place.map_err(io::Error::other)?;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return Ok((place, stream, peer)),
            Err(error) => {
                eprintln!("no connection accepted: {error}");
                sleep(RESPITE).await;
            }
        }
    }
}

/// Waits for Ctrl-C or, on Unix, for a service manager that stops this process.
async fn stop() -> io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminated = tokio::signal::unix::signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = ctrl_c() => interrupted,
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    ctrl_c().await
}

/// What the lock protects is changed as a whole: a panic leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

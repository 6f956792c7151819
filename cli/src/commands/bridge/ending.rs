//! How both connections end, and what the log says of it.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use wsdraft::{
    Cause, Ending, Error, Role, TranslatedClose, handshake::Offer, info::DraftInfo,
    tokio::WebSocket,
};

use super::{
    notes::{Entry, Level, Notes, Passed},
    passing::Over,
    upstream::Server,
};
use crate::specs::Spoken;

/// What ended first.
#[derive(Debug)]
pub(super) enum First {
    /// What the client says.
    Client(Over),
    /// What the server says.
    Server(Over),
    /// Nothing passed for so long.
    Idle(Duration),
    /// The bridge itself.
    Told,
}

/// What each endpoint is told, and why.
struct Farewell {
    client: TranslatedClose,
    server: TranslatedClose,
    /// For the log, where no close frame says it.
    why: Option<String>,
}

/// What the log says of a connection that is open.
pub(super) fn opened(offer: &Offer, server: &DraftInfo, subprotocol: Option<&str>) -> Entry {
    Entry::Open {
        path: offer.resource.split('?').next().unwrap_or_default().into(),
        client: offer.draft.short,
        upstream: server.short,
        subprotocol: subprotocol.map(ToOwned::to_owned),
    }
}

/// Ends both connections, and says so.
pub(super) async fn both<S>(
    mut client: WebSocket<S, Spoken>,
    mut server: Server,
    first: &First,
    passed: [Passed; 2],
    time: Duration,
    notes: &Notes,
) where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let drafts = [*client.connection().draft(), *server.connection().draft()];
    let farewell = Farewell::after(first, drafts);
    for change in [farewell.client.change, farewell.server.change]
        .into_iter()
        .flatten()
    {
        notes.say(Level::Usual, || change.to_string());
    }
    let (client, upstream) = tokio::join!(
        leave(&mut client, &farewell.client),
        leave(&mut server, &farewell.server)
    );
    let [up, down] = passed;
    notes.tell(Level::Usual, || Entry::Closed {
        seconds: time.as_secs_f64(),
        why: farewell.why,
        client,
        upstream,
        up,
        down,
    });
}

/// Ends one connection; says how it ended.
async fn leave<S>(socket: &mut WebSocket<S, Spoken>, said: &TranslatedClose) -> String
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut done = socket.close(said.code, &said.reason).await;
    if let Err(Error::Connection(wsdraft::ConnectionError::Misuse(_))) = done {
        done = socket.close(None, "").await;
    }
    match (socket.ended(), done) {
        (Some(ending), _) => described(ending, socket.connection().role().peer(), said.code),
        (None, Err(error)) => error.to_string(),
        (None, Ok(ending)) => described(&ending, socket.connection().role().peer(), said.code),
    }
}

/// How a connection ended, in words.
fn described(ending: &Ending, peer: Role, said: Option<u16>) -> String {
    let told = said.map_or_else(String::new, |code| format!("told {code}, "));
    let told = if ending.by == peer { "" } else { &told };
    match &ending.cause {
        Cause::Clean => {
            let code = ending
                .code
                .map_or_else(String::new, |code| format!(" {code}"));
            let reason = match &*ending.reason {
                "" => String::new(),
                reason => format!(" {reason:?}"),
            };
            format!("{told}closed{code}{reason}")
        }
        Cause::Violation(violation) => violation.to_string(),
        _ => {
            let error = ending.error();
            let error = error.map_or_else(String::new, |error| error.to_string());
            format!("{told}{error}")
        }
    }
}

impl Farewell {
    /// What is said after this has ended first; `drafts` are those of the client and of the server.
    fn after(first: &First, drafts: [Spoken; 2]) -> Self {
        let [client, server] = drafts;
        match first {
            First::Client(over) => {
                let (client, server, why) = after(over, Role::Client, client, server);
                Self {
                    client,
                    server,
                    why,
                }
            }
            First::Server(over) => {
                let (server, client, why) = after(over, Role::Server, server, client);
                Self {
                    client,
                    server,
                    why,
                }
            }
            First::Idle(idle) => {
                let seconds = idle.as_secs_f64();
                let why = format!("nothing passed for {seconds} s, as --idle-timeout says");
                Self::going_away(drafts, Some(why))
            }
            First::Told => Self::going_away(drafts, Some("the bridge ends".into())),
        }
    }

    fn going_away(drafts: [Spoken; 2], why: Option<String>) -> Self {
        let [client, server] = drafts.map(|draft| with(draft.info().local_codes.going_away, ""));
        Self {
            client,
            server,
            why,
        }
    }
}

/// What is said to the endpoint that has ended first, and to the other one.
fn after(
    over: &Over,
    role: Role,
    ended: Spoken,
    other: Spoken,
) -> (TranslatedClose, TranslatedClose, Option<String>) {
    let info = ended.info();
    let codes = info.local_codes;
    let nothing = TranslatedClose::default();
    let lost = || Ending::lost(other, role);
    match over {
        Over::Closed(close) => (nothing, close.translated(info, other, role), None),
        Over::Ended(ending) => (nothing, ending.translated(info, other, role), None),
        Over::Failed(error) => (nothing, lost(), Some(error.to_string())),
        Over::Unsayable(why) => {
            let code = codes.unsupported.or(codes.policy).or(codes.going_away);
            (with(code, why), lost(), Some(why.clone()))
        }
        Over::Overloaded => {
            let code = codes.overloaded.or(codes.policy).or(codes.too_big);
            let why = "no memory for a message";
            (with(code, why), lost(), Some(why.to_owned()))
        }
        Over::Stuck(error) => {
            let lost = Ending::lost(ended, role.peer());
            (lost, nothing, Some(error.to_string()))
        }
    }
}

/// A close frame with this code, if the draft has it.
fn with(code: Option<u16>, reason: &str) -> TranslatedClose {
    let mut close = TranslatedClose::default();
    close.code = code;
    if code.is_some() {
        close.reason = reason.into();
    }
    close
}

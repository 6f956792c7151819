//! Several channels over one connection.

use std::{
    cell::RefCell,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
    time::Duration,
};

use tokio::{sync::watch, time::timeout};
use wsdraft::{
    Error, Role,
    extension::multiplex::MultiplexInfo,
    multiplex::{Driver, MultiplexLimits, Mux},
    tokio::{Connector, WebSocket},
};
use wsdraft_spec::sort;

use self::{filling::Left, ready::first_ready};
use super::{
    acts::{Lanes, Source},
    counts::Counts,
    ending::worse,
    opening::{Opening, Socket},
    quit::Quit,
    screen::Screen,
    talk::{Manner, OfChannel, Talk},
    wire::Wire,
};
use crate::{
    channel::{Fate, Noted, dropped, table},
    events::Event,
    failure::Failure,
    outcome::Outcome,
    specs::Spoken,
};

mod filling;
mod ready;

/// The channels to open.
pub(super) struct Channels<'a> {
    pub(super) opening: &'a Opening<'a>,
    /// How the connection is opened.
    pub(super) connector: &'a Connector<Spoken>,
    /// How channels are.
    pub(super) inner: Connector<Spoken>,
    pub(super) count: usize,
    /// The subprotocol of the first channel.
    pub(super) subprotocol: Option<String>,
    /// How long to wait until all are open.
    pub(super) patience: Duration,
}

/// A channel that is open.
struct Opened {
    socket: Socket,
    screen: Screen,
    fate: Arc<Fate>,
}

type Carried = Mux<Spoken>;
type Drives<'a> = Pin<&'a mut Driver<Wire, Spoken>>;
type Holding<'a> = Pin<Box<dyn Future<Output = Result<Outcome, Failure>> + 'a>>;

impl Channels<'_> {
    /// Opens the channels, and says on each of them what there is to say.
    pub(super) async fn hold(
        &self,
        talk: Talk<'_>,
        socket: Socket,
        mut source: Source,
    ) -> Result<Outcome, Failure> {
        let Some(table) = table(socket.connection()) else {
            talk.screen
                .log("the server agrees to no channels: there is one connection");
            let held = talk.hold(socket, &mut source).await?;
            return Ok(worse(held.outcome, Outcome::Findings));
        };
        let limits = MultiplexLimits::default().channels(self.count);
        let limits = limits.bytes(limits.window.saturating_mul(self.count as u64));
        let (mut mux, driver) = Mux::client(socket, self.connector, limits)
            .map_err(|error| Failure::input(error.to_string()))?;
        let mut driver = pin!(driver);
        let left = Left::default();
        let (held, ended) = {
            let mut held = pin!(self.converse(&talk, &mut mux, (table, &left), source));
            tokio::select! {
                biased;
                held = &mut held => (held, None),
                // The channels end with it.
                ended = drive(talk.screen, driver.as_mut(), &left) => (held.await, Some(ended)),
            }
        };
        match ended {
            None => {
                mux.close();
                leave(&talk, driver, held).await
            }
            Some(Ok(())) => match dropped(mux.over().as_ref(), table, Role::Client) {
                Some(report) => {
                    talk.screen.event(&Event::Dropped(report))?;
                    held.map(|_| Outcome::Findings)
                }
                None => held,
            },
            Some(Err(error)) => {
                talk.screen.log(&error.to_string());
                held.map(|_| Outcome::Findings)
            }
        }
    }

    /// Opens the channels, and speaks on them, unless the user leaves before.
    async fn converse(
        &self,
        talk: &Talk<'_>,
        mux: &mut Carried,
        (table, left): (&'static MultiplexInfo, &Left),
        mut source: Source,
    ) -> Result<Outcome, Failure> {
        let first = mux.first().map(|first| {
            let (channel, connection) = first.into_parts();
            let (id, fate) = (channel.id(), Fate::new(table));
            let noted = Noted::new(channel, Arc::clone(&fate));
            let socket = WebSocket::from_parts(noted, connection);
            self.opened((id, fate), socket, self.subprotocol.clone())
        });
        let opened = RefCell::new(Vec::from_iter(first));
        let is_complete = tokio::select! {
            is_complete = self.open(mux, (table, left), &opened) => Some(is_complete?),
            failure = talk.screen.pump() => return Err(failure),
            () = talk.quit.notified() => None,
            () = source.leaves(), if talk.manner == Manner::Typed => None,
        };
        let mut opened = opened.into_inner();
        sort::by_key(&mut opened, |one| one.screen.channel());
        match is_complete {
            Some(is_complete) => {
                let held = speak(talk, opened, source, false).await?;
                Ok(worse(held, Outcome::findings(!is_complete)))
            }
            // Those that are open are closed.
            None => {
                let unfinished = talk.unfinished(&mut source);
                let talk = Talk {
                    manner: Manner::Script,
                    screen: talk.screen,
                    answers: None,
                    closes: true,
                    url: talk.url.clone(),
                    quit: talk.quit,
                    counts: Counts::default(),
                    channel: None,
                    ..*talk
                };
                let held = speak(&talk, opened, Source::of(Vec::new()), true).await?;
                Ok(worse(held, unfinished))
            }
        }
    }

    /// A channel as a connection like any other.
    fn opened(
        &self,
        (id, fate): (u32, Arc<Fate>),
        socket: WebSocket<Noted, Spoken>,
        subprotocol: Option<String>,
    ) -> Opened {
        let screen = self.opening.screen.of_channel(id);
        self.opening
            .tell_open(socket.connection(), subprotocol, &screen);
        let (noted, connection) = socket.into_parts();
        let socket = Socket::from_parts(Wire::new(noted, None), connection);
        Opened {
            socket,
            screen,
            fate,
        }
    }
}

/// Says the same on all channels, and prints what comes on each. `leaves` is whether the user has told
/// to end.
async fn speak(
    talk: &Talk<'_>,
    opened: Vec<Opened>,
    source: Source,
    leaves: bool,
) -> Result<Outcome, Failure> {
    let (sources, mut lanes) = Lanes::new(source, opened.len());
    let quits: Vec<Quit> = opened.iter().map(|_| Quit::default()).collect();
    if leaves {
        quits.iter().for_each(Quit::tell);
    }
    let (fails, failing) = watch::channel(());
    let each = opened.into_iter().zip(sources).zip(&quits);
    let mut holds: Vec<Holding<'_>> = each
        .map(|((one, source), quit)| -> Holding<'_> {
            let fails = failing.clone();
            Box::pin(one.hold(talk, source, quit, fails))
        })
        .collect();
    let (mut fails, mut failure) = (Some(fails), None);
    let (mut outcome, mut hands_on) = (Outcome::Fine, true);
    loop {
        let failed = tokio::select! {
            biased;
            held = first_ready(&mut holds) => match held {
                Some(held) => held.map(|held| outcome = worse(outcome, held)),
                None => break,
            },
            handed = lanes.hand_on(), if hands_on => {
                hands_on = false;
                handed
            }
            failed = talk.screen.pump(), if failure.is_none() => Err(failed),
            () = talk.quit.pass_on(&quits) => Ok(()),
        };
        if let Err(failed) = failed {
            // The others hear of it, and close.
            fails = None;
            failure = failure.or(Some(failed));
        }
    }
    drop(fails);
    failure.map_or(Ok(outcome), Err)
}

impl Opened {
    async fn hold(
        self,
        talk: &Talk<'_>,
        mut source: Source,
        quit: &Quit,
        fails: watch::Receiver<()>,
    ) -> Result<Outcome, Failure> {
        let talk = Talk {
            screen: &self.screen,
            url: talk.url.clone(),
            quit,
            counts: Counts::default(),
            channel: Some(OfChannel {
                fate: self.fate,
                fails,
            }),
            ..*talk
        };
        let held = talk.hold(self.socket, &mut source).await?;
        Ok(match held.goes_on {
            true => worse(held.outcome, talk.unfinished(&mut source)),
            false => held.outcome,
        })
    }
}

/// Moves what the channels send and receive, but not while too much waits to be printed.
async fn drive(screen: &Screen, mut driver: Drives<'_>, left: &Left) -> Result<(), Error> {
    loop {
        screen.has_room().await;
        let driven = poll_fn(|cx| {
            let polled = driver.as_mut().poll(cx);
            left.note(driver.connection());
            match polled {
                Poll::Ready(ended) => Poll::Ready(Some(ended)),
                Poll::Pending if screen.is_full() => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            }
        });
        if let Some(ended) = driven.await {
            return ended;
        }
    }
}

/// Waits until the connection is closed, unless the user is tired of it or the command has failed.
async fn leave(
    talk: &Talk<'_>,
    mut driver: Drives<'_>,
    held: Result<Outcome, Failure>,
) -> Result<Outcome, Failure> {
    if talk.quit.insists() {
        // What the server takes at once goes out.
        poll_fn(|cx| {
            let _ = driver.as_mut().poll(cx);
            Poll::Ready(())
        })
        .await;
        return held;
    }
    let waits = held.is_ok() && !talk.quit.is_told();
    let patience = if waits { talk.patience } else { Talk::MOMENT };
    let left = Left::default();
    let why = tokio::select! {
        ended = timeout(patience, drive(talk.screen, driver, &left)) => match ended {
            Ok(ended) => ended.err().map(|error| error.to_string()),
            Err(_elapsed) if waits => Some("the server did not close the connection in time".into()),
            Err(_elapsed) => None,
        },
        failure = talk.screen.pump(), if held.is_ok() => return Err(failure),
        () = talk.quit.notified() => {
            talk.screen.log(Quit::NOT_WAITED);
            return held;
        }
    };
    match (held, why) {
        (Ok(_), Some(why)) => {
            talk.screen.log(&why);
            Ok(Outcome::Findings)
        }
        (held, _) => held,
    }
}

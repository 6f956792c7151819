//! Several channels over one connection.

use std::{
    future::{Future, poll_fn},
    mem,
    pin::{Pin, pin},
    task::Poll,
};

use tokio::time::timeout;
use wsdraft::{
    Error,
    multiplex::{Channel, MultiplexLimits, Mux},
    tokio::{Connector, WebSocket},
};

use super::{
    acts::Source,
    counts::Counts,
    ending::worse,
    opening::{Opening, Socket},
    quit::Quit,
    screen::Screen,
    talk::Talk,
    wire::Wire,
};
use crate::{failure::Failure, outcome::Outcome, specs::Spoken};

/// The channels to open.
pub(super) struct Channels<'a> {
    pub(super) opening: &'a Opening<'a>,
    pub(super) connector: &'a Connector<Spoken>,
    pub(super) count: usize,
}

/// A channel that is open.
struct Opened {
    socket: Socket,
    screen: Screen,
}

type Carried = Mux<Spoken>;
type Holding<'a> = Pin<Box<dyn Future<Output = Result<Outcome, Failure>> + 'a>>;

impl Channels<'_> {
    /// Opens the channels, and says on each of them what there is to say.
    pub(super) async fn hold(
        &self,
        talk: Talk<'_>,
        socket: Socket,
        mut source: Source,
    ) -> Result<Outcome, Failure> {
        if socket.connection().agreed().multiplexed().is_none() {
            talk.screen
                .log("the server agrees to no channels: there is one connection");
            let held = talk.hold(socket, &mut source).await?;
            return Ok(worse(held.outcome, Outcome::Findings));
        }
        let limits = MultiplexLimits::default().channels(self.count);
        let limits = limits.bytes(limits.window.saturating_mul(self.count as u64));
        let (mut mux, driver) = Mux::client(socket, self.connector, limits)
            .map_err(|error| Failure::input(error.to_string()))?;
        let mut driver = pin!(driver);
        let spoken = {
            let spoken = async {
                let (opened, lacking) = self.open(&mut mux).await?;
                let outcome = self.speak(&talk, opened, source).await?;
                Ok::<_, Failure>(worse(outcome, Outcome::findings(lacking)))
            };
            let mut spoken = pin!(spoken);
            tokio::select! {
                biased;
                outcome = &mut spoken => outcome?,
                ended = &mut driver => {
                    if let Err(error) = ended {
                        talk.screen.log(&error.to_string());
                    }
                    // The channels have ended with it.
                    let outcome = spoken.await?;
                    return Ok(worse(outcome, Outcome::Findings));
                }
            }
        };
        mux.close();
        tokio::select! {
            ended = timeout(talk.patience, driver) => Ok(match ended {
                Ok(Ok(())) => spoken,
                Ok(Err(error)) => {
                    talk.screen.log(&error.to_string());
                    Outcome::Findings
                }
                Err(_elapsed) => {
                    talk.screen.log("the server did not close the connection in time");
                    Outcome::Findings
                }
            }),
            () = talk.quit.notified() => {
                talk.screen.log(Quit::NOT_WAITED);
                Ok(spoken)
            }
        }
    }

    /// Opens the channels; tells whether some cannot be.
    async fn open(&self, mux: &mut Carried) -> Result<(Vec<Opened>, bool), Failure> {
        let mut opened = Vec::new();
        opened.extend(mux.first().map(|first| self.opened(first)));
        while opened.len() < self.count {
            match mux.open(&self.opening.address).await {
                Ok(socket) => opened.push(self.opened(socket)),
                Err(error) => {
                    self.lacks(opened.len(), &error)?;
                    return Ok((opened, true));
                }
            }
        }
        Ok((opened, false))
    }

    fn lacks(&self, there: usize, error: &Error) -> Result<(), Failure> {
        let (screen, count) = (&self.opening.screen, self.count);
        screen.log(&format!("{there} of {count} channels are open: {error}"));
        match error {
            Error::Handshake(_) => self.opening.failed(error),
            _ => Ok(()),
        }
    }

    /// A channel as a connection like any other.
    fn opened(&self, socket: WebSocket<Channel, Spoken>) -> Opened {
        let screen = self.opening.screen.of_channel(socket.stream().id());
        let subprotocol = socket.subprotocol().map(ToOwned::to_owned);
        self.opening
            .tell_open(socket.connection(), subprotocol, &screen);
        let (channel, connection) = socket.into_parts();
        let socket = Socket::from_parts(Wire::new(channel, None), connection);
        Opened { socket, screen }
    }

    /// Says the same on all channels, and prints what comes on each.
    async fn speak(
        &self,
        talk: &Talk<'_>,
        opened: Vec<Opened>,
        source: Source,
    ) -> Result<Outcome, Failure> {
        let (sources, hands_on) = source.for_each(opened.len());
        let quits: Vec<Quit> = opened.iter().map(|_| Quit::default()).collect();
        let each = opened.into_iter().zip(sources).zip(&quits);
        let holds = each.map(|((one, mut source), quit)| -> Holding<'_> {
            Box::pin(async move {
                let talk = Talk {
                    screen: &one.screen,
                    url: talk.url.clone(),
                    quit,
                    counts: Counts::default(),
                    ..*talk
                };
                let held = talk.hold(one.socket, &mut source).await?;
                Ok(held.outcome)
            })
        });
        let beside = async {
            tokio::join!(hands_on, talk.quit.pass_on(&quits));
        };
        tokio::select! {
            outcome = all(holds.collect()) => outcome,
            () = beside => Ok(Outcome::Findings),
        }
    }
}

/// Waits for all of them; for the first one that fails.
async fn all(mut holds: Vec<Holding<'_>>) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::Fine;
    poll_fn(|cx| {
        for mut hold in mem::take(&mut holds) {
            match hold.as_mut().poll(cx) {
                Poll::Ready(Ok(held)) => outcome = worse(outcome, held),
                Poll::Ready(Err(failure)) => return Poll::Ready(Err(failure)),
                Poll::Pending => holds.push(hold),
            }
        }
        match holds.is_empty() {
            true => Poll::Ready(Ok(outcome)),
            false => Poll::Pending,
        }
    })
    .await
}

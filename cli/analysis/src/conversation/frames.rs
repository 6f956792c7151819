//! The frames of one direction, on whatever part of them is there.

use wsdraft::{
    Close, Draft, Role, Violation,
    extension::Agreed,
    frame::Session,
    inspect::{Inspector, Observed},
    receive::Receiver,
};

use super::{channels::Channels, exchange::SentFrame};

mod inspected;
mod lost;
mod received;
mod trial;

use self::trial::Trial;

/// What the frames showed.
#[derive(Debug)]
pub(crate) enum FrameEvent {
    /// A frame, whose rules come before it, or after it where extensions were agreed.
    Frame(SentFrame),
    /// A broken rule, in which frame and, where it is of one, in which message.
    Violation(Violation, u64, Option<u64>),
    /// A close frame, and where it starts, as far as that is known.
    Close(Close, Option<u64>),
    /// What was observed, where the connection carries channels, and in which frame.
    Carried(Box<Observed>, u64),
    /// What starts at this offset is no frame.
    Unreadable(u64),
    /// Frames can be read again from this offset on.
    Resumed(u64),
}

/// How a direction's frames stand at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Between messages.
    Nothing,
    /// Within a frame that lacks so many bytes at least.
    Frame(u64),
    /// Between the frames of a message.
    Message,
    /// Nobody knows.
    Unknown,
}

/// Reads and checks the frames that one end sends.
pub(crate) struct Frames {
    draft: &'static dyn Draft,
    from: Role,
    session: Session,
    claimed: u8,
    receiver: Receiver<&'static dyn Draft>,
    /// Takes the receiver's place where extensions change what is sent.
    inspector: Option<Box<Inspector<&'static dyn Draft>>>,
    /// Whether channels are carried.
    carries: bool,
    state: State,
    /// Offset at which the receiver was started.
    base: u64,
    /// Bytes that wait for more.
    work: Vec<u8>,
    /// Bytes that the receiver lacks.
    needed: usize,
    /// Frames that began.
    frames: u64,
    /// Messages that began.
    begun: u64,
    /// Messages that ended.
    pub(crate) messages: u64,
    /// Bytes of their payloads.
    pub(crate) bytes: u64,
    /// The message that the payload which comes in parts is of.
    part_of: Option<u64>,
    violations: Vec<Violation>,
    /// What is not believed yet, behind bytes that are not recorded.
    trial: Option<Box<Trial>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Frames follow each other.
    Reading,
    /// Where a frame starts is not known.
    Lost,
    /// There are no frames to be found.
    Stopped,
}

impl Frames {
    /// The longest payload of a control frame that is held until it is complete.
    const MAX_HELD: usize = 64 << 10;
    /// Bytes of each payload that an inspector keeps: no more is looked at.
    const SHOWN: usize = 128;
    /// From how much room on a buffer is given back when it holds nothing.
    const KEEP: usize = 4 << 10;

    /// Frames that `from` sends.
    pub(crate) fn new(
        draft: &'static dyn Draft,
        from: Role,
        session: Session,
        claimed: u8,
    ) -> Self {
        Self {
            draft,
            from,
            session,
            claimed,
            receiver: Receiver::new(draft, from, session, claimed, Self::MAX_HELD),
            inspector: None,
            carries: false,
            state: State::Reading,
            base: 0,
            work: Vec::new(),
            needed: 0,
            frames: 0,
            begun: 0,
            messages: 0,
            bytes: 0,
            part_of: None,
            violations: Vec::new(),
            trial: None,
        }
    }

    /// Frames of a connection on which these extensions were agreed.
    pub(crate) fn extended(
        draft: &'static dyn Draft,
        from: Role,
        session: Session,
        agreed: &Agreed,
    ) -> Self {
        let claimed = agreed
            .iter()
            .fold(0, |claimed, item| claimed | item.claimed);
        let carries = agreed.multiplexed().is_some();
        let shown = if carries {
            Channels::MESSAGE
        } else {
            Self::SHOWN
        };
        let inspector = Inspector::new(draft, from, session)
            .extended(agreed)
            .showing(shown);
        Self {
            inspector: Some(Box::new(inspector)),
            carries,
            ..Self::new(draft, from, session, claimed)
        }
    }

    /// Frames of which the start is not known: the record begins later than the connection.
    pub(crate) fn joined(draft: &'static dyn Draft, from: Role) -> Self {
        Self {
            state: State::Lost,
            ..Self::new(draft, from, Session::default(), u8::MAX)
        }
    }

    /// Bytes of the direction that are done with, and those that wait.
    pub(crate) fn offset(&self) -> u64 {
        self.base + self.receiver.offset() + self.work.len() as u64
    }

    /// How the direction stands.
    pub(crate) fn rest(&mut self) -> Rest {
        if self.state != State::Reading || self.trial.is_some() {
            Rest::Unknown
        } else if let Some(inspector) = &mut self.inspector {
            inspector.end_of_input();
            inspector
                .find_map(|seen| match seen {
                    Observed::Incomplete { needed, .. } => Some(Rest::Frame(needed)),
                    _ => None,
                })
                .unwrap_or(Rest::Nothing)
        } else if !self.work.is_empty() {
            Rest::Frame(self.needed.saturating_sub(self.work.len()).max(1) as u64)
        } else if let Some(left) = self.receiver.payload_left() {
            Rest::Frame(left)
        } else if self.receiver.is_between_messages() {
            Rest::Nothing
        } else {
            Rest::Message
        }
    }

    /// Whether it is not known where its frames start.
    pub(crate) fn is_lost(&self) -> bool {
        self.state == State::Lost || self.trial.is_some()
    }

    /// Whether what is there of it ends in the middle of a frame or a message.
    pub(crate) fn is_amid(&self) -> bool {
        self.state == State::Reading
            && self.trial.is_none()
            && match &self.inspector {
                Some(inspector) => !inspector.is_between_messages(),
                None => !self.work.is_empty() || !self.receiver.is_between_messages(),
            }
    }

    /// Takes a piece that came as one.
    pub(crate) fn push(&mut self, bytes: &[u8], sink: &mut dyn FnMut(FrameEvent)) {
        match self.state {
            State::Reading => {}
            State::Stopped => {
                self.base += bytes.len() as u64;
                return;
            }
            State::Lost if self.is_start(bytes) => self.begin_trial(),
            State::Lost => {
                self.base += bytes.len() as u64;
                return;
            }
        }
        match self.trial.take() {
            Some(trial) => self.try_out(trial, bytes, sink),
            None => self.read(bytes, sink),
        }
    }

    /// Reads a piece where frames follow each other.
    fn read(&mut self, bytes: &[u8], sink: &mut dyn FnMut(FrameEvent)) {
        if self.inspector.is_some() {
            self.inspect(bytes, sink);
            return;
        }
        let mut work = core::mem::take(&mut self.work);
        work.extend_from_slice(bytes);
        let mut done = 0;
        while self.state == State::Reading {
            let Some(consumed) = self.step(work.get_mut(done..).unwrap_or_default(), sink) else {
                break;
            };
            done += consumed;
        }
        if self.state == State::Reading {
            work.drain(..done.min(work.len()));
        } else {
            self.base += work.len().saturating_sub(done) as u64;
            work.clear();
        }
        if work.capacity() > Self::KEEP.max(2 * work.len()) {
            work.shrink_to(work.len());
        }
        self.work = work;
    }

    /// Bytes of memory that it takes, roughly.
    pub(crate) fn held(&self) -> usize {
        let inspector = self.inspector.as_ref();
        let trial = self.trial.as_ref();
        self.work.capacity()
            + inspector.map_or(0, |inspector| inspector.held())
            + trial.map_or(0, |trial| trial.held())
    }
}

//! The same acts for several channels, none of which waits for another one.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use tokio::sync::Notify;

use super::{Act, Source};
use crate::failure::Failure;

/// Bytes that a channel may be behind the others before these wait for it.
const BEHIND: usize = 1 << 20;

/// The acts of one channel.
#[derive(Debug)]
pub(super) struct Lane {
    track: Rc<Track>,
    next: Option<Rc<Act>>,
}

/// What has been handed on to a channel.
#[derive(Debug, Default)]
struct Track {
    acts: RefCell<VecDeque<Rc<Act>>>,
    /// Bytes of what was handed on and is not done.
    behind: Cell<usize>,
    /// Whether nothing more is handed on.
    is_over: Cell<bool>,
    /// Whether nobody takes any more.
    is_left: Cell<bool>,
    /// Something was handed on.
    more: Notify,
    /// Something was taken, on any channel.
    taken: Rc<Notify>,
}

/// Hands on what a source gives.
#[derive(Debug)]
pub(in super::super) struct Lanes {
    source: Source,
    tracks: Vec<Rc<Track>>,
    taken: Rc<Notify>,
    /// Why the source gives no more.
    failure: Option<Failure>,
}

impl Lane {
    pub(super) fn next(&mut self) -> Option<&Act> {
        if self.next.is_none() {
            self.next = self.track.acts.borrow_mut().pop_front();
        }
        self.next.as_deref()
    }

    pub(super) fn done(&mut self) {
        if let Some(act) = self.next.take() {
            let behind = &self.track.behind;
            behind.set(behind.get().saturating_sub(act.size()));
            self.track.taken.notify_one();
        }
    }

    pub(super) async fn wait(&mut self) -> bool {
        loop {
            if self.next().is_some() {
                return true;
            }
            if self.track.is_over.get() {
                return false;
            }
            self.track.more.notified().await;
        }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.track.is_left.set(true);
        self.track.acts.take();
        self.track.taken.notify_one();
    }
}

impl Lanes {
    /// A source for each of so many channels, and what hands on to them.
    pub(in super::super) fn new(source: Source, channels: usize) -> (Vec<Source>, Self) {
        let mut lanes = Self {
            source,
            tracks: Vec::new(),
            taken: Rc::default(),
            failure: None,
        };
        let mut sources = Vec::new();
        for _ in 0..channels {
            let track = Rc::new(Track {
                taken: Rc::clone(&lanes.taken),
                ..Track::default()
            });
            lanes.tracks.push(Rc::clone(&track));
            let lane = Lane { track, next: None };
            sources.push(Source::lane(lane));
        }
        // What is there already is there from the start.
        lanes.pass();
        if lanes.source.is_over() {
            lanes.end();
        }
        (sources, lanes)
    }

    /// Hands on until there is no more.
    ///
    /// # Errors
    /// The source has failed, and what came before that is done or cannot be.
    pub(in super::super) async fn hand_on(&mut self) -> Result<(), Failure> {
        loop {
            self.tracks.retain(|track| !track.is_left.get());
            let behind = self.tracks.iter().map(|track| track.behind.get()).max();
            let Some(behind) = behind else {
                return self.failure.take().map_or(Ok(()), Err);
            };
            let most = if self.failure.is_some() { 1 } else { BEHIND };
            if behind >= most {
                self.taken.notified().await;
            } else if let Some(failure) = self.failure.take() {
                return Err(failure);
            } else if self.source.wait().await {
                self.pass();
            } else {
                self.end();
                return Ok(());
            }
        }
    }

    /// Hands on what is there.
    fn pass(&mut self) {
        while let Some(act) = self.source.done() {
            if let Act::Fail(failure) = act {
                self.failure = Some(failure);
                return;
            }
            let act = Rc::new(act);
            for track in &self.tracks {
                track.behind.set(track.behind.get() + act.size());
                track.acts.borrow_mut().push_back(Rc::clone(&act));
                track.more.notify_one();
            }
        }
    }

    fn end(&self) {
        for track in &self.tracks {
            track.is_over.set(true);
            track.more.notify_one();
        }
    }
}

impl Drop for Lanes {
    fn drop(&mut self) {
        self.end();
    }
}

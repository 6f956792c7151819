//! Plays cases side by side.

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
};

use tokio::{sync::Semaphore, task::JoinSet};
use wsdraft_conformance::{Played, Suite, Verdict};

use super::progress::Progress;
use crate::failure::Failure;

/// Mebibytes that the cases which run side by side may send at once.
const ROOM: usize = 8;

/// Plays all cases of a suite, `jobs` at a time, until all are played or `end` is over. `None`
/// stands for a case that was not played.
///
/// Runs on a [`LocalSet`](tokio::task::LocalSet).
pub(super) async fn play_all<F: Future<Output = Played> + 'static>(
    suite: &Suite,
    jobs: usize,
    end: impl Future<Output = ()>,
    play: impl Fn(usize) -> F,
) -> Result<Vec<Option<Played>>, Failure> {
    let mut played: Vec<Option<Played>> = vec![None; suite.cases.len()];
    let played_alone = suite.cases.iter().filter(|case| case.is_played());
    let mut progress = Progress::new(played_alone.count());
    let (mut end, mut over) = (pin!(end), false);
    let mut running = JoinSet::new();
    let room = Arc::new(Semaphore::new(ROOM));
    let mut waiting = (0..suite.cases.len()).filter(|at| suite.cases[*at].is_played());
    loop {
        while running.len() < jobs
            && let Some(at) = waiting.next()
        {
            let (one, room) = (play(at), Arc::clone(&room));
            let needed = suite.cases[at].weight().div_ceil(1 << 20).min(ROOM);
            running.spawn_local(async move {
                let needed = u32::try_from(needed).unwrap_or_default();
                let _held = room.acquire_many(needed).await;
                (at, one.await)
            });
        }
        let done = tokio::select! {
            done = running.join_next() => done,
            () = &mut end => {
                over = true;
                None
            }
        };
        let Some(done) = done else {
            break;
        };
        let (at, result) = done.map_err(|error| Failure::input(error.to_string()))?;
        played[at] = Some(result);
        progress.step();
    }
    drop(running);
    if jobs > 1 {
        play_again(&mut played, over, end, play).await;
    }
    Ok(played)
}

/// Plays cases again, alone, until `end` is over: a verdict against the peer is never given for what
/// another connection may have caused.
async fn play_again<F: Future<Output = Played>>(
    played: &mut [Option<Played>],
    mut over: bool,
    mut end: Pin<&mut impl Future<Output = ()>>,
    play: impl Fn(usize) -> F,
) {
    let doubtful = |played: &&mut Option<Played>| {
        played.as_ref().is_some_and(|played| {
            let verdict = played.judgement.verdict;
            matches!(verdict, Verdict::Wrong | Verdict::Unknown) || played.overloaded
        })
    };
    let slots = played.iter_mut().enumerate();
    for (at, slot) in slots.filter(|(_, slot)| doubtful(slot)) {
        let mut again = None;
        if !over {
            tokio::select! {
                played = play(at) => again = Some(played),
                () = &mut end => over = true,
            }
        }
        *slot = slot.take().map(|first| match again {
            Some(again) => first.or(again),
            None => first.unrepeated(),
        });
    }
}

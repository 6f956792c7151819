//! Where cases of the conformance tester are played: on a thread of their own, all together.

use std::{future::Future, io, pin::Pin, sync::Arc, thread};

use tokio::{
    sync::{mpsc, oneshot},
    task::{LocalSet, spawn_local},
};
use wsdraft_conformance::{Case, Played, Setup, play, tell};

use crate::{commands::test::socket::Socket, duplex::Duplex};

type Job = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = ()>>> + Send>;

/// The thread on which cases are played.
#[derive(Debug)]
pub(super) struct Stage(mpsc::UnboundedSender<Job>);

impl Stage {
    /// Starts the thread.
    pub(super) fn new() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (sender, mut jobs) = mpsc::unbounded_channel::<Job>();
        thread::Builder::new().name("stage".into()).spawn(move || {
            LocalSet::new().block_on(&runtime, async {
                while let Some(job) = jobs.recv().await {
                    spawn_local(job());
                }
            });
        })?;
        Ok(Self(sender))
    }

    /// Plays a case over a stream. It is not played to its end if this future is dropped.
    pub(super) async fn play(
        &self,
        setup: &Arc<Setup>,
        case: &Arc<Case>,
        stream: impl Duplex + 'static,
    ) -> Option<Played> {
        let (setup, case) = (Arc::clone(setup), Arc::clone(case));
        let (mut done, played) = oneshot::channel();
        let job: Job = Box::new(move || {
            Box::pin(async move {
                let mut socket = Socket::new(stream, setup.patience);
                let plays = async {
                    let played = play(&setup, &case, &mut socket).await;
                    if played.log.entries().is_empty() {
                        // The case is not for this client, which is told nothing but goodbye.
                        let _ = tell(&setup, None, &mut socket).await;
                    }
                    played
                };
                let played = tokio::select! {
                    played = plays => Some(played),
                    () = done.closed() => None,
                };
                if let Some(played) = played {
                    let _ = done.send(played);
                }
            })
        });
        self.0.send(job).ok()?;
        played.await.ok()
    }
}

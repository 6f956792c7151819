//! The signals that end a command which serves.

use std::{
    future::Future,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::channel,
    },
    thread,
};

use tokio::{signal, sync::watch};

/// Waits for the signal to end; it is listened for from this call on.
#[cfg(unix)]
pub(crate) fn told_to_end() -> io::Result<impl Future<Output = ()>> {
    use signal::unix::{SignalKind, signal};

    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    })
}

/// Waits for the signal to end.
#[cfg(not(unix))]
pub(crate) fn told_to_end() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Where it cannot be listened for, the process is ended without it.
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// Waits until the command ends, which then drops the sender.
pub(crate) async fn closed(ends: &mut watch::Receiver<()>) {
    while ends.changed().await.is_ok() {}
}

/// Becomes true when the signal to end comes; it is listened for from this call on. For commands
/// that wait in a thread of their own.
pub(crate) fn flag() -> io::Result<Arc<AtomicBool>> {
    let told = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&told);
    let (ready, listens) = channel();
    thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            let listening = || -> io::Result<()> {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_io()
                    .build()?;
                let entered = runtime.enter();
                let end = told_to_end()?;
                drop(entered);
                // Whoever waits for this may be gone.
                let _ = ready.send(Ok(()));
                runtime.block_on(end);
                flag.store(true, Ordering::Relaxed);
                Ok(())
            };
            if let Err(error) = listening() {
                let _ = ready.send(Err(error));
            }
        })?;
    let listens = listens.recv().map_err(io::Error::other)?;
    listens.map(|()| told)
}

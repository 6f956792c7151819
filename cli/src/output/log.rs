//! The log, on standard error.
//!
//! A command that serves hands its lines to a thread, so that nobody who does not read them, as
//! behind a pipe that is full, holds up a connection. What others make it say is bounded: so many
//! lines wait, so many are written a second, each is so long. How many were left out is said.

use std::{
    io::{self, Write as _},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use serde::Serialize;

use wsdraft_tools::output::{json_escaped, printable};

/// Lines that may wait to be written.
const QUEUE: usize = 1024;
/// Lines that are written at once, after a time with fewer.
const BURST: u32 = 400;
/// How much time each line takes up in the long run.
const EACH: Duration = Duration::from_millis(10);
/// Characters of a line; the rest is cut.
const LONGEST: usize = 1024;
/// How long the last lines may take when the command ends.
const FAREWELL: Duration = Duration::from_millis(500);
/// How soon it is said that lines were left out.
const SOON: Duration = Duration::from_secs(1);

/// What the thread is told.
enum Told {
    Line(String),
    /// All that came before is to be written; then this is to be said.
    Finish(SyncSender<()>),
}

static BACKGROUND: OnceLock<SyncSender<Told>> = OnceLock::new();
/// Lines that were left out and not spoken of yet.
static LEFT_OUT: AtomicU64 = AtomicU64::new(0);

/// Writes a line to the log. That nobody reads it is no reason to end.
pub(crate) fn log(line: &str) {
    hand_over(one_line(line));
}

/// Writes an object to the log, as JSON on one line. Whoever makes it keeps it short.
pub(crate) fn entry(object: &impl Serialize) {
    if let Ok(json) = serde_json::to_string(object) {
        hand_over(json_escaped(json));
    }
}

fn hand_over(line: String) {
    match BACKGROUND.get() {
        None => write(&line),
        Some(queue) => {
            if queue.try_send(Told::Line(line)).is_err() {
                LEFT_OUT.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// From here on, lines are written by a thread of their own.
pub(crate) fn in_background() {
    let (queue, lines) = sync_channel(QUEUE);
    let writer = thread::Builder::new().name("log".into());
    if writer.spawn(move || write_all(&lines)).is_ok() {
        let _ = BACKGROUND.set(queue);
    }
}

/// Waits a moment for what was logged to be written.
pub(crate) fn finish() {
    let Some(queue) = BACKGROUND.get() else {
        return;
    };
    let (done, wait) = sync_channel(1);
    // Where the queue is full, nobody reads.
    if queue.try_send(Told::Finish(done)).is_ok() {
        let _ = wait.recv_timeout(FAREWELL);
    }
}

/// A line that is one line, and of bounded length.
fn one_line(line: &str) -> String {
    let line = match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    };
    printable(&line).replace('\n', "\\n")
}

fn write(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

fn write_all(lines: &Receiver<Told>) {
    let mut budget = Budget::new(Instant::now());
    let mut told = Instant::now();
    loop {
        match lines.recv_timeout(SOON) {
            Ok(Told::Line(line)) if budget.spend(Instant::now()) => write(&line),
            Ok(Told::Line(_)) => {
                LEFT_OUT.fetch_add(1, Ordering::Relaxed);
            }
            Ok(Told::Finish(done)) => {
                tell_left_out();
                let _ = done.send(());
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if told.elapsed() >= SOON {
            tell_left_out();
            told = Instant::now();
        }
    }
}

fn tell_left_out() {
    match LEFT_OUT.swap(0, Ordering::Relaxed) {
        0 => {}
        1 => write("1 line was left out of this log"),
        count => write(&format!("{count} lines were left out of this log")),
    }
}

/// How many lines may be written.
#[derive(Debug)]
struct Budget {
    left: u32,
    since: Instant,
}

impl Budget {
    const fn new(now: Instant) -> Self {
        Self {
            left: BURST,
            since: now,
        }
    }

    /// Whether one more may be written now.
    fn spend(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.since);
        let earned = passed.as_nanos() / EACH.as_nanos();
        if earned > 0 {
            let earned = u32::try_from(earned).unwrap_or(BURST);
            self.left = self.left.saturating_add(earned).min(BURST);
            self.since = now;
        }
        let may = self.left > 0;
        self.left -= u32::from(may);
        may
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{BURST, Budget, LONGEST, one_line};

    #[test]
    fn a_flood_is_written_at_its_rate() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        let mut written = 0;
        for millisecond in 0..10_000 {
            let now = start + Duration::from_millis(millisecond);
            written += (0..10).filter(|_| budget.spend(now)).count();
        }
        let most = BURST as usize + 1000;
        assert!((most - 20..=most).contains(&written), "{written}");
    }

    #[test]
    fn a_line_is_one_line_and_no_longer_than_it_may_be() {
        assert_eq!(one_line("a\nb\u{1b}[2J\r"), "a\\nb\\u{1b}[2J\\r");
        let long = one_line(&"é".repeat(5000));
        assert_eq!(long.chars().count(), LONGEST + 1);
    }
}

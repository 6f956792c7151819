//! Rounds in which everyone does the same work in turn.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// How long a contender works in a round, about.
const SLICE: Duration = Duration::from_millis(4);

/// Processor time that this thread has used, in nanoseconds.
pub fn processor_time() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// What someone took, for one message or the like.
#[derive(Clone, Debug)]
pub struct Score {
    pub name: &'static str,
    /// Nanoseconds in the best round.
    pub best: f64,
    /// Nanoseconds in the middle one.
    pub middle: f64,
}

impl Score {
    pub fn of(name: &'static str, mut rounds: Vec<f64>) -> Self {
        rounds.sort_by(f64::total_cmp);
        Self {
            name,
            best: rounds[0],
            middle: rounds[rounds.len() / 2],
        }
    }
}

impl Score {
    /// What one of so many took.
    pub fn each(self, many: usize) -> Self {
        let (best, middle) = (self.best / many as f64, self.middle / many as f64);
        Self {
            best,
            middle,
            ..self
        }
    }
}

/// Someone's work: told how often to do it, does it.
pub type Work<'a> = (&'static str, Box<dyn FnMut(usize) + 'a>);

/// Lets each do its work for a while, in turn, for so many rounds.
pub fn hold(rounds: usize, mut contenders: Vec<Work<'_>>) -> Vec<Score> {
    let counts: Vec<usize> = contenders
        .iter_mut()
        .map(|(_, work)| calibrate(work))
        .collect();
    let mut times = vec![Vec::new(); contenders.len()];
    for _ in 0..rounds {
        for (((_, work), &count), times) in contenders.iter_mut().zip(&counts).zip(&mut times) {
            times.push(time(work, count) as f64 / count as f64);
        }
    }
    let names = contenders.iter().map(|(name, _)| *name);
    names
        .zip(times)
        .map(|(name, times)| Score::of(name, times))
        .collect()
}

fn time(work: &mut dyn FnMut(usize), count: usize) -> u64 {
    let start = processor_time();
    work(count);
    processor_time() - start
}

/// How often the work fits into a slice.
fn calibrate(work: &mut dyn FnMut(usize)) -> usize {
    let slice = SLICE.as_nanos() as u64;
    let mut count = 8;
    loop {
        let taken = time(work, count).max(1);
        if taken > slice / 4 || count > 1 << 24 {
            return (count as u64 * slice / taken).max(4) as usize;
        }
        count *= 4;
    }
}

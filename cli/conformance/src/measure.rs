//! Measures how long messages take to a peer and back. No verdict depends on it.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use wsdraft::info::Kind;
use wsdraft_spec::sort;

use crate::{frames::frame, react::Owed, setup::Setup, talk::Talk, usual::usual, wire::Wire};

/// Parts of a whole.
const PERCENT: usize = 100;

/// The sizes of the messages that are measured, in bytes.
pub const SIZES: [usize; 6] = [0, 16, 64, 256, 1024, 4096];
/// How many messages of each size are measured.
pub const COUNT: usize = 10 * PERCENT;

/// How long messages of one size took to the peer and back, one after the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    /// `text` or `binary`.
    pub kind: String,
    /// The size of each message, in bytes.
    pub size: usize,
    /// How many there were.
    pub count: usize,
    /// Messages per second.
    pub per_second: f64,
    /// The time that half of them took at most, in microseconds.
    pub p50_us: f64,
    /// The time that 90 of 100 took at most, in microseconds.
    pub p90_us: f64,
    /// The time that 99 of 100 took at most, in microseconds.
    pub p99_us: f64,
    /// The time that 999 of 1000 took at most, in microseconds.
    pub p999_us: f64,
}

impl Measurement {
    /// The figures of these round trips; `None` if there are none.
    #[must_use]
    pub fn of(kind: Kind, size: usize, mut trips: Vec<Duration>) -> Option<Self> {
        sort::all(&mut trips);
        let longest = trips.len().checked_sub(1)?;
        // The nearest rank: the least time that so many of the trips do not exceed.
        let percentile = |per_mille: usize| {
            let rank = (trips.len() * per_mille).div_ceil(10 * PERCENT);
            micros(trips[rank.saturating_sub(1).min(longest)])
        };
        let total: Duration = trips.iter().sum();
        let seconds = total.as_secs_f64().max(f64::MIN_POSITIVE);
        Some(Self {
            kind: kind_name(kind).into(),
            size,
            count: trips.len(),
            per_second: tenths(trips.len() as f64 / seconds),
            p50_us: percentile(500),
            p90_us: percentile(900),
            p99_us: percentile(990),
            p999_us: percentile(999),
        })
    }
}

/// Sends messages of this kind and size to a peer that echoes, each when the one before is back.
/// `None` if the draft has no such messages.
///
/// # Errors
/// The peer does something else, in words.
pub async fn measure<W: Wire>(
    setup: &Setup,
    kind: Kind,
    size: usize,
    wire: &mut W,
) -> Result<Option<Measurement>, String> {
    let mut talk = Talk::new(setup, wire);
    usual(&mut talk).await.map_err(|judgement| judgement.why)?;
    let payload = vec![b'*'; size];
    let Some(bytes) = frame(&talk.pen, kind, false, 0, &payload) else {
        return Ok(None);
    };
    let echo = Owed::Echo(kind, payload);
    let mut trips = Vec::with_capacity(COUNT);
    for _ in 0..COUNT {
        let started = Instant::now();
        talk.send(&bytes).await;
        let seen = talk.next(setup.patience).await;
        trips.push(started.elapsed());
        if !echo.is_paid_by(&seen) {
            let kind = kind_name(kind);
            return Err(format!(
                "the peer must send back a {kind} message of {size} bytes, and {}",
                seen.said()
            ));
        }
    }
    Ok(Measurement::of(kind, size, trips))
}

fn kind_name(kind: Kind) -> &'static str {
    if kind == Kind::Text { "text" } else { "binary" }
}

fn micros(time: Duration) -> f64 {
    tenths(time.as_secs_f64() * 1e6)
}

/// More digits say nothing.
fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

//! What is held on the heap, measured. The allocator counts for the whole process, so that this is
//! a process of its own, in which one scene runs at a time.

use std::{alloc::System, thread};

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

mod bounds;
mod broadcast;
mod channels;
mod keeping;
mod observing;

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Bytes on the heap.
fn held() -> usize {
    let stats = HEAP.stats();
    let freed = stats.bytes_deallocated as isize;
    usize::try_from(stats.bytes_allocated as isize - freed).unwrap_or(0)
}

/// One test, since the test harness allocates between two. Each scene has a thread of its own, since
/// the library keeps buffers for a thread.
#[test]
fn memory_stays_within_its_bounds() {
    const SCENES: &[fn()] = &[
        broadcast::a_payload_is_held_once,
        bounds::hostile_peers,
        channels::idle_channels_hold_little,
        channels::a_hostile_client_grows_channels_no_further,
        keeping::connections_that_share_their_limits_hold_nothing_on_the_heap,
        keeping::kept_messages_hold_little_more_than_their_payloads,
        observing::what_is_not_shown_is_not_held,
        observing::long_frames_are_counted_and_checked_in_every_draft,
        observing::showing_all_says_what_not_showing_says,
        observing::text_that_is_inflated_is_checked_as_it_comes,
    ];
    for scene in SCENES {
        thread::spawn(scene).join().expect("the scene holds");
    }
}

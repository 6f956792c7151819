//! Prints what many connections take. Arguments as for `speed`.

use wsdraft_bench::{process::prepare, table::run, tables::*};

fn main() {
    // Counting allocations costs time; the program `footprint` does it.
    prepare(|| (0, 0));
    run(&[
        ("many-fan-out", fan_out),
        ("many-connections", connections),
        ("many-channels", channels),
        ("many-workers", workers),
        ("many-latency", latency),
    ]);
}

//! Prints how fast the command `wsdraft` starts and lints captures, beside `tshark`. Arguments as
//! for `speed`; the variable `WSDRAFT` names the command.

use wsdraft_bench::{
    table::run,
    tables::{lint, start_up},
};

fn main() {
    run(&[("start-up", start_up), ("lint", lint)]);
}

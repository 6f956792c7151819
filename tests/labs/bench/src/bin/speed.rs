//! Prints how fast everyone is. Arguments: words of the tables that are wanted, or none for all
//! of them; `--json FILE` writes the numbers to a file, too.

use wsdraft_bench::{table::run, tables::*};

fn main() {
    run(&[
        ("receive-binary", receive_binary),
        ("receive-ascii", receive_ascii),
        ("receive-greek", receive_greek),
        ("receive-mixed", receive_mixed),
        ("keep", keep),
        ("pieces", pieces),
        ("reads", reads),
        ("unmask", unmask),
        ("send-server", send_server),
        ("send-client", send_client),
        ("feed-server", feed_server),
        ("feed-client", feed_client),
        ("broadcast", broadcast),
        ("accept", accept),
        ("echo-core", echo_core),
        ("echo", echo),
        ("compress", compress),
        ("drafts-receive", receive_drafts),
        ("drafts-send", send_drafts),
    ]);
}

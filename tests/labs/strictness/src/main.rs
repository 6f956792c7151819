//! Runs what RFC 6455 forbids through WebSocket crates, and tells who takes it.
//!
//! `wsdraft-strictness [FILE]` writes the table to a file, or prints it. It fails where this
//! project takes any of it, or refuses it for another reason than the rule that it breaks.

use std::{env, error::Error, fs, process::ExitCode, time::Duration};

mod frames;
mod heads;
mod input;
mod peers;
mod stream;
mod table;

use self::{
    input::Input,
    peers::{Peer, Verdict},
};

/// A peer that waits this long for nothing has neither taken nor refused.
const PATIENCE: Duration = Duration::from_secs(2);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let inputs: Vec<Input> = heads::all().into_iter().chain(frames::all()).collect();
    let mut rows = Vec::new();
    for input in &inputs {
        let verdicts = peers::ALL
            .iter()
            .map(|peer| runtime.block_on(judge(peer, input)));
        rows.push(verdicts.collect::<Vec<_>>());
    }
    for peer in peers::ALL {
        let sane = async { tokio::time::timeout(PATIENCE, peer.is_sane()).await };
        runtime
            .block_on(sane)?
            .map_err(|why| format!("{} refuses {why}", peer.name))?;
    }
    let text = table::markdown(&inputs, &rows);
    match env::args().nth(1) {
        Some(file) => fs::write(file, text)?,
        None => print!("{text}"),
    }
    Ok(own_faults(&inputs, &rows))
}

async fn judge(peer: &Peer, input: &Input) -> Verdict {
    let judged = tokio::time::timeout(PATIENCE, peer.judge(input)).await;
    judged.unwrap_or_else(|_| Verdict::Unknown("waits".into()))
}

/// Tells what this project does not refuse by the right rule.
fn own_faults(inputs: &[Input], rows: &[Vec<Verdict>]) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for (input, verdicts) in inputs.iter().zip(rows) {
        let right = match &verdicts[0] {
            Verdict::Refused(error) => error.contains(input.rule),
            _ => false,
        };
        if !right {
            eprintln!(
                "{:?}: {}, for {}: {:?}",
                input.case.receiver(),
                input.what,
                input.rule,
                verdicts[0]
            );
            code = ExitCode::FAILURE;
        }
    }
    code
}

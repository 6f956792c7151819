//! An echo server made with a crate: `servers NAME PORT`.

mod servers;

use std::process::ExitCode;

use tokio::runtime::Builder;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(name), Some(Ok(port))) = (arguments.next(), arguments.next().map(|port| port.parse()))
    else {
        eprintln!("NAME and PORT are missing");
        return ExitCode::from(2);
    };
    println!("{}", version(&name));
    if name == "tungstenite" {
        servers::tungstenite::serve(port);
        return ExitCode::SUCCESS;
    }
    if name == "actix-ws" {
        return actix_web::rt::System::new()
            .block_on(servers::actix_ws::serve(port))
            .map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
    }
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(servers::serve(&name, port));
    ExitCode::SUCCESS
}

/// The version of a crate that was built in.
fn version(name: &str) -> &'static str {
    let locked = include_str!("../Cargo.lock").split("[[package]]");
    let of = format!("name = \"{name}\"\n");
    locked
        .filter(|package| package.contains(&of))
        .find_map(|package| package.split("version = \"").nth(1)?.split('"').next())
        .unwrap_or_default()
}

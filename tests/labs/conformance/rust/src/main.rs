//! An echo server made with a crate: `servers NAME PORT`.

mod servers;
mod version;

use std::process::ExitCode;

use tokio::runtime::Builder;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(name), Some(Ok(port))) =
        (arguments.next(), arguments.next().map(|port| port.parse()))
    else {
        eprintln!("NAME and PORT are missing");
        return ExitCode::from(2);
    };
    println!("{}", version::version(&name));
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
    runtime
        .expect("a runtime")
        .block_on(servers::serve(&name, port));
    ExitCode::SUCCESS
}

//! The client of the Autobahn testsuite: runs every case that the suite's server has, each time
//! echoing what comes.
//!
//! `autobahn-client 127.0.0.1:9001`

use std::{env, process::ExitCode};

use tokio::net::TcpStream;
use wsdraft::{
    Error,
    extension::Extensions,
    handshake::Address,
    tokio::{Connector, WebSocket},
    websocket_draft,
};

#[websocket_draft("rfc6455")]
pub mod ws {}

const AGENT: &str = "wsdraft";

type Socket = WebSocket<TcpStream, ws::Draft>;

async fn open(server: &str, resource: &str) -> Result<Socket, Error> {
    let address: Address = format!("ws://{server}{resource}")
        .parse()
        .map_err(|error| Error::Io(std::io::Error::other(format!("{error}"))))?;
    let stream = TcpStream::connect((address.host(), address.port())).await?;
    let connector = Connector::new(ws::Draft).extensions(Extensions::compression());
    connector.connect(stream, &address).await
}

/// The one message that the suite sends where it is asked for something.
async fn ask(server: &str, resource: &str) -> Result<String, Error> {
    let mut socket = open(server, resource).await?;
    let answer = socket.recv().await?;
    while socket.recv().await?.is_some() {}
    Ok(answer
        .and_then(|message| message.as_text().map(str::to_owned))
        .unwrap_or_default())
}

async fn echo(server: &str, case: u32) -> Result<(), Error> {
    let mut socket = open(server, &format!("/runCase?case={case}&agent={AGENT}")).await?;
    while let Some(message) = socket.recv().await? {
        socket.feed(message).await?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(server) = env::args().nth(1) else {
        eprintln!("usage: autobahn-client HOST:PORT");
        return ExitCode::from(2);
    };
    let count = match ask(&server, "/getCaseCount").await {
        Ok(count) => count,
        Err(error) => {
            eprintln!("{server}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let Ok(count) = count.trim().parse::<u32>() else {
        eprintln!("{server} says that it has {count:?} cases");
        return ExitCode::FAILURE;
    };
    for case in 1..=count {
        // What went wrong is the suite's to judge: most cases break a rule on purpose.
        if let Err(error) = echo(&server, case).await {
            eprintln!("case {case}: {error}");
        }
    }
    match open(&server, &format!("/updateReports?agent={AGENT}")).await {
        Ok(mut socket) => {
            while let Ok(Some(_)) = socket.recv().await {}
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{server}: {error}");
            ExitCode::FAILURE
        }
    }
}

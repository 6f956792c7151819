//! `test client`: against clients that this program is, started as a command or as a driver.

use std::{env, io, time::Duration};

use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};
use wsdraft::{
    Draft, Error,
    drafts::ALL,
    extension::Extensions,
    handshake::Address,
    tokio::{Connector, WebSocket},
};

use crate::common::told as run;

type Socket = WebSocket<TcpStream, &'static dyn Draft>;

/// The arguments of this program when it is a client, after the name of the client.
fn given() -> Option<(String, String)> {
    let mut arguments = env::args().skip_while(|one| one != "--skip");
    let _ = arguments.next()?;
    let given = arguments.next()?;
    let (draft, url) = given.split_once('@')?;
    Some((draft.to_owned(), url.to_owned()))
}

/// The command that makes this program a client.
fn client(name: &str, draft: &str) -> Vec<String> {
    let program = env::current_exe().unwrap();
    let name = format!("test_client::{name}");
    let skip = format!("{draft}@{{url}}");
    let words = [
        "--exact",
        &name,
        "--ignored",
        "--nocapture",
        "--skip",
        &skip,
    ];
    let program = program.to_str().unwrap().to_owned();
    [&[program], &words.map(str::to_owned)[..]].concat()
}

async fn open(draft: &str, url: &str) -> Result<Socket, Error> {
    let draft = ALL.iter().find(|one| one.info().short == draft).unwrap();
    let address: Address = url.parse().unwrap();
    let stream = TcpStream::connect((address.host(), address.port())).await?;
    let mut connector = Connector::new(*draft).origin("http://localhost");
    if draft
        .info()
        .request_header(wsdraft::info::Purpose::Extensions)
        .is_some()
    {
        connector = connector.extensions(Extensions::compression());
    }
    connector.connect(stream, &address).await
}

async fn echo(mut socket: Socket) -> Result<(), Error> {
    while let Some(message) = socket.recv().await? {
        socket.feed(message).await?;
    }
    Ok(())
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

#[test]
#[ignore = "it is no test, but a client that is tested"]
fn echoes() {
    let Some((draft, url)) = given() else { return };
    block_on(async {
        match open(&draft, &url).await {
            Ok(socket) => drop(echo(socket).await),
            Err(error) => println!("{error}"),
        }
    });
}

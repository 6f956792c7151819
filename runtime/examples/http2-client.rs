//! A client over HTTP/2: sends each argument after the URL and prints what comes back.
//!
//! `cargo run -p wsdraft --features client,http2 --example http2-client -- wss://localhost:9001/ ca.pem
//! hello`

use std::{env, error::Error, fs, process::ExitCode};

use wsdraft::{Client, Message, handshake::client::ClientError, tokio::tls::Tls};

#[tokio::main]
async fn main() -> ExitCode {
    match talk().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            let error = error.downcast_ref::<wsdraft::Error>();
            let refused = error.and_then(wsdraft::Error::handshake);
            if let Some(ClientError::Refused { fields, body, .. }) = refused {
                // A stranger chose them, so they are escaped.
                eprintln!("{fields:?}");
                eprintln!("{:?}", String::from_utf8_lossy(body));
            }
            ExitCode::FAILURE
        }
    }
}

async fn talk() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [url, roots, messages @ ..] = arguments.as_slice() else {
        return Err("usage: http2-client URL ROOTS MESSAGE…".into());
    };
    let tls = Tls::builder().root_pem(fs::read(roots)?).build()?;
    let client = Client::builder().tls(tls).build();
    let mut socket = client.connect_http2(url).await?;
    for message in messages {
        socket.send(message).await?;
        match socket.recv().await? {
            Some(Message::Text(text)) => println!("{text}"),
            Some(Message::Binary(bytes)) => println!("{} bytes", bytes.len()),
            None => return Err("the server has closed the connection".into()),
        }
    }
    let ending = socket.close(1000, "done").await?;
    println!("closed with {:?}", ending.code);
    Ok(())
}

//! Where connections are passed on to, and how each is.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{io::AsyncWriteExt as _, net::TcpStream, time::timeout};
use wsdraft::{
    handshake::{Address, server::plain_response},
    tokio::tls::Tls,
};
use wsdraft_analysis::PerRole;

use super::{
    entry::{Entered, Entry, drain},
    passed::{Passed, Passing},
    patience::{Activity, Expired, Patience},
    way::{FAREWELL, Way},
};
use crate::{flags::hint, output::log};

/// How long the server may take to be reached.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where connections are passed on to, and how long they may take.
pub(super) struct Route {
    pub(super) address: Address,
    pub(super) tls: Tls,
    pub(super) patience: Patience,
    pub(super) entry: Entry,
}

/// Passes a connection on until it ends.
pub(super) async fn pass_on(
    id: u64,
    mut client: TcpStream,
    peer: SocketAddr,
    route: &Route,
    passing: &Passing,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    let (judged, turn) = match route.entry.enter(&mut client, route.patience.head).await? {
        Entered::Passes(judged, turn) => (judged, turn),
        Entered::Refused(refusal) => {
            log(&format!("{peer}: {refusal}{}", hint(&refusal)));
            return Ok(());
        }
        Entered::Late => {
            let expired = Expired::Head(route.patience.head);
            tell_late(&mut client).await;
            return Err(io::Error::new(io::ErrorKind::TimedOut, expired.to_string()));
        }
    };
    let server = timeout(PATIENCE, route.tls.open(&route.address)).await??;
    let addresses = PerRole {
        client: peer,
        server: server.tcp().peer_addr()?,
    };
    // What the server takes to be reached is not the client's time.
    let activity = Activity::new();
    let _ = passing.send((id, Passed::Open(addresses))).await;
    let way = Way {
        id,
        passing,
        activity: &activity,
        patience: route.patience,
        turn: &turn,
    };
    let ended = way.between(&mut client, &judged, server).await?;
    match ended {
        Ok(false) => {
            if turn.was_cut() {
                log(&format!(
                    "{peer}: what followed its request did not pass: with --host or --origin, and on a loopback address, a connection has one request"
                ));
                drain(&mut client).await;
            }
            Ok(())
        }
        // The other end is to see what this one did.
        Ok(true) => client.set_zero_linger(),
        Err(expired) => {
            let _ = passing.send((id, Passed::Left(expired.to_string()))).await;
            if matches!(expired, Expired::Head(_)) && !activity.has_answer() {
                tell_late(&mut client).await;
            }
            Err(io::Error::new(io::ErrorKind::TimedOut, expired.to_string()))
        }
    }
}

/// Tells a client that its head took too long.
async fn tell_late(client: &mut TcpStream) {
    if let Ok(response) = plain_response(408, &[], "The request is not complete.\n") {
        let _ = timeout(FAREWELL, client.write_all(&response)).await;
    }
}

//! A port of its own that says how the bridge is: `GET /health` and `GET /metrics`.

use std::{collections::VecDeque, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::AbortHandle,
};
use wsdraft::{Error, Limits, handshake::Hosts, metrics::Exposition, tokio::Acceptor};

use super::{RESPITE, notes::Journal, settings::Gateway};
use crate::specs::Spoken;

/// Requests that are answered at a time.
const MOST: usize = 32;
/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The type of the text format (version 0.0.4).
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Answers requests until the bridge ends.
pub(super) async fn serve(
    listener: TcpListener,
    hosts: Hosts,
    gateway: Arc<Gateway>,
    mut ends: watch::Receiver<()>,
) {
    let acceptor = Acceptor::new(gateway.upstream.draft)
        .limits(Limits::default().handshake(PATIENCE).close(PATIENCE))
        .hosts(hosts);
    let mut answering = VecDeque::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            // It closes when the bridge ends.
            _ = ends.changed() => return,
        };
        match accepted {
            Ok((stream, peer)) => {
                make_room(&mut answering);
                let (acceptor, gateway) = (acceptor.clone(), Arc::clone(&gateway));
                let answer = tokio::spawn(async move {
                    if let Err(error) = answer(&acceptor, stream, &gateway).await {
                        told(peer, &error, gateway.journal);
                    }
                });
                answering.push_back(answer.abort_handle());
            }
            Err(error) => {
                let message = format!("no request for the status accepted: {error}");
                gateway.journal.error(None, message);
                tokio::time::sleep(RESPITE).await;
            }
        }
    }
}

/// Ends the request that has taken longest, if there are as many as are answered at a time: a request for the
/// status is short, so that whoever takes long holds up nobody.
fn make_room(answering: &mut VecDeque<AbortHandle>) {
    answering.retain(|request| !request.is_finished());
    if answering.len() >= MOST
        && let Some(oldest) = answering.pop_front()
    {
        oldest.abort();
    }
}

/// Whoever leaves before it has asked for something is not worth a line.
fn told(peer: SocketAddr, error: &Error, journal: Journal) {
    if !matches!(error, Error::Connection(_)) {
        journal.error(Some(&peer), format!("status: {error}"));
    }
}

async fn answer(
    acceptor: &Acceptor<Spoken>,
    stream: TcpStream,
    gateway: &Gateway,
) -> Result<(), Error> {
    let mut accepting = acceptor.start(stream);
    let requested = accepting.request().await?;
    let request = requested.head();
    let path = request.resource().split('?').next();
    let plain = &[("Cache-Control", "no-store")];
    match (request.method(), path) {
        ("GET" | "HEAD", Some("/health")) => accepting.respond(200, plain, "ok\n").await,
        ("GET" | "HEAD", Some("/metrics")) => {
            let fields = &[("Content-Type", TEXT), ("Cache-Control", "no-store")];
            accepting.respond(200, fields, &metrics(gateway)).await
        }
        ("GET" | "HEAD", _) => {
            let text = "There is /health and /metrics.\n";
            accepting.respond(404, &[], text).await
        }
        _ => {
            let text = "There is /health and /metrics to GET.\n";
            accepting
                .respond(405, &[("Allow", "GET, HEAD")], text)
                .await
        }
    }
}

/// What the connections on both sides do.
fn metrics(gateway: &Gateway) -> String {
    let clients = gateway.clients.snapshot();
    let servers = gateway.upstream.counters.snapshot();
    let sides = Exposition::new("side");
    let sides = sides.with("client", &clients).with("upstream", &servers);
    let used = gateway.budget.used();
    let (bytes, most) = (gateway.budget.bytes(), gateway.gate.most());
    format!(
        "{sides}# TYPE wsdraft_memory_bytes gauge\nwsdraft_memory_bytes {used}\n\
         # TYPE wsdraft_memory_limit_bytes gauge\nwsdraft_memory_limit_bytes {bytes}\n\
         # TYPE wsdraft_connections_limit gauge\nwsdraft_connections_limit {most}\n"
    )
}

//! What the recorder of the crate `metrics` gets.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder, SharedString,
    Unit, with_local_recorder,
};
use wsdraft::metrics::Emitter;
use wsdraft_tests::sockets::{address, connector, newest};

/// Sums by name and labels.
#[derive(Clone, Default)]
struct Sums(Arc<Mutex<BTreeMap<String, f64>>>);

struct Sum(Sums, String);

impl Sum {
    fn add(&self, value: f64) {
        *self.0.0.lock().unwrap().entry(self.1.clone()).or_default() += value;
    }
}

impl CounterFn for Sum {
    fn increment(&self, value: u64) {
        self.add(value as f64);
    }
    fn absolute(&self, _: u64) {}
}

impl GaugeFn for Sum {
    fn increment(&self, value: f64) {
        self.add(value);
    }
    fn decrement(&self, value: f64) {
        self.add(-value);
    }
    fn set(&self, _: f64) {}
}

impl Sums {
    fn sum(&self, key: &Key) -> Arc<Sum> {
        let labels: Vec<_> = key
            .labels()
            .map(|it| format!("{}={}", it.key(), it.value()))
            .collect();
        Arc::new(Sum(
            self.clone(),
            format!("{} {}", key.name(), labels.join(" ")),
        ))
    }
}

impl Recorder for Sums {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.sum(key))
    }
    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.sum(key))
    }
    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[test]
fn the_recorder_gets_every_metric_with_bounded_labels() {
    let sums = Sums::default();
    with_local_recorder(&sums, || {
        let emitter = Arc::new(Emitter::new());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(async {
            let (near, far) = tokio::io::duplex(1 << 12);
            let acceptor = wsdraft::tokio::Acceptor::new(newest()).metrics(emitter);
            let (connector, address) = (connector(newest()), address());
            let (client, server) =
                tokio::join!(connector.connect(near, &address), acceptor.accept(far));
            let (mut client, mut server) = (client.unwrap(), server.unwrap());
            client.send("hello").await.unwrap();
            server.recv().await.unwrap();
            client.send_with(|to| to.close(4321, "x")).await.unwrap();
            server.recv().await.unwrap();
            let (near, far) = tokio::io::duplex(1 << 12);
            drop(near);
            acceptor.accept(far).await.unwrap_err();
        });
    });
    let sums = sums.0.lock().unwrap();
    let expected = [
        (
            "websocket_close_frames_total role=server direction=received code=other",
            1.0,
        ),
        (
            "websocket_close_frames_total role=server direction=sent code=other",
            1.0,
        ),
        (
            "websocket_connections_ended_total role=server result=clean cause=clean",
            1.0,
        ),
        ("websocket_connections_open role=server", 0.0),
        (
            "websocket_connections_opened_total role=server draft=hybi-17",
            1.0,
        ),
        (
            "websocket_handshakes_failed_total role=server reason=left-early",
            1.0,
        ),
        ("websocket_handshakes_open role=server", 0.0),
        (
            "websocket_messages_total role=server direction=received kind=close",
            1.0,
        ),
        (
            "websocket_messages_total role=server direction=received kind=text",
            1.0,
        ),
        (
            "websocket_messages_total role=server direction=sent kind=close",
            1.0,
        ),
        (
            "websocket_payload_bytes_total role=server direction=received kind=close",
            3.0,
        ),
        (
            "websocket_payload_bytes_total role=server direction=received kind=text",
            5.0,
        ),
        (
            "websocket_payload_bytes_total role=server direction=sent kind=close",
            3.0,
        ),
    ];
    let found: Vec<_> = sums
        .iter()
        .map(|(name, sum)| (name.as_str(), *sum))
        .collect();
    assert_eq!(found, expected);
}

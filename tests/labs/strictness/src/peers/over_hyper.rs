//! Handshakes of crates that leave HTTP to hyper.

use std::{convert::Infallible, future::Future};

use http_body_util::Empty;
use hyper::{
    Request, Response, StatusCode,
    body::{Bytes, Incoming},
    service::service_fn,
};
use hyper_util::rt::TokioIo;

use crate::stream::Stream;

/// Serves one request: whether `upgrade` answers it with an upgrade.
pub async fn accept(
    stream: Stream,
    upgrade: fn(&mut Request<Incoming>) -> Result<Response<Empty<Bytes>>, String>,
) -> Result<(), String> {
    let written = stream.clone();
    let refused = std::rc::Rc::new(std::cell::RefCell::new(String::new()));
    let why = refused.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        let answer = upgrade(&mut request).unwrap_or_else(|error| {
            *why.borrow_mut() = error;
            let mut response = Response::new(Empty::new());
            *response.status_mut() = StatusCode::BAD_REQUEST;
            response
        });
        async move { Ok::<_, Infallible>(answer) }
    });
    let served = hyper::server::conn::http1::Builder::new()
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service)
        .without_shutdown()
        .await;
    if written.written().starts_with(b"HTTP/1.1 101") {
        return Ok(());
    }
    let refused = refused.borrow().clone();
    Err(match served {
        Err(error) => error.to_string(),
        Ok(_) if refused.is_empty() => "hyper refuses it".into(),
        Ok(_) => refused,
    })
}

/// Runs hyper's tasks on the runtime of the caller.
#[derive(Clone, Copy)]
pub struct Spawn;

impl<F> hyper::rt::Executor<F> for Spawn
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, future: F) {
        tokio::spawn(future);
    }
}

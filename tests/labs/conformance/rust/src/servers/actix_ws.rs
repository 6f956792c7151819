//! actix-ws. Its documentation puts messages together by way of its aggregated stream, whose
//! default limit is 1 MiB.

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use actix_ws::AggregatedMessage;
use futures_util::StreamExt;

const LIMIT: usize = 16 << 20;

async fn echo(request: HttpRequest, body: web::Payload) -> Result<HttpResponse, actix_web::Error> {
    let (response, mut session, stream) = actix_ws::handle(&request, body)?;
    let stream = stream.max_frame_size(LIMIT).aggregate_continuations();
    let mut stream = stream.max_continuation_size(LIMIT);
    actix_web::rt::spawn(async move {
        while let Some(Ok(message)) = stream.next().await {
            let sent = match message {
                AggregatedMessage::Text(text) => session.text(text).await,
                AggregatedMessage::Binary(bytes) => session.binary(bytes).await,
                AggregatedMessage::Ping(payload) => session.pong(&payload).await,
                AggregatedMessage::Close(reason) => {
                    let _ = session.close(reason).await;
                    return;
                }
                _ => Ok(()),
            };
            if sent.is_err() {
                return;
            }
        }
        let _ = session.close(None).await;
    });
    Ok(response)
}

pub async fn serve(port: u16) -> std::io::Result<()> {
    let app = || App::new().default_service(web::to(echo));
    HttpServer::new(app)
        .workers(1)
        .bind(("127.0.0.1", port))?
        .run()
        .await
}

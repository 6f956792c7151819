//! tungstenite, with a thread for each connection.

use std::net::TcpListener;

use tungstenite::accept;

pub fn serve(port: u16) {
    let listener = TcpListener::bind(("127.0.0.1", port)).expect("a free port");
    for stream in listener.incoming().flatten() {
        std::thread::spawn(move || {
            let Ok(mut socket) = accept(stream) else {
                return;
            };
            while let Ok(message) = socket.read() {
                let is_data = message.is_text() || message.is_binary();
                if is_data && socket.send(message).is_err() {
                    break;
                }
            }
        });
    }
}

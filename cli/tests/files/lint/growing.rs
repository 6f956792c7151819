//! Captures that are still written, and compressed ones.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    process::{Command, Stdio},
    sync::mpsc::channel,
    thread,
    time::Duration,
};

use super::{closed, opened};
use crate::common::{
    self,
    capture::{From, Link},
    folder,
};

const PATIENCE: Duration = Duration::from_secs(20);

/// A capture with a frame of an unknown opcode, and where the packet with it starts.
fn faulty() -> (Vec<u8>, usize) {
    let mut capture = opened(Link::Ethernet);
    let start = opened(Link::Ethernet).bytes().len();
    capture.send(From::Server, b"\x83\x00");
    (closed(capture), start)
}

#[cfg(unix)]
#[test]
fn what_grows_is_followed_until_a_signal() {
    let (bytes, faulty) = faulty();
    let file = folder("lint-growing").join("x.pcap");
    let mut written = File::create(&file).unwrap();
    // Within the first header, and within packets.
    written.write_all(&bytes[..10]).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
        .args(["lint", "--json", "--follow", file.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (sender, lines) = channel();
    let output = BufReader::new(child.stdout.take().unwrap());
    let reader = thread::spawn(move || {
        for line in output.lines() {
            sender.send(line.unwrap()).unwrap();
        }
    });
    let pause = || thread::sleep(Duration::from_millis(250));
    pause();
    written.write_all(&bytes[10..faulty + 7]).unwrap();
    pause();
    assert!(lines.try_recv().is_err());
    written
        .write_all(&bytes[faulty + 7..bytes.len() - 3])
        .unwrap();
    // Shown before the connection or the file ends.
    let line = lines.recv_timeout(PATIENCE).unwrap();
    assert!(line.contains("opcode-known"), "{line}");
    written.write_all(&bytes[bytes.len() - 3..]).unwrap();
    let line = lines.recv_timeout(PATIENCE).unwrap();
    assert!(line.contains("\"connection\""), "{line}");
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(sent.success());
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(1));
    reader.join().unwrap();
    let mut err = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    assert_eq!(err, "");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_followed_to_its_end() {
    let (bytes, _) = faulty();
    let (status, out, err) = common::told(&["lint", "--json", "--follow", "-"], &bytes);
    assert_eq!(status, 1, "{err}");
    assert_eq!(out, common::told(&["lint", "--json", "-"], &bytes).1);
    let (status, _, err) = common::told(&["lint", "--follow", "-"], b"GET / HTTP/1.1\r\n\r\n");
    assert_eq!(status, 2);
    assert!(err.contains("--follow reads pcap and pcapng"), "{err}");
    let (status, _, _) = common::told(&["lint", "--follow", "a", "b"], b"");
    assert_eq!(status, 2);
}

#[test]
fn compressed_records_are_read() {
    let (bytes, _) = faulty();
    let folder = folder("lint-gzip");
    let file = folder.join("x.pcap");
    fs::write(&file, &bytes).unwrap();
    let compressed = Command::new("gzip").arg(&file).status();
    let Ok(true) = compressed.map(|status| status.success()) else {
        return;
    };
    let file = folder.join("x.pcap.gz");
    let (status, out, err) = common::told(&["lint", "--json", file.to_str().unwrap()], b"");
    assert_eq!(status, 1, "{err}");
    assert!(out.contains("x.pcap.gz"), "{out}");
    let gzip = fs::read(&file).unwrap();
    assert_eq!(common::told(&["lint", "-"], &gzip).0, 1);
    let (status, _, err) = common::told(&["lint", "-"], &gzip[..gzip.len() / 2]);
    assert_eq!(status, 2);
    assert!(err.contains("the compressed file is damaged"), "{err}");
}

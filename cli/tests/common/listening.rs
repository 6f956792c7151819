//! Commands that listen.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Stdio},
};

/// A command that listens, under any host, and the address it has.
pub(crate) fn start(arguments: &[&str]) -> (Child, String) {
    // The requests name hosts of the network.
    listen(&[arguments, &["--host", "any"]].concat())
}

/// A command that listens, and the address it has.
pub(crate) fn listen(arguments: &[&str]) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
        .args(arguments)
        .args(["--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    let (_, url) = line.split_once("listening on ").unwrap();
    let (_, address) = url.split_once("://").unwrap();
    (child, address.to_owned())
}

/// Ends a command; gives its exit status and what it wrote.
pub(crate) fn stop(mut child: Child) -> (i32, String) {
    let told = Command::new("kill").arg(child.id().to_string()).status();
    assert!(told.unwrap().success());
    let mut text = String::new();
    let mut output = child.stdout.take().unwrap();
    output.read_to_string(&mut text).unwrap();
    (child.wait().unwrap().code().unwrap(), text)
}

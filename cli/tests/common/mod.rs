//! How the tests run the command.
#![allow(dead_code, reason = "no group of tests needs all of it")]

use std::{
    fs,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

pub(crate) mod capture;
pub(crate) mod chat;
pub(crate) mod events;
pub(crate) mod harmless;
pub(crate) mod listening;
pub(crate) mod markup;
pub(crate) mod peer;
pub(crate) mod schema;
pub(crate) mod server;

/// The most memory that a process had so far, in bytes.
#[cfg(target_os = "linux")]
pub(crate) fn peak(process: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let digits = line.unwrap().trim().trim_end_matches(" kB");
    digits.parse::<usize>().unwrap() << 10
}

/// Runs the command with an input; gives the most memory that it had, too.
#[cfg(target_os = "linux")]
pub(crate) fn measure(arguments: &[&str], input: &[u8]) -> (Output, usize) {
    let mut child = start(arguments);
    let output = child.stdout.take().unwrap();
    let read = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        std::io::BufReader::new(output)
            .read_to_end(&mut bytes)
            .unwrap();
        bytes
    });
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(input).unwrap();
    // All but what the pipe holds was read.
    let peak = peak(child.id());
    drop(pipe);
    let mut output = child.wait_with_output().unwrap();
    output.stdout = read.join().unwrap();
    (output, peak)
}

pub(crate) fn start(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_wsdraft"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Runs the command with an input.
pub(crate) fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = start(arguments);
    // The command may end before it has read all.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// Runs the command with an input; gives its exit status, its output and its errors.
pub(crate) fn told(arguments: &[&str], input: &[u8]) -> (i32, String, String) {
    let output = run(arguments, input);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let status = output.status.code().expect("an exit status");
    (status, text(output.stdout), text(output.stderr))
}

/// An empty folder for a test.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

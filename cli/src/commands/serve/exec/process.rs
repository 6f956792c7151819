//! A process of a connection.

use std::{ffi::OsString, io, process::Stdio, time::Duration};

use tokio::{
    io::AsyncReadExt as _,
    process::{Child, ChildStdin, ChildStdout, Command},
    task::JoinHandle,
    time::timeout,
};

use super::super::journal::{Entry, Journal};

/// How long a process may take to end when its input has ended, and then after it was told to.
const GRACE: Duration = Duration::from_secs(2);
/// The same where the server ends.
const SHORT_GRACE: Duration = Duration::from_millis(600);
/// The most bytes of a line of its standard error that are logged at once.
const LONGEST: usize = 512;

/// A process. It and all that it started are killed when this is dropped.
pub(super) struct Process {
    child: Child,
    /// Logs what it writes to its standard error.
    errors: Option<JoinHandle<()>>,
}

impl Process {
    /// Starts a process; gives it, its input and its output.
    pub(super) fn start(
        command: &str,
        variables: Vec<(String, OsString)>,
    ) -> io::Result<(Self, ChildStdin, ChildStdout)> {
        let mut shell = shell(command);
        let mut child = shell
            .envs(variables)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let missing = || io::Error::other("it has no pipes");
        let input = child.stdin.take().ok_or_else(missing)?;
        let output = child.stdout.take().ok_or_else(missing)?;
        let errors = None;
        Ok((Self { child, errors }, input, output))
    }

    /// Its number.
    pub(super) fn id(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// Logs what it writes to its standard error.
    pub(super) fn log_errors(&mut self, journal: Journal, peer: &str) {
        let Some(mut errors) = self.child.stderr.take() else {
            return;
        };
        let peer = peer.to_owned();
        self.errors = Some(tokio::spawn(async move {
            let mut read = Vec::with_capacity(2 * LONGEST);
            loop {
                let more = errors.read_buf(&mut read).await;
                let is_over = matches!(more, Ok(0) | Err(_));
                while let Some(line) = line(&mut read, is_over) {
                    let line = &String::from_utf8_lossy(&line);
                    journal.note(Some(&peer), &Entry::Stderr { line });
                }
                if is_over {
                    return;
                }
            }
        }));
    }

    /// Waits until it has ended; says whether it did well.
    pub(super) async fn ended(&mut self) -> bool {
        let status = self.child.wait().await;
        status.is_ok_and(|status| status.success())
    }

    /// Has it end: its input has ended. Says how it ended.
    pub(super) async fn end(&mut self, at_once: bool) -> String {
        let grace = if at_once { SHORT_GRACE } else { GRACE };
        let wait = if at_once { Duration::ZERO } else { grace };
        if timeout(wait, self.child.wait()).await.is_err() {
            self.signal("TERM").await;
        }
        if timeout(grace, self.child.wait()).await.is_err() {
            self.signal("KILL").await;
            let _ = self.child.start_kill();
        }
        let status = self.child.wait().await;
        if let Some(errors) = &mut self.errors {
            // Something that it started may hold the pipe.
            let _ = timeout(SHORT_GRACE, errors).await;
        }
        match status {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        }
    }

    /// Sends a signal to all processes of its group.
    #[cfg(unix)]
    async fn signal(&self, signal: &str) {
        // Only one that has not been waited for still has its number.
        if let Some(id) = self.child.id() {
            let mut kill = Command::from(kill(signal, id));
            let _ = timeout(SHORT_GRACE, kill.status()).await;
        }
    }

    #[cfg(not(unix))]
    async fn signal(&mut self, _: &str) {
        let _ = self.child.start_kill();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(errors) = &self.errors {
            errors.abort();
        }
        // There was no time to have it end: the server is gone at once.
        #[cfg(unix)]
        if let Some(id) = self.child.id() {
            let _ = kill("KILL", id).spawn();
        }
    }
}

/// What sends a signal to all processes of a group.
#[cfg(unix)]
fn kill(signal: &str, group: u32) -> std::process::Command {
    let mut kill = std::process::Command::new("/bin/sh");
    kill.args(["-c", &format!("kill -s {signal} -- -{group}")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    kill
}

/// Takes a line from what was read: a whole one, a very long one's start, or at the end the rest.
fn line(read: &mut Vec<u8>, is_over: bool) -> Option<Vec<u8>> {
    let end = read.iter().position(|byte| *byte == b'\n');
    let mut line: Vec<u8> = match end {
        Some(end) => read.drain(..=end).collect(),
        None if read.len() >= LONGEST || is_over && !read.is_empty() => std::mem::take(read),
        None => return None,
    };
    while line.last().is_some_and(|byte| b"\r\n".contains(byte)) {
        line.pop();
    }
    Some(line)
}

/// A command for the shell, in a group of its own, so that all that it starts can be ended.
#[cfg(unix)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", command]).process_group(0);
    shell
}

/// A command for the shell, which reads quotation marks in it as it is.
#[cfg(windows)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.raw_arg("/D /S /C").raw_arg(format!("\"{command}\""));
    shell
}

#[cfg(not(any(unix, windows)))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]);
    shell
}

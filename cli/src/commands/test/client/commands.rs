//! The command that starts a client.

use std::{
    cell::RefCell,
    fmt,
    process::{ExitStatus, Stdio},
    rc::Rc,
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::Child,
    task::JoinHandle,
    time::timeout,
};

use crate::{failure::Failure, output::errors};

/// A command that starts a client.
pub(super) struct Command {
    program: String,
    arguments: Vec<String>,
}

/// A client that was started, and what it writes. It is killed when this is dropped.
pub(super) struct Started {
    pub(super) child: Child,
    written: Rc<RefCell<Vec<u8>>>,
    readers: Vec<JoinHandle<()>>,
}

/// What stands for the URL.
const URL: &str = "{url}";
/// What stands for the id of the case.
const CASE: &str = "{case}";
/// The most bytes that are kept of what a client writes.
const KEPT: usize = 8 << 10;
/// How long a client may take to end when its connection has ended.
const GRACE: Duration = Duration::from_millis(500);

impl Command {
    /// The command with these words.
    pub(super) fn new(words: &[String]) -> Result<Self, Failure> {
        let (program, arguments) = words
            .split_first()
            .ok_or_else(|| Failure::input("no command is given"))?;
        Ok(Self {
            program: program.clone(),
            arguments: arguments.to_vec(),
        })
    }

    /// Makes sure that the command learns where to connect.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let learns = |word: &String| word.contains(URL) || word.contains(CASE);
        if self.arguments.iter().any(learns) {
            return Ok(());
        }
        Err(Failure::input(format!(
            "no argument of the command has {URL}, which stands for the URL to connect to; if the command is a driver for the Autobahn testsuite, use --driver"
        )))
    }

    /// Starts a client for a case.
    pub(super) fn start(&self, url: &str, case: &str) -> Result<Started, Failure> {
        let mut command = self.command(url, case);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(Failure::io(&self.program))?;
        let written = Rc::<RefCell<Vec<u8>>>::default();
        let mut readers = Vec::new();
        if let Some(output) = child.stdout.take() {
            readers.push(tokio::task::spawn_local(keep(output, Rc::clone(&written))));
        }
        if let Some(errors) = child.stderr.take() {
            readers.push(tokio::task::spawn_local(keep(errors, Rc::clone(&written))));
        }
        Ok(Started {
            child,
            written,
            readers,
        })
    }

    /// Starts a driver, whose output is no part of ours.
    pub(super) fn start_driver(&self, url: &str) -> Result<Child, Failure> {
        let mut command = self.command(url, "");
        command.stdout(errors());
        command.spawn().map_err(Failure::io(&self.program))
    }

    fn command(&self, url: &str, case: &str) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(&self.program);
        let arguments = self.arguments.iter();
        command
            .args(arguments.map(|word| word.replace(URL, url).replace(CASE, case)))
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }
}

/// Reads all that a client writes, and keeps the start.
async fn keep(mut from: impl AsyncRead + Unpin, written: Rc<RefCell<Vec<u8>>>) {
    let mut bytes = vec![0; 4096];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let mut written = written.borrow_mut();
        let room = KEPT.saturating_sub(written.len()).min(count);
        written.extend_from_slice(&bytes[..room]);
    }
}

impl Started {
    /// Gives the client some time to end, and then kills it. Returns how it ended on its own.
    pub(super) async fn end(&mut self) -> Option<ExitStatus> {
        if let Ok(status) = timeout(GRACE, self.child.wait()).await {
            return status.ok();
        }
        // It may have ended just now.
        let _ = self.child.start_kill();
        let _ = timeout(GRACE, self.child.wait()).await;
        None
    }

    /// What it wrote so far.
    pub(super) async fn written(&mut self) -> String {
        for reader in &mut self.readers {
            // Something that it started may hold the pipe.
            let _ = timeout(GRACE / 5, &mut *reader).await;
        }
        String::from_utf8_lossy(&self.written.borrow()).into_owned()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        for reader in &self.readers {
            reader.abort();
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.program)?;
        self.arguments
            .iter()
            .try_for_each(|argument| write!(f, " {argument}"))
    }
}

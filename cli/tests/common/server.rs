//! A command that listens, with its address and its log; ended when it is dropped.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// How long to wait for what has to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A command that listens.
pub(crate) struct Server {
    child: Child,
    /// Where it listens: host and port.
    pub(crate) address: String,
    /// The lines of its log after the one with the address.
    log: Arc<Mutex<Vec<String>>>,
    /// How many of them [`next_line`](Self::next_line) has given.
    given: usize,
}

impl Server {
    /// `serve`, with these arguments.
    pub(crate) fn serve(arguments: &[&str]) -> Self {
        Self::start(&[&["serve"], arguments].concat())
    }

    /// A subcommand, with these arguments.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wsdraft"));
        command.args(arguments).args(["--listen", "127.0.0.1:0"]);
        Self::spawn(command)
    }

    /// A command that says on the first line of its log where it listens.
    pub(crate) fn spawn(mut command: Command) -> Self {
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        errors.read_line(&mut line).unwrap();
        let (_, address) = line.trim().rsplit_once("://").expect(&line);
        let (address, log) = (address.to_owned(), Arc::<Mutex<Vec<String>>>::default());
        let lines = Arc::clone(&log);
        thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                lines.lock().unwrap().push(line);
            }
        });
        Self {
            child,
            address,
            log,
            given: 0,
        }
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn url(&self) -> String {
        format!("ws://{}/", self.address)
    }

    pub(crate) fn port(&self) -> &str {
        self.address.rsplit_once(':').unwrap().1
    }

    /// A connection to it over the loopback address.
    pub(crate) fn dial(&self) -> TcpStream {
        let port = self.port().parse().unwrap();
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// A connection on which it was asked this, and the start of the answer, up to the status.
    pub(crate) fn ask(&self, request: &[u8]) -> (TcpStream, String) {
        let mut stream = self.dial();
        stream.write_all(request).unwrap();
        let mut head = [0; 12];
        stream.read_exact(&mut head).unwrap();
        (stream, String::from_utf8_lossy(&head).into_owned())
    }

    /// The lines of its log so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// Waits until a line of its log says so; gives that line.
    #[track_caller]
    pub(crate) fn logs(&self, what: &str) -> String {
        self.wait(what, |lines| {
            lines.iter().find(|line| line.contains(what)).cloned()
        })
    }

    /// Waits for the next line of its log.
    #[track_caller]
    pub(crate) fn next_line(&mut self) -> String {
        self.given += 1;
        self.wait("another line", |lines| lines.get(self.given - 1).cloned())
    }

    #[track_caller]
    fn wait(&self, what: &str, mut find: impl FnMut(&[String]) -> Option<String>) -> String {
        let start = Instant::now();
        loop {
            let lines = self.log.lock().unwrap();
            if let Some(line) = find(&lines) {
                return line;
            }
            assert!(start.elapsed() < PATIENCE, "no {what:?} in {lines:?}");
            drop(lines);
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

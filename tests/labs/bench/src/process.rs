//! A server in a process of its own: this program, run again. So the memory of the process is that
//! of the server, and each side may have as many files open as a process may.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio, exit},
};

use rustix::process::{Resource, getrlimit, setrlimit};

use crate::{
    broadcast::Heap,
    channels::carrying,
    echo::{Host, Running},
    work::{current_thread, secured, servers},
};

const SERVE: &str = "--serve";
const TLS: &str = "over TLS";

/// A server that another process runs, as long as this lives.
#[derive(Debug)]
pub struct Process {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    address: SocketAddr,
}

/// What a process uses.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Of the server's thread, in nanoseconds.
    pub processor_time: u64,
    /// Bytes on the heap, if this program counts them.
    pub heap: usize,
    /// Bytes in memory.
    pub resident: usize,
}

impl Process {
    /// Starts the server with this name.
    pub fn start(name: &str, over_tls: bool) -> Self {
        let mut child = Command::new(env::current_exe().expect("this program"))
            .args([SERVE, name])
            .args(over_tls.then_some(TLS))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let questions = child.stdin.take().expect("its input");
        let mut answers = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        answers.read_line(&mut line).expect("its address");
        Self {
            child,
            questions,
            answers,
            address: line.trim().parse().expect("an address"),
        }
    }

    pub fn usage(&mut self) -> Usage {
        self.questions.write_all(b"\n").expect("a process");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("an answer");
        let mut numbers = line
            .split_whitespace()
            .map(|word| word.parse().expect("a number"));
        let mut next = || numbers.next().expect("three numbers");
        Usage {
            processor_time: next(),
            heap: next() as usize,
            resident: next() as usize,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Host for Process {
    fn address(&self) -> SocketAddr {
        self.address
    }

    async fn processor_time(&mut self) -> u64 {
        self.usage().processor_time
    }
}

/// Lets this process open as many files as it may, and does what [`Process::start`] asks for, if
/// it does. To be called first.
pub fn prepare(heap: Heap) {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).expect("a limit that may be raised");
    let arguments: Vec<String> = env::args().skip(1).collect();
    match &arguments[..] {
        [serve, name, rest @ ..] if serve == SERVE => {
            answer(name, !rest.is_empty(), heap);
            exit(0);
        }
        _ => {}
    }
}

/// Serves, and tells at each line what it uses.
fn answer(name: &str, over_tls: bool, heap: Heap) {
    let all = if over_tls { secured() } else { servers() };
    let server = all
        .into_iter()
        .chain([carrying()])
        .find(|server| server.0 == name);
    let mut running = Running::start(server.expect("a known server"));
    println!("{}", running.address());
    let runtime = current_thread();
    for _ in std::io::stdin().lines() {
        let time = runtime.block_on(running.processor_time());
        println!("{time} {} {}", heap().1, resident());
    }
}

fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    number.unwrap_or(0) * 1024
}

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::OURS;
use crate::{
    captures::{ALL, Traffic},
    contest::Score,
    table::{Cell, Table, Unit},
};

const TSHARK: &str = "tshark";

/// Bytes of a capture; `LINT_BYTES` can ask for others.
const BYTES: usize = 128 << 20;

/// Times that each reads a capture, at most.
const ROUNDS: usize = 3;

/// Time after which nobody begins to read it once more.
const PATIENCE: Duration = Duration::from_secs(5);

/// Times that a command is started.
const STARTS: usize = 100;

/// The time that passes while the command answers a question, and its size.
pub fn start_up() -> Vec<Table> {
    let scratch = Scratch::new();
    let own = scratch.0.join("own.ron");
    fs::write(&own, DIALECT).expect("a folder that can be written");
    let own = own.to_string_lossy();
    let small = scratch.0.join("small.pcapng");
    ALL[0].write(&small, 1 << 10).expect("a folder with room");
    let small = small.to_string_lossy();
    let looked_up: [Question<'_>; 7] = [
        ("`--version`", &["--version"]),
        ("`list`", &["list"]),
        ("`version`", &["version", "13"]),
        ("`explain`", &["explain", "control-frame-length"]),
        ("`show`", &["show", "rfc6455"]),
        ("`diff`", &["diff", "hybi-17", "rfc6455"]),
        ("`completions`", &["completions", "bash"]),
    ];
    let worked_out: [Question<'_>; 6] = [
        (
            "`inspect`",
            &["inspect", "--from", "client", "--hex", "818500000000"],
        ),
        ("`lint` of 1 KiB", &["lint", &small]),
        ("`check`", &["check"]),
        ("`check` of a file", &["check", &own]),
        ("`generate`", &["generate", "rfc6455"]),
        ("`export json`", &["export", "json"]),
    ];
    let title = "The command: time that passes until it has answered";
    let mut size = Table::new("start-up-size", "The command: bytes of the program");
    let bytes = fs::metadata(located()).expect("a command").len();
    size.cells(
        "program",
        vec![(OURS, Cell::exact(bytes as f64, Unit::Bytes))],
    );
    vec![
        asked("start-up", title, &looked_up),
        asked("start-up-work", title, &worked_out),
        size,
    ]
}

/// A question's name and its arguments.
type Question<'a> = (&'a str, &'a [&'a str]);

/// How long the answers to some questions take.
fn asked(word: &str, title: &str, questions: &[Question<'_>]) -> Table {
    let mut table = Table::new(word, title);
    let mut rounds = vec![Vec::new(); questions.len()];
    for _ in 0..STARTS {
        for ((_, arguments), times) in questions.iter().zip(&mut rounds) {
            let mut command = Command::new(ours());
            command.args(*arguments).stdout(Stdio::null());
            let start = Instant::now();
            let status = command.status().expect("a command that runs");
            times.push(start.elapsed().as_nanos() as f64);
            assert!(status.code().is_some_and(|code| code < 2), "{arguments:?}");
        }
    }
    for ((name, _), times) in questions.iter().zip(rounds) {
        table.column(name, &[Score::of(OURS, times)]);
    }
    table
}

/// What a user's own draft may look like.
const DIALECT: &str = r#"Draft(
    name: "strict-1", short: "strict-1", type: "strict", status: "private", extends: "hybi-17",
    evidence: [Own("Our gateway's manual, chapter 3")],
    changes: [
        (kind: Semantic, text: "404", items: ["rules/host-valid"], evidence: [Recalled]),
    ],
    rules: (amend: {
        "host-valid": (otherwise: Reject(404), evidence: [Recalled]),
    }),
)"#;

/// How long reading and checking a capture takes, and how much memory.
pub fn lint() -> Vec<Table> {
    let bytes = env::var("LINT_BYTES").ok();
    let bytes = bytes.map_or(BYTES, |text| text.parse().expect("a number of bytes"));
    let mut times = Table::new("lint", "Captures: time that passes").relative_to(OURS);
    let mut memory = Table::new("lint-memory", "Captures: memory at most").relative_to(OURS);
    let scratch = Scratch::new();
    let with_tshark = has_tshark();
    let only = env::var("LINT_ONLY").unwrap_or_default();
    for traffic in ALL.iter().filter(|traffic| traffic.name.contains(&only)) {
        let file = scratch.0.join("capture.pcapng");
        traffic.write(&file, bytes).expect("a folder with room");
        column(traffic, &file, with_tshark, (&mut times, &mut memory));
    }
    vec![times, memory]
}

fn column(traffic: &Traffic, file: &Path, with_tshark: bool, tables: (&mut Table, &mut Table)) {
    let mut ours = Command::new(ours());
    ours.arg("lint").arg(file);
    let mut contenders = vec![(OURS, ours)];
    if with_tshark {
        let mut theirs = Command::new(TSHARK);
        theirs.args(["-n", "-q", "-z", "expert", "-r"]).arg(file);
        contenders.push((TSHARK, theirs));
    }
    let mut runs = vec![(Vec::<f64>::new(), 0usize); contenders.len()];
    for _ in 0..ROUNDS {
        for ((name, command), (times, most)) in contenders.iter_mut().zip(&mut runs) {
            if times.iter().sum::<f64>() > PATIENCE.as_nanos() as f64 {
                continue;
            }
            let (time, resident) = measured(command, name);
            times.push(time.as_nanos() as f64);
            *most = resident.max(*most);
        }
    }
    let (mut scores, mut most) = (Vec::new(), Vec::new());
    for ((name, _), (times, resident)) in contenders.iter().zip(runs) {
        scores.push(Score::of(name, times));
        most.push((*name, Cell::exact(resident as f64, Unit::Bytes)));
    }
    tables.0.column(traffic.name, &scores);
    tables.1.cells(traffic.name, most);
}

/// Runs a command that finds nothing wrong; gives the time that passes and the memory at most.
fn measured(command: &mut Command, name: &str) -> (Duration, usize) {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let mut child = command.spawn().expect("a command that runs");
    let mut most = 0;
    loop {
        most = most.max(most_resident(&child));
        if let Some(status) = child.try_wait().expect("a child") {
            let time = start.elapsed();
            assert!(status.success(), "{name}: {status}");
            return (time, most);
        }
        thread::sleep(Duration::from_micros(500));
    }
}

/// The most bytes that a process has had in memory.
fn most_resident(child: &Child) -> usize {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id()));
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    kilobytes.unwrap_or(0) << 10
}

fn ours() -> PathBuf {
    let path = env::var_os("WSDRAFT").unwrap_or_else(|| "wsdraft".into());
    path.into()
}

/// The file of the command.
fn located() -> PathBuf {
    let named = ours();
    let folders = env::var_os("PATH").unwrap_or_default();
    let mut places = env::split_paths(&folders).map(|folder| folder.join(&named));
    let beside = named.components().count() > 1;
    let found = if beside {
        None
    } else {
        places.find(|place| place.is_file())
    };
    found.unwrap_or(named)
}

fn has_tshark() -> bool {
    let mut command = Command::new(TSHARK);
    command.arg("--version").stdout(Stdio::null());
    match command.stderr(Stdio::null()).status() {
        Ok(status) if status.success() => true,
        Err(error) if error.kind() != io::ErrorKind::NotFound => panic!("{TSHARK}: {error}"),
        _ => {
            eprintln!("{TSHARK} is not installed, and left out");
            false
        }
    }
}

/// A folder that is removed in the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let folder = env::temp_dir().join(format!("wsdraft-lint-{}", process::id()));
        fs::create_dir_all(&folder).expect("a folder for temporary files");
        Self(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left of it does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

//! The tools of the command `wsdraft` for a page: arguments and standard input go in, and what the command prints comes
//! out.
//!
//! The arguments are those of the command. A file is `LENGTH:NAME`: its bytes are in standard input, in the order in
//! which files are named. `plan TOOL`, with the same options and files, prints the commands that fit the input.

use std::{
    io::{self, Read as _, Write as _},
    process::ExitCode,
    rc::Rc,
};

use wsdraft::Role;
use wsdraft_analysis::{Bytes, MaxFindings, Source, from_hex};
use wsdraft_spec::FINGERPRINT;
use wsdraft_tools::{
    Printed, columns, detect,
    explain::Explained,
    failure::Failure,
    gzip::decompressed,
    handshake,
    inspect::{self, Inspection},
    lint::{self, Linted, Printing, Records},
    outcome::Outcome,
    output::printable,
    print::{self, Style},
    specs::Specs,
};

mod given;
mod plan;

use self::given::{File, Given};

fn main() -> ExitCode {
    match run() {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(failure) => {
            complain(&failure.to_string());
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<Outcome, Failure> {
    let mut arguments = std::env::args().skip(1);
    let tool = arguments.next().unwrap_or_default();
    let mut given = Given::read(arguments)?;
    // Words may look like a file, but these tools take none.
    if !matches!(&*tool, "database" | "explain") {
        given.fill(&mut io::stdin().lock())?;
    }
    let specs = Specs::load(None)?;
    match &*tool {
        "detect" => detects(given, &specs),
        "explain" => explains(&given, &specs),
        "handshake" => handshakes(given, &specs),
        "inspect" => inspects(given, &specs),
        "lint" => lints(given, &specs),
        "plan" => plan::run(&given, &specs),
        // The site takes a module that has the same database.
        "database" => write(FINGERPRINT).map(|()| Outcome::Fine),
        other => Err(Failure::input(format!("there is no tool {other:?}"))),
    }
}

fn detects(mut given: Given, specs: &Specs) -> Result<Outcome, Failure> {
    let file = given.file()?;
    let name = file.name.clone();
    printed(&detect::run(&name, file.head(), specs, given.json)?)
}

fn explains(given: &Given, specs: &Specs) -> Result<Outcome, Failure> {
    /// The least and the most that lines are broken at: a phone has little room.
    const BOUNDS: (usize, usize) = (36, 140);

    let said = std::env::var("COLUMNS").ok();
    let said = said.and_then(|text| text.parse().ok());
    let width = said.map_or_else(
        || columns::width(None),
        |said: usize| said.clamp(BOUNDS.0, BOUNDS.1),
    );
    let explained = Explained::new(&given.words.join(" "), given.draft.as_deref(), specs)?;
    printed(&explained.print(given.json, width)?)
}

fn handshakes(mut given: Given, specs: &Specs) -> Result<Outcome, Failure> {
    let request = given.file()?.head();
    let response = given.response.take().map(File::head);
    let options = handshake::Options {
        draft: given.draft.as_deref(),
        extensions: given.extensions.as_deref(),
        secure: given.secure,
    };
    let check = handshake::Check::new(&options, specs)?;
    printed(&check.run(&request, response.as_ref(), given.json)?)
}

fn inspects(mut given: Given, specs: &Specs) -> Result<Outcome, Failure> {
    let bytes = match (&given.hex, &given.hex_file) {
        (Some(digits), _) => from_hex(digits)?,
        (None, Some(file)) => from_hex(&String::from_utf8_lossy(&file.bytes))?,
        (None, None) => given.file()?.bytes,
    };
    let from = given.from;
    let from = from.ok_or_else(|| Failure::input("--from: who sent the frames?"))?;
    let options = inspect::Options {
        draft: given.draft.as_deref(),
        from,
        extensions: given.extensions.as_deref(),
        masking_key: given.masking_key.as_deref(),
        max_payload: 1 << 20,
    };
    let mut inspection = Inspection::new(&options, specs, given.json)?;
    for piece in bytes.chunks(64 << 10) {
        inspection.push(piece, &mut write)?;
    }
    inspection.finish(&mut write)
}

fn lints(mut given: Given, specs: &Specs) -> Result<Outcome, Failure> {
    let style = Style::of(given.json);
    let forced = given.draft.as_deref().map(|name| specs.spoken(name));
    let memory = Bytes(256 << 20);
    let most: MaxFindings = style.most();
    let settings = lint::settings(specs)?.held_to(forced.transpose()?);
    let settings = Rc::new(settings.within(most, memory));
    let printing = Printing {
        printer: print::printer(style, given.colour),
        at_once: false,
        write: &mut write,
    };
    let Linted {
        outcome,
        left_out,
        nothing,
    } = lint::run(&settings, printing, |tally, sink| {
        let mut records = Records {
            settings: &settings,
            tally,
            sink,
            from: given.from,
            format: None,
            mends: true,
            half: None,
        };
        let File { name, bytes } = given.file()?;
        let source = Source::new(io::Cursor::new(bytes), name);
        records.record(decompressed(source)?, false)?;
        records.alone()
    })?;
    left_out.iter().for_each(|line| complain(line));
    match nothing {
        Some(nothing) => Err(Failure::input(nothing)),
        None => Ok(outcome),
    }
}

fn printed(printed: &Printed) -> Result<Outcome, Failure> {
    write(&printed.text)?;
    Ok(printed.outcome)
}

fn write(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(Failure::io("standard output"))
}

fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "wsdraft: {}", printable(text));
}

/// Reads so many bytes.
fn take(input: &mut impl io::Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).map_err(io::Error::other)?;
    input.by_ref().take(length as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Who an option names.
fn role(name: &str) -> Result<Role, Failure> {
    [Role::Client, Role::Server]
        .into_iter()
        .find(|role| role.as_str() == name)
        .ok_or_else(|| Failure::input(format!("--from: {name:?} is no end of a connection")))
}

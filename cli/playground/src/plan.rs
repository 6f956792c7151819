//! Which commands fit an input.

use wsdraft::Role;
use wsdraft_analysis::{
    capture::{self, Format},
    from_hex, sender,
};
use wsdraft_tools::{
    explain::Explained,
    failure::Failure,
    inspect::{Inspection, Options},
    outcome::Outcome,
    output::json,
    specs::Specs,
};

use crate::given::{File, Given};

/// No longer text is looked up in the database as it is.
const WORDS: usize = 300;

/// Longer hex is a file: a command line that a person can read has no more.
const INLINE: usize = 2000;

/// Prints the commands as a list of lists of arguments. The words are the tool, or `all`, and the file.
pub(crate) fn run(given: &Given, specs: &Specs) -> Result<Outcome, Failure> {
    let [tool, file] = &given.words[..] else {
        return Err(Failure::input("plan: give a tool and a file"));
    };
    let input = Input::of(given.bytes(), file);
    let tools = match &**tool {
        "all" => input.tools(given, specs)?,
        named => vec![named],
    };
    let commands = tools
        .into_iter()
        .map(|tool| command(tool, &input, given, specs));
    let commands = commands.collect::<Result<Vec<_>, Failure>>()?;
    crate::write(&json(&commands)?)?;
    Ok(Outcome::Fine)
}

/// What was pasted or dropped.
struct Input<'a> {
    bytes: &'a [u8],
    /// It as an argument.
    file: &'a str,
    /// The text, if it is short.
    words: Option<&'a str>,
    /// The text, if it is hex.
    hex: Option<&'a str>,
}

impl<'a> Input<'a> {
    fn of(bytes: &'a [u8], file: &'a str) -> Self {
        let text = std::str::from_utf8(bytes).ok();
        let words = text
            .map(str::trim)
            .filter(|text| (1..=WORDS).contains(&text.len()) && !text.contains('\n'));
        let hex = text.filter(|_| Format::detect(bytes) == Ok(Format::Hex));
        Self {
            bytes,
            file,
            words,
            hex,
        }
    }

    /// The tools that fit.
    fn tools(&self, given: &Given, specs: &Specs) -> Result<Vec<&'static str>, Failure> {
        let mut tools = Vec::new();
        let draft = given.draft.as_deref();
        let explained = self.words.map(|words| Explained::new(words, draft, specs));
        let is_known = matches!(&explained, Some(Ok(explained)) if explained.is_known());
        if is_known {
            tools.push("explain");
        }
        match Format::detect(self.bytes) {
            Ok(Format::Hex) if self.hex_begins_with_head() => tools.push("lint"),
            // A number of a code, rather than two bytes, unless these are good as a frame.
            Ok(Format::Hex)
                if is_known
                    && self.bytes.len() < 6
                    && breaks(self, Role::Client, given, specs) != Some(0)
                    && breaks(self, Role::Server, given, specs) != Some(0) => {}
            Ok(Format::Hex) => tools.push("inspect"),
            Ok(Format::Raw) => match sender(self.bytes) {
                Some(Role::Client) if self.words.is_none() => {
                    tools.extend(["detect", "handshake", "lint"]);
                }
                Some(Role::Server) => tools.push("lint"),
                _ if is_known => {}
                _ if self.words.is_some() => tools.push("explain"),
                _ => tools.push("inspect"),
            },
            Ok(_) | Err(_) => tools.push("lint"),
        }
        Ok(tools)
    }

    /// Whether hex says who sent what, or begins with a request or a response.
    fn hex_begins_with_head(&self) -> bool {
        let pieces = self.hex.and_then(|text| capture::from_hex(text).ok());
        pieces
            .into_iter()
            .flatten()
            .next()
            .is_some_and(|(role, bytes)| role.is_some() || sender(&bytes).is_some())
    }
}

/// A command: the tool, the options that it has, and the input.
fn command(
    tool: &str,
    input: &Input<'_>,
    given: &Given,
    specs: &Specs,
) -> Result<Vec<String>, Failure> {
    let mut command = vec![tool.to_owned()];
    let mut option = |name: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            command.extend([format!("--{name}"), value.to_owned()]);
        }
    };
    let draft = given.draft.as_deref();
    let inspects = tool == "inspect";
    if tool != "detect" {
        option("draft", draft);
    }
    let from = match given.from {
        None if inspects => Some(likely_sender(input, given, specs)),
        from => from,
    };
    if inspects || tool == "lint" {
        option("from", from.map(Role::as_str));
    }
    if inspects {
        match input.hex {
            Some(hex) if hex.len() > INLINE => option("hex-file", Some(input.file)),
            hex => option("hex", hex),
        }
    }
    if inspects || tool == "handshake" {
        option("extensions", given.extensions.as_deref());
    }
    if inspects {
        option("masking-key", given.masking_key.as_deref());
    }
    if tool == "handshake" {
        let response = given.response.as_ref().map(File::argument);
        option("response", response.as_deref());
    }
    match tool {
        "explain" => {
            let words = input.words.unwrap_or_default();
            command.extend(words.starts_with('-').then(|| "--".to_owned()));
            command.push(words.to_owned());
        }
        "inspect" if input.hex.is_some() => {}
        _ => command.push(input.file.to_owned()),
    }
    Ok(command)
}

/// Who sent frames, if nobody says it: the end whose frames would break less.
fn likely_sender(input: &Input<'_>, given: &Given, specs: &Specs) -> Role {
    let broken = |from: Role| breaks(input, from, given, specs);
    match (broken(Role::Client), broken(Role::Server)) {
        (Some(client), Some(server)) if server < client => Role::Server,
        (None, Some(_)) => Role::Server,
        _ => Role::Client,
    }
}

/// How many rules the start of the input breaks as frames of this end; `None` if that cannot be told.
fn breaks(input: &Input<'_>, from: Role, given: &Given, specs: &Specs) -> Option<usize> {
    /// As much is looked at.
    const START: usize = 4 << 10;

    let decoded = input.hex.and_then(|text| from_hex(text).ok());
    let bytes = decoded.as_deref().unwrap_or(input.bytes);
    let options = Options {
        draft: given.draft.as_deref(),
        from,
        extensions: given.extensions.as_deref(),
        masking_key: given.masking_key.as_deref(),
        max_payload: 0,
    };
    let mut count = 0;
    let mut inspection = Inspection::new(&options, specs, true).ok()?;
    let mut take = |lines: &str| {
        count += lines.matches("\"event\":\"violation\"").count();
        Ok(())
    };
    inspection
        .push(&bytes[..bytes.len().min(START)], &mut take)
        .ok()?;
    inspection.finish(&mut take).ok()?;
    Some(count)
}

//! Where the client gets from what it sends.

use std::{
    io::{self, IsTerminal as _},
    mem,
};

use clap::Args;

use super::{
    above::Above,
    acts::{Act, Source},
    piped::{self, Framing},
    talk::Manner,
    terminal::{self, Check, Mode},
};
use crate::{failure::Failure, input};

/// The value of `--binary` without one.
const STDIN: &str = "-";

/// What the client sends.
#[derive(Debug, Args)]
#[command(next_help_heading = super::SENDING)]
pub(super) struct Input {
    /// Text to send; can be repeated.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    send: Vec<String>,
    /// Bytes to send, in hex; can be repeated.
    ///
    /// Without a value, or with `-`, messages from standard input are binary. Alone, all of the
    /// input is then one message, which is sent in frames as it is read.
    #[arg(long, value_name = "HEX", num_args = 0..=1, default_missing_value = STDIN)]
    binary: Vec<String>,
    /// Send a ping with this text.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    ping: Option<String>,
    /// Close code to send; by default the draft's code for a normal closure.
    #[arg(long, value_name = "CODE")]
    pub(super) close: Option<u16>,
    /// End each message of standard input with a NUL byte, not with the line.
    #[arg(long, conflicts_with = "length_prefixed")]
    null: bool,
    /// Expect 4 bytes with the length, in network order, before each message of standard input.
    #[arg(long)]
    length_prefixed: bool,
    /// Print only the payloads of messages, separated as those of standard input are.
    #[arg(long)]
    raw: bool,
}

/// A terminal on which a person types.
pub(super) type Person = Option<(Above, Mode)>;

impl Input {
    /// What the flags have the client send.
    pub(super) fn script(&self) -> Result<Vec<Act>, Failure> {
        let texts = self.send.iter().map(|text| Ok(Act::Text(text.clone())));
        let binaries = self.binary.iter().filter(|value| *value != STDIN);
        let binaries = binaries.map(|digits| Ok(Act::Binary(input::from_hex(digits)?)));
        let ping = self
            .ping
            .iter()
            .map(|text| Ok(Act::Ping(text.clone().into())));
        texts.chain(binaries).chain(ping).collect()
    }

    /// How messages are told apart.
    pub(super) fn framing(&self) -> Framing {
        match (self.null, self.length_prefixed, self.is_binary()) {
            (true, _, _) => Framing::Null,
            (_, true, _) => Framing::LengthPrefixed,
            (_, _, true) => Framing::Whole,
            (false, false, false) => Framing::Lines,
        }
    }

    /// How payloads are told apart where they alone are printed.
    pub(super) fn raw(&self, json: bool) -> Result<Option<Framing>, Failure> {
        if self.raw && json {
            return Err(Failure::input("--raw cannot be combined with --json"));
        }
        Ok(self.raw.then(|| self.framing()))
    }

    fn is_binary(&self) -> bool {
        self.binary.iter().any(|value| value == STDIN)
    }

    /// Something like what is read, to see whether a draft can send it.
    pub(super) fn sample(&self) -> Option<Act> {
        let first = Act::Part {
            first: true,
            last: false,
            bytes: Vec::new(),
        };
        match (self.is_binary(), self.framing()) {
            (false, _) => None,
            (true, Framing::Whole) => Some(first),
            (true, _) => Some(Act::Binary(Vec::new())),
        }
    }

    /// Starts to read what the client sends: flags, or else a terminal, or else what is piped.
    /// `check` says whether the draft can send what a person types, and `channels` whether several channels get it.
    pub(super) fn start(
        &self,
        mut script: Vec<Act>,
        check: Check,
        channels: bool,
    ) -> Result<(Source, Manner, Person), Failure> {
        let reads = self.null || self.length_prefixed || self.is_binary();
        if !script.is_empty() || self.close.is_some() {
            if reads {
                return Err(Failure::input(
                    "--send, --binary HEX, --ping and --close say what to send: standard input is not read, and neither --null, --length-prefixed nor --binary without a value applies",
                ));
            }
            return Ok((Source::of(mem::take(&mut script)), Manner::Script, None));
        }
        let is_seen = io::stdin().is_terminal() && io::stdout().is_terminal();
        if is_seen && !reads && !self.raw {
            if let Some(terminal) = terminal::start(check, channels)? {
                let person = (terminal.above, terminal.mode);
                return Ok((Source::read(terminal.acts), Manner::Typed, Some(person)));
            }
        }
        let acts = piped::start(self.framing(), self.is_binary())?;
        Ok((Source::read(acts), Manner::Piped, None))
    }
}

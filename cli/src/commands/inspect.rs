//! `wsdraft inspect`: decodes and checks the frames that one end of a connection sends.

use std::path::PathBuf;

use clap::Args;
use wsdraft_analysis::Bytes;
use wsdraft_tools::inspect::{Inspection, Options};

use crate::{failure::Failure, flags::End, input, outcome::Outcome, output::Output, specs::Specs};

/// Decode and check the frames that one endpoint of a connection sends.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Draft of the connection; the newest by default.
    #[arg(long)]
    draft: Option<String>,
    /// Sender of the frames.
    #[arg(long)]
    from: End,
    /// Frames in hex: digits, also as xxd and hexdump -C print them, or 0x81, 0x05.
    #[arg(long, conflicts_with = "file")]
    hex: Option<String>,
    /// File with the frames; `-` for standard input.
    #[arg(required_unless_present = "hex")]
    file: Option<PathBuf>,
    /// Agreed extensions, as in the header field of the response.
    ///
    /// A dialect can be named in place of a token, for example `mux-05`. If the extension carries
    /// channels, the command also shows the control blocks and what each channel contains.
    #[arg(long, value_name = "LIST")]
    extensions: Option<String>,
    /// Key that the draft derives in the handshake: 20 bytes in hex.
    #[arg(long, value_name = "HEX")]
    masking_key: Option<String>,
    /// Show at most this many bytes of each payload, for example `4096` or `64M`.
    ///
    /// For a longer payload, the command shows the start and the length.
    #[arg(long, value_name = "BYTES", default_value = "1M")]
    max_payload: Bytes,
}

/// Inspects a stream of frames.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let options = Options {
        draft: arguments.draft.as_deref(),
        from: arguments.from.into(),
        extensions: arguments.extensions.as_deref(),
        masking_key: arguments.masking_key.as_deref(),
        max_payload: arguments.max_payload.0,
    };
    let mut inspection = Inspection::new(&options, specs, output.is_json())?;
    let mut write = |lines: &str| output.ready(lines);
    match (&arguments.hex, &arguments.file) {
        (Some(digits), _) => inspection.push(&input::from_hex(digits)?, &mut write)?,
        (None, Some(file)) => {
            input::chunks(file, |bytes| inspection.push(bytes, &mut write))?;
        }
        (None, None) => {
            return Err(Failure::input(
                "nothing to inspect: give a file, - for standard input, or --hex",
            ));
        }
    }
    inspection.finish(&mut write)
}

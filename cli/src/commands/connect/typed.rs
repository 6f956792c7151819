//! Lines that a person types: texts to send, and commands.

use super::acts::Act;
use crate::{failure::Failure, input};

/// The commands, for people.
pub(super) const HELP: &str = "\
A line is sent as a text message. A line that begins with a slash is a command:
  /ping [TEXT]            sends a ping
  /pong [TEXT]            sends a pong
  /binary HEX             sends bytes
  /close [CODE [REASON]]  closes the connection
  /quit                   closes the connection; Ctrl-C and Ctrl-D do the same
  /help                   shows this
  //TEXT                  sends a text that begins with a slash";
/// What people with several channels read after it.
pub(super) const ON_CHANNELS: &str = "\
All channels get what is sent: each message and ping, and the end.";

/// What a line means.
#[derive(Debug)]
pub(super) enum Line {
    /// Something to do on the connection.
    Act(Act),
    /// The user asks for the commands.
    Help,
    /// An empty line.
    Nothing,
}

/// Reads a line.
pub(super) fn read(line: &str) -> Result<Line, Failure> {
    let Some(command) = line.strip_prefix('/') else {
        return Ok(match line {
            "" => Line::Nothing,
            text => Line::Act(Act::Text(text.into())),
        });
    };
    if command.starts_with('/') {
        return Ok(Line::Act(Act::Text(command.into())));
    }
    let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
    Ok(Line::Act(match name {
        "ping" => Act::Ping(rest.into()),
        "pong" => Act::Pong(rest.into()),
        "binary" => Act::Binary(input::from_hex(rest)?),
        "close" => close(rest)?,
        "quit" => Act::Close {
            code: None,
            reason: String::new(),
        },
        "help" => return Ok(Line::Help),
        _ => {
            return Err(Failure::input(format!(
                "no command /{name}: /help lists them, and //{name} sends a text that begins with a slash"
            )));
        }
    }))
}

fn close(rest: &str) -> Result<Act, Failure> {
    let rest = rest.trim();
    let (code, reason) = rest.split_once(' ').unwrap_or((rest, ""));
    let code = match code {
        "" => None,
        code => Some(code.parse().map_err(|_| {
            Failure::input(format!("{code:?} is not a close code: /close CODE REASON"))
        })?),
    };
    Ok(Act::Close {
        code,
        reason: reason.trim().into(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Act, Line, read};

    #[test]
    fn lines_are_texts_and_commands() {
        let text = |line: &str| match read(line).unwrap() {
            Line::Act(Act::Text(text)) => text,
            other => format!("{other:?}"),
        };
        assert_eq!(text(" hi /ping"), " hi /ping");
        assert_eq!(text("//ping"), "/ping");
        assert_eq!(text(""), "Nothing");
        assert_eq!(text("/help"), "Help");
        for (line, act) in [
            ("/ping", "Act(Ping([]))"),
            ("/pong a", "Act(Pong([97]))"),
            ("/binary 00 ff", "Act(Binary([0, 255]))"),
            ("/quit", "Act(Close { code: None, reason: \"\" })"),
            ("/close", "Act(Close { code: None, reason: \"\" })"),
            (
                "/close 4000 good bye",
                "Act(Close { code: Some(4000), reason: \"good bye\" })",
            ),
        ] {
            assert_eq!(format!("{:?}", read(line).unwrap()), act);
        }
        for wrong in ["/clos", "/close now", "/binary 0", "/binary xy"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(read("/").unwrap_err().to_string().contains("/help"));
    }
}

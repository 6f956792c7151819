//! A line editor on the terminal, below which messages are printed as they come.

use std::{io::ErrorKind, thread};

use rustyline::{Config, Editor, error::ReadlineError, history::MemHistory};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::{
    above::Above,
    acts::Act,
    typed::{HELP, Line, ON_CHANNELS, read},
};
use crate::failure::Failure;

/// What a user types after.
const PROMPT: &str = "> ";
/// Lines that may wait while the connection takes none.
const AHEAD: usize = 64;

/// A terminal with an editor that reads from it.
pub(super) struct Terminal {
    pub(super) acts: Receiver<Vec<Act>>,
    pub(super) above: Above,
    pub(super) mode: Mode,
}

/// Whether something that is typed can be sent.
pub(super) type Check = Box<dyn Fn(&Act) -> Result<(), Failure> + Send>;

/// Starts the editor on a thread of its own; `None` if this terminal cannot have one. `channels` is whether several
/// channels get what is typed.
pub(super) fn start(check: Check, channels: bool) -> Result<Option<Terminal>, Failure> {
    if is_dumb() {
        return Ok(None);
    }
    let mode = Mode::current();
    // Without it, the editor forgets what was pasted behind the first line.
    let config = Config::builder().bracketed_paste(true);
    let config = config.auto_add_history(true).build();
    let editor = Editor::<(), _>::with_history(config, MemHistory::new());
    let editor = editor.map_err(failed)?;
    let above = Above::default();
    let (sender, acts) = channel(AHEAD);
    let typist = thread::Builder::new().name("terminal".into());
    let own = above.clone();
    let spawned = typist.spawn(move || {
        let help = match channels {
            true => format!("{HELP}\n{ON_CHANNELS}"),
            false => HELP.to_owned(),
        };
        edit(editor, &own, &sender, &check, &help);
    });
    spawned.map_err(Failure::io("a thread for the terminal"))?;
    Ok(Some(Terminal { acts, above, mode }))
}

/// Whether the terminal cannot move its cursor, as the editor has it.
fn is_dumb() -> bool {
    const DUMB: [&str; 3] = ["dumb", "cons25", "emacs"];
    std::env::var("TERM").is_ok_and(|term| DUMB.iter().any(|dumb| term.eq_ignore_ascii_case(dumb)))
}

fn failed(error: ReadlineError) -> Failure {
    Failure::input(format!("the terminal: {error}"))
}

fn edit(
    mut editor: Editor<(), MemHistory>,
    above: &Above,
    acts: &Sender<Vec<Act>>,
    check: &Check,
    help: &str,
) {
    loop {
        if let Some((columns, rows)) = editor.dimensions() {
            above.resize(columns, rows);
        }
        let typed = match editor.readline(PROMPT) {
            // Each line that is pasted is one of its own.
            Ok(lines) => lines
                .lines()
                .filter_map(|line| act(line, above, check, help))
                .collect(),
            Err(ReadlineError::Interrupted | ReadlineError::Eof) => vec![Act::Close {
                code: None,
                reason: String::new(),
            }],
            Err(ReadlineError::Io(error)) if error.kind() == ErrorKind::InvalidData => {
                let _ = above.print("what was typed is not UTF-8: it is not sent");
                continue;
            }
            Err(error) => vec![Act::Fail(failed(error))],
        };
        for act in typed {
            let is_last = matches!(act, Act::Close { .. } | Act::Fail(_));
            if acts.blocking_send(vec![act]).is_err() || is_last {
                return;
            }
        }
    }
}

/// What a line asks to do on the connection. Says what it does not do.
fn act(line: &str, above: &Above, check: &Check, help: &str) -> Option<Act> {
    let said = match read(line) {
        // What cannot be sent does not end the session, not even a close frame.
        Ok(Line::Act(act)) => match check(&act) {
            Ok(()) => return Some(act),
            Err(wrong) => wrong.to_string(),
        },
        Ok(Line::Nothing) => return None,
        Ok(Line::Help) => help.to_owned(),
        Err(wrong) => wrong.to_string(),
    };
    let _ = above.print(&said);
    None
}

/// The mode of the terminal before the editor changed it.
///
/// The editor's thread may still wait for a line when the command ends, and then does not restore
/// the mode itself.
pub(super) struct Mode {
    #[cfg(unix)]
    termios: Option<nix::sys::termios::Termios>,
}

impl Mode {
    #[cfg(unix)]
    fn current() -> Self {
        let termios = nix::sys::termios::tcgetattr(std::io::stdin());
        Self {
            termios: termios.ok(),
        }
    }

    #[cfg(not(unix))]
    fn current() -> Self {
        Self {}
    }

    /// Restores the mode; `true` if it was changed and a prompt may be left on the line.
    #[cfg(unix)]
    pub(super) fn restore(&self) -> bool {
        use nix::sys::termios::{SetArg, tcgetattr, tcsetattr};

        let Some(before) = &self.termios else {
            return false;
        };
        let changed =
            tcgetattr(std::io::stdin()).is_ok_and(|now| now.local_flags != before.local_flags);
        changed && tcsetattr(std::io::stdin(), SetArg::TCSADRAIN, before).is_ok()
    }

    /// Restores the mode.
    #[cfg(not(unix))]
    pub(super) fn restore(&self) -> bool {
        false
    }
}

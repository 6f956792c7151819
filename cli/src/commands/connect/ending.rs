//! How a connection ended, in words.

use wsdraft::{
    Cause, Ending, Error, Role,
    info::{CloseBody, DraftInfo},
};

use super::screen::Screen;
use crate::{
    channel::Fate,
    events::{Event, ViolationReport},
    failure::Failure,
    outcome::Outcome,
};

/// How a connection ended.
#[derive(Debug)]
pub(super) enum End {
    /// As the draft has it.
    Ended(Ending),
    /// The stream or the connection failed.
    Failed(Error),
    /// There is no more to receive.
    Over,
}

impl End {
    /// Says how it ended: a connection to this URL, or a channel with this fate. `left` is whether this
    /// client wanted it to.
    pub(super) fn tell(
        &self,
        draft: &DraftInfo,
        left: bool,
        (url, fate): (&str, Option<&Fate>),
        screen: &Screen,
    ) -> Result<Outcome, Failure> {
        match self {
            Self::Ended(ending) if ending.is_clean() => Ok(clean(ending, draft, left, screen)),
            Self::Ended(ending) => match &ending.cause {
                Cause::Vanished { partial } => {
                    match fate {
                        None => vanished(*partial, draft, url, screen),
                        Some(fate) => dropped(*partial, fate, screen)?,
                    }
                    Ok(Outcome::Findings)
                }
                _ => match ending.error() {
                    Some(error) => failed(&error.into(), screen),
                    None => Ok(Outcome::Fine),
                },
            },
            Self::Failed(error) => failed(error, screen),
            Self::Over => Ok(Outcome::Fine),
        }
    }

    /// Whether the server ended it for good.
    pub(super) fn is_final(&self, draft: &DraftInfo) -> bool {
        match self {
            Self::Ended(ending) => {
                ending.is_clean()
                    && ending.code.is_some()
                    && ending.code == draft.local_codes.normal
            }
            Self::Failed(_) | Self::Over => false,
        }
    }
}

/// A closing handshake.
fn clean(ending: &Ending, draft: &DraftInfo, left: bool, screen: &Screen) -> Outcome {
    let codes = &draft.local_codes;
    let has_codes = draft
        .closing
        .is_some_and(|closing| closing.body == CloseBody::Status);
    let code = ending.code.filter(|_| has_codes);
    if left || ending.by == Role::Client {
        return Outcome::Fine;
    }
    screen.log(&closed(code, draft));
    let expected = [codes.normal, codes.going_away, codes.no_status];
    Outcome::findings(code.is_some_and(|code| !expected.contains(&Some(code))))
}

/// The server closed the connection with this code, if it is known.
pub(super) fn closed(code: Option<u16>, draft: &DraftInfo) -> String {
    let said = match code {
        Some(code) if Some(code) == draft.local_codes.no_status => " without a close code".into(),
        Some(code) => format!(" with {}", named(code, draft)),
        None => String::new(),
    };
    format!("the server closed the connection{said}")
}

/// A close code, with its name and meaning in the draft.
fn named(code: u16, draft: &DraftInfo) -> String {
    let mut known = draft.close_codes.iter();
    match known.find(|known| known.code == code) {
        Some(known) => format!("{code}, {}: {}", known.name, known.meaning),
        None => format!("{code}, which {} does not define", draft.short),
    }
}

/// An end without a closing handshake.
fn vanished(partial: bool, draft: &DraftInfo, url: &str, screen: &Screen) {
    let within = if partial {
        ", in the middle of a message"
    } else {
        ""
    };
    let code = draft.local_codes.abnormal;
    let reported = code.map_or_else(String::new, |code| {
        format!(" A browser reports this as {code}.")
    });
    screen.log(&format!(
        "no close frame came: the server, or something in between, disconnected{within}.{reported}"
    ));
    let explain = code.map_or_else(String::new, |code| {
        format!("`wsdraft explain {code}` lists the usual causes; ")
    });
    screen.log(&format!(
        "{explain}`wsdraft proxy --listen 127.0.0.1:0 --upstream {url}` checks what both ends send before"
    ));
}

/// The end of a channel without a closing handshake.
fn dropped(partial: bool, fate: &Fate, screen: &Screen) -> Result<(), Failure> {
    let within = if partial {
        ", in the middle of a message"
    } else {
        ""
    };
    match fate.report(Role::Client) {
        Some(report) => screen.event(&Event::Dropped(report)),
        None => {
            let why = "no close frame came: the channel has ended with the connection";
            screen.log(&format!("{why}{within}"));
            Ok(())
        }
    }
}

fn failed(error: &Error, screen: &Screen) -> Result<Outcome, Failure> {
    match error.violation() {
        Some(violation) => {
            screen.event(&Event::Violation(ViolationReport::new(violation)))?;
        }
        None => screen.log(&error.to_string()),
    }
    Ok(Outcome::Findings)
}

/// The worse of two outcomes.
pub(super) fn worse(one: Outcome, other: Outcome) -> Outcome {
    Outcome::findings(one == Outcome::Findings || other == Outcome::Findings)
}

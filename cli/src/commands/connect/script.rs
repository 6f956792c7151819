//! What the user has to say on a connection.

use std::time::Duration;

use wsdraft::{
    Config, Connection, ConnectionError, MessageRef, Misuse, OsEntropy,
    frame::Session,
    info::{CloseBody, DraftInfo},
};

use crate::{failure::Failure, output, specs::Spoken};

/// What to send, and for how long to wait for answers.
pub(super) struct Script<'a> {
    pub(super) texts: &'a [String],
    pub(super) binaries: Vec<Vec<u8>>,
    pub(super) ping: Option<&'a str>,
    /// The code to close with.
    pub(super) close: Option<u16>,
    pub(super) patience: Duration,
}

impl Script<'_> {
    /// Finds what the draft cannot send before there is a connection, on ends that lead nowhere.
    pub(super) fn rehearse(&self, draft: Spoken) -> Result<(), Failure> {
        let try_out = |act: &dyn Fn(&mut Connection<Spoken>) -> Result<(), ConnectionError>| {
            let config = Config::default();
            let mut end = Connection::client(draft, Session::default(), OsEntropy, config);
            note(draft.info(), &act(&mut end))
        };
        for message in self.messages() {
            try_out(&|end| end.send(message))?;
        }
        if let Some(ping) = self.ping {
            try_out(&|end| end.ping(ping.as_bytes()))?;
        }
        let Some(code) = self.close else {
            return Ok(());
        };
        let info = draft.info();
        if info
            .closing
            .is_none_or(|closing| closing.body != CloseBody::Status)
        {
            output::log(&format!(
                "{} has no close codes: {code} is not sent",
                info.short
            ));
        }
        try_out(&|end| end.close(code, ""))
    }

    /// The messages, in the order in which they are sent.
    pub(super) fn messages(&self) -> impl Iterator<Item = MessageRef<'_>> {
        let texts = self.texts.iter().map(|text| MessageRef::Text(text));
        let binaries = self.binaries.iter();
        texts.chain(binaries.map(|bytes| MessageRef::Binary(bytes)))
    }
}

/// Whether what was to be sent is this draft's to send.
pub(super) fn note(draft: &DraftInfo, done: &Result<(), ConnectionError>) -> Result<(), Failure> {
    match done {
        Err(ConnectionError::Misuse(misuse)) if *misuse != Misuse::Closed => {
            Err(Failure::input(format!("{}: {misuse}", draft.short)))
        }
        Err(ConnectionError::Entropy) => Err(Failure::input(ConnectionError::Entropy.to_string())),
        _ => Ok(()),
    }
}

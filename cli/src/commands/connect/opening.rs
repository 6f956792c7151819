//! Opens a connection, and has the user's say on it.

use std::io;

use tokio::time::timeout;
use wsdraft::{
    Error,
    handshake::{Address, client::ClientError},
    tokio::{Connector, tls::Tls},
};

use super::{
    script::Script,
    talk::{Talk, show},
};
use crate::{
    events::{AgreedExtension, Event, ViolationReport},
    failure::Failure,
    outcome::Outcome,
    output::{self, Output},
    specs::Spoken,
};

/// What is to be done, read and checked.
pub(super) struct Opening<'a> {
    pub(super) address: Address,
    pub(super) connector: Connector<Spoken>,
    pub(super) tls: Tls,
    /// Drafts to try when the server does not speak the first one.
    pub(super) others: Vec<Spoken>,
    pub(super) script: Script<'a>,
    /// Whether extensions were asked for.
    pub(super) offers: bool,
}

impl Opening<'_> {
    /// Connects, sends, prints what comes, and closes.
    pub(super) async fn carry_out(&self, output: Output) -> Result<Outcome, Failure> {
        let open = || async {
            timeout(self.script.patience, self.tls.open(&self.address))
                .await
                .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
        };
        let opened = self
            .connector
            .connect_common(&self.address, &self.others, open)
            .await;
        let socket = match opened {
            Ok(socket) => socket,
            Err(error) => return self.not_opened(&error, output),
        };
        let draft = socket.connection().info().short;
        let opened = Event::Open {
            draft,
            subprotocol: socket.subprotocol().map(ToOwned::to_owned),
            extensions: socket.connection().agreed().header().map(ToOwned::to_owned),
            agreed: AgreedExtension::list(socket.connection().agreed()),
        };
        if output.is_json() && self.offers {
            output.event(&opened)?;
        }
        output::log(&opened.to_string());
        let mut talk = Talk::new(socket, output, self.script.patience);
        let outcome = talk.hold(&self.script).await;
        talk.leave().await;
        outcome
    }

    /// Says why there is no connection.
    fn not_opened(&self, error: &Error, output: Output) -> Result<Outcome, Failure> {
        let event = match error {
            Error::Handshake(failed) => match &failed.cause {
                ClientError::Violation(violation) => {
                    Event::Violation(ViolationReport::new(violation))
                }
                ClientError::Refused {
                    status,
                    reason,
                    versions,
                    fields,
                    body,
                } => Event::Refused {
                    status: *status,
                    reason: reason.clone(),
                    versions: versions.clone(),
                    fields: fields
                        .iter()
                        .map(|field| {
                            let value = String::from_utf8_lossy(field.value);
                            (field.name.to_owned(), value.into_owned())
                        })
                        .collect(),
                    body: String::from_utf8_lossy(body).into_owned(),
                },
                error => return Err(Failure::input(format!("{}: {error}", self.address))),
            },
            _ => return Err(Failure::input(format!("{}: {error}", self.address))),
        };
        show(&event, output)?;
        Ok(Outcome::Findings)
    }
}

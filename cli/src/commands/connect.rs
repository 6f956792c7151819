//! `wsdraft connect`: a client in any draft.

use std::{io, path::Path, time::Duration};

use tokio::time::timeout;
use wsdraft::{
    Config, Connection, Draft, Error as CoreError, Limits, MessageRef, Misuse, OsEntropy, Policy,
    extension::{Extensions, elements},
    frame::Session,
    handshake::{Address, check_field, client::ClientError},
    info::{CloseBody, DraftInfo, Purpose},
    tokio::{Connector, Error, tls::Tls},
};

mod talk;

use self::talk::Talk;
use crate::{
    Outcome,
    arguments::Compressing,
    events::{AgreedExtension, Event, ViolationReport},
    failure::Failure,
    input,
    output::{self, Output},
    specs::Specs,
    tls::{self, Trust},
};

type Spoken = &'static dyn Draft;

/// What the user asked for.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) url: &'a str,
    pub(crate) draft: Option<&'a str>,
    pub(crate) send: &'a [String],
    pub(crate) binary: &'a [String],
    pub(crate) ping: Option<&'a str>,
    pub(crate) close: Option<u16>,
    pub(crate) timeout: f64,
    pub(crate) origin: Option<&'a str>,
    pub(crate) subprotocols: &'a [String],
    pub(crate) cookie: Option<&'a str>,
    pub(crate) headers: &'a [String],
    pub(crate) allow: &'a [String],
    pub(crate) extensions: Option<&'a str>,
    pub(crate) compression: Compressing,
    pub(crate) retry: bool,
    pub(crate) insecure: bool,
    pub(crate) ca: Option<&'a Path>,
}

impl<'a> Asked<'a> {
    /// Which certificates are trusted.
    fn trust(&self, address: &Address) -> Trust<'a> {
        match (self.insecure, self.ca) {
            _ if !address.is_secure() => Trust::Nothing,
            (true, _) => Trust::Anything,
            (false, Some(file)) => Trust::File(file),
            (false, None) => Trust::System,
        }
    }
}

/// Name and value of a header field that the user gives.
fn field(header: &str) -> Result<(&str, &str), Failure> {
    let (name, value) = header.split_once(':').ok_or_else(|| {
        Failure::input(format!("--header: {header:?} has no colon after the name"))
    })?;
    let (name, value) = (name.trim(), value.trim());
    check_field(name, value)
        .map_err(|misuse| Failure::input(format!("--header {header:?}: {misuse}")))?;
    Ok((name, value))
}

/// Connects, sends, prints what comes, and closes.
pub(crate) fn run(specs: &Specs, asked: &Asked<'_>, output: &Output) -> Result<Outcome, Failure> {
    let plan = Plan::new(specs, asked)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::io("the async runtime"))?;
    let outcome = runtime.block_on(plan.carry_out(output));
    // A name lookup that still runs holds up nothing.
    runtime.shutdown_background();
    outcome
}

/// What is to be done, read and checked.
struct Plan<'a> {
    address: Address,
    connector: Connector<Spoken>,
    tls: Tls,
    /// Drafts to try when the server does not speak the first one.
    others: Vec<Spoken>,
    texts: &'a [String],
    binaries: Vec<Vec<u8>>,
    ping: Option<&'a str>,
    close: Option<u16>,
    patience: Duration,
    /// Whether extensions were asked for.
    offers: bool,
}

impl<'a> Plan<'a> {
    fn new(specs: &Specs, asked: &Asked<'a>) -> Result<Self, Failure> {
        let address: Address = asked
            .url
            .parse()
            .map_err(|error| Failure::input(format!("{}: {error}", asked.url)))?;
        let patience = Duration::try_from_secs_f64(asked.timeout)
            .map_err(|error| Failure::input(format!("--timeout: {error}")))?;
        let all = specs.spoken_by_age()?;
        let newest = all.last().copied();
        let draft = match asked.draft {
            Some(name) => specs.spoken(name)?,
            None => newest.ok_or_else(|| Failure::input("there is no draft to speak"))?,
        };
        let mut limits = Limits::default();
        (limits.handshake, limits.close) = (patience, patience);
        let others = if asked.retry { all } else { Vec::new() };
        let spoken = [&[draft][..], &others].concat();
        let policy = Policy::relaxed(specs.relaxed(&spoken, asked.allow)?);
        let mut connector = Connector::new(draft).limits(limits).policy(policy);
        let scheme = if address.is_secure() { "https" } else { "http" };
        // As a page of the server's would: some drafts ask for an origin.
        let origin = asked.origin.map_or_else(
            || format!("{scheme}://{}", address.authority()),
            ToOwned::to_owned,
        );
        connector = connector.origin(origin);
        if let Some(cookie) = asked.cookie {
            connector = connector.cookie(cookie);
        }
        for subprotocol in asked.subprotocols {
            connector = connector.subprotocol(subprotocol);
        }
        if let Some(offer) = asked.extensions {
            let (offer, dialects) = specs.extension_list(offer)?;
            let ours = Extensions::offered(&offer, &dialects);
            check_offer(draft.info(), &offer, &ours)?;
            connector = connector
                .extensions(asked.compression.apply(ours))
                .extension_offer(offer);
        }
        for header in asked.headers {
            let (name, value) = field(header)?;
            connector = connector.field(name, value);
        }
        let binaries = asked.binary.iter().map(|digits| input::from_hex(digits));
        let plan = Self {
            connector,
            tls: tls::client(asked.trust(&address))?,
            others,
            texts: asked.send,
            binaries: binaries.collect::<Result<_, _>>()?,
            ping: asked.ping,
            close: asked.close,
            patience,
            offers: asked.extensions.is_some(),
            address,
        };
        if plan.others.is_empty() {
            plan.rehearse(draft)?;
        }
        Ok(plan)
    }

    /// Finds what the draft cannot send before there is a connection, on ends that lead nowhere.
    fn rehearse(&self, draft: Spoken) -> Result<(), Failure> {
        let try_out = |act: &dyn Fn(&mut Connection<Spoken>) -> Result<(), CoreError>| {
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

    fn messages(&self) -> impl Iterator<Item = MessageRef<'_>> {
        let texts = self.texts.iter().map(|text| MessageRef::Text(text));
        let binaries = self.binaries.iter();
        texts.chain(binaries.map(|bytes| MessageRef::Binary(bytes)))
    }

    async fn carry_out(&self, output: &Output) -> Result<Outcome, Failure> {
        let open = || async {
            timeout(self.patience, self.tls.open(&self.address))
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
        let mut talk = Talk::new(socket, output, self.patience);
        let outcome = talk.hold(self).await;
        talk.leave().await;
        outcome
    }

    /// Says why there is no connection.
    fn not_opened(&self, error: &Error, output: &Output) -> Result<Outcome, Failure> {
        let event = match error {
            Error::Handshake(error) => match &**error {
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
                    fields: fields.clone(),
                    body: String::from_utf8_lossy(body).into_owned(),
                },
                _ => return Err(Failure::input(format!("{}: {error}", self.address))),
            },
            _ => return Err(Failure::input(format!("{}: {error}", self.address))),
        };
        show(&event, output)?;
        Ok(Outcome::Findings)
    }
}

/// Refuses an offer that breaks the rules of what it offers; says what the draft cannot offer.
fn check_offer(draft: &'static DraftInfo, offer: &str, ours: &Extensions) -> Result<(), Failure> {
    ours.check_offer(draft, offer)
        .map_err(|violation| Failure::input(format!("--extensions: {violation}")))?;
    let short = draft.short;
    if draft.request_header(Purpose::Extensions).is_none() {
        output::log(&format!(
            "{short} negotiates no extensions: none is offered"
        ));
        return Ok(());
    }
    for element in elements(offer) {
        let token = element.token.as_str();
        let mut named = ours.supported().filter(|info| info.tokens.contains(&token));
        if !named.any(|info| info.fits(draft)) {
            output::log(&format!(
                "{short} has no room for what {token} claims of frames"
            ));
        }
    }
    Ok(())
}

fn show(event: &Event, output: &Output) -> Result<(), Failure> {
    if output.is_json() {
        output.event(event)
    } else {
        output.line(&event.to_string())
    }
}

/// Whether what was to be sent is this draft's to send.
fn note(draft: &DraftInfo, done: &Result<(), CoreError>) -> Result<(), Failure> {
    match done {
        Err(CoreError::Misuse(misuse)) if *misuse != Misuse::Closed => {
            Err(Failure::input(format!("{}: {misuse}", draft.short)))
        }
        Err(CoreError::Entropy) => Err(Failure::input(CoreError::Entropy.to_string())),
        _ => Ok(()),
    }
}

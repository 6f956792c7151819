//! `wsdraft connect`: a client in any draft.

use std::time::Duration;

use clap::Args;
use wsdraft::{
    Limits, Policy, Role,
    extension::{Extensions, elements},
    handshake::{Address, check_field},
    info::{DraftInfo, Purpose},
    tokio::Connector,
};

mod opening;
mod script;
mod talk;

use self::{opening::Opening, script::Script};
use crate::{
    failure::Failure,
    flags::{Certificates, Compression},
    input,
    outcome::Outcome,
    output::{self, Output},
    specs::{Specs, Spoken},
    tls,
};

/// Open a connection, send messages, print what is received, and close.
///
/// The command sends texts first, then bytes, then the ping. It closes the connection when it has
/// received the pong and as many messages as it sent, or when the timeout expires. With nothing to
/// send and no `--close`, it prints what it receives until the timeout expires.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// URL to connect to, with the scheme `ws` or `wss`.
    url: String,
    /// Draft to use; the newest by default.
    #[arg(long)]
    draft: Option<String>,
    /// Text to send; can be repeated.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    send: Vec<String>,
    /// Bytes to send, in hex; can be repeated.
    #[arg(long, value_name = "HEX")]
    binary: Vec<String>,
    /// Send a ping with this text.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    ping: Option<String>,
    /// Close code to send; by default the draft's code for a normal closure.
    #[arg(long, value_name = "CODE")]
    close: Option<u16>,
    /// Timeout in seconds.
    ///
    /// It applies separately to the opening of the connection, to the responses and to the closing
    /// of the connection. What the server sends in the meantime does not extend it.
    #[arg(long, value_name = "S", default_value_t = 10.0)]
    timeout: f64,
    /// Origin to state in the request; by default that of the server itself.
    #[arg(long)]
    origin: Option<String>,
    /// Subprotocol to offer; can be repeated, in order of preference.
    #[arg(long, value_name = "NAME")]
    subprotocol: Vec<String>,
    /// Cookies to send.
    #[arg(long)]
    cookie: Option<String>,
    /// Additional header field to send; can be repeated. It replaces a field of the same name that
    /// the request already has, such as Host.
    #[arg(long, value_name = "NAME: VALUE")]
    header: Vec<String>,
    /// Id of a rule, of a draft or of an extension, that the server may violate; can be repeated.
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
    /// Extensions to offer, as the value of the header field.
    ///
    /// The client applies the parameters of its own compressor even if the server does not request
    /// them.
    #[arg(long, value_name = "VALUE")]
    extensions: Option<String>,
    #[command(flatten)]
    compression: Compression,
    /// If the server refuses the draft and lists versions, try the newest one that both support.
    #[arg(long)]
    retry: bool,
    #[command(flatten)]
    certificates: Certificates,
}

/// Connects, sends, prints what comes, and closes.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let opening = opening(arguments, specs)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::io("the async runtime"))?;
    let outcome = runtime.block_on(opening.carry_out(output));
    // A name lookup that still runs holds up nothing.
    runtime.shutdown_background();
    outcome
}

/// Reads and checks what is to be done.
fn opening<'a>(arguments: &'a Arguments, specs: &Specs) -> Result<Opening<'a>, Failure> {
    let url = &arguments.url;
    let address: Address = url
        .parse()
        .map_err(|error| Failure::input(format!("{url}: {error}")))?;
    let patience = Duration::try_from_secs_f64(arguments.timeout)
        .map_err(|error| Failure::input(format!("--timeout: {error}")))?;
    let all = specs.spoken_by_age()?;
    let newest = all.last().copied();
    let draft = match &arguments.draft {
        Some(name) => specs.spoken(name)?,
        None => newest.ok_or_else(|| Failure::input("no draft is available"))?,
    };
    let others = if arguments.retry { all } else { Vec::new() };
    let spoken = [&[draft][..], &others].concat();
    let policy = Policy::relaxed(specs.relaxed(&spoken, &arguments.allow, Role::Server)?);
    let mut limits = Limits::default();
    (limits.handshake, limits.close) = (patience, patience);
    let connector = Connector::new(draft).limits(limits).policy(policy);
    let connector = request(connector, draft.info(), arguments, specs, &address)?;
    let binaries = arguments.binary.iter();
    let binaries = binaries.map(|digits| input::from_hex(digits));
    let opening = Opening {
        connector,
        tls: tls::client(arguments.certificates.trust(&address))?,
        others,
        script: Script {
            texts: &arguments.send,
            binaries: binaries.collect::<Result<_, _>>()?,
            ping: arguments.ping.as_deref(),
            close: arguments.close,
            patience,
        },
        offers: arguments.extensions.is_some(),
        address,
    };
    if opening.others.is_empty() {
        opening.script.rehearse(draft)?;
    }
    Ok(opening)
}

/// Sets what the request says.
fn request(
    mut connector: Connector<Spoken>,
    draft: &'static DraftInfo,
    arguments: &Arguments,
    specs: &Specs,
    address: &Address,
) -> Result<Connector<Spoken>, Failure> {
    let scheme = if address.is_secure() { "https" } else { "http" };
    // As a page of the server's would: some drafts ask for an origin.
    let origin = arguments.origin.clone();
    let origin = origin.unwrap_or_else(|| format!("{scheme}://{}", address.authority()));
    connector = connector.origin(origin);
    if let Some(cookie) = &arguments.cookie {
        connector = connector.cookie(cookie);
    }
    for subprotocol in &arguments.subprotocol {
        connector = connector.subprotocol(subprotocol);
    }
    if let Some(offer) = &arguments.extensions {
        let (offer, dialects) = specs.extension_list(offer)?;
        let ours = Extensions::offered(&offer, &dialects);
        check_offer(draft, &offer, &ours)?;
        connector = connector
            .extensions(arguments.compression.apply(ours))
            .extension_offer(offer);
    }
    for header in &arguments.header {
        let (name, value) = field(header)?;
        connector = connector.field(name, value);
    }
    Ok(connector)
}

/// Name and value of a header field that the user gives.
pub(crate) fn field(header: &str) -> Result<(&str, &str), Failure> {
    let (name, value) = header.split_once(':').ok_or_else(|| {
        Failure::input(format!("--header: {header:?} has no colon after the name"))
    })?;
    let (name, value) = (name.trim(), value.trim());
    check_field(name, value)
        .map_err(|misuse| Failure::input(format!("--header {header:?}: {misuse}")))?;
    Ok((name, value))
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

//! What the request of a connection says, and those of its channels.

use wsdraft::{
    handshake::{Address, check_field},
    info::DraftInfo,
    tokio::Connector,
};

use super::{Arguments, offer};
use crate::{
    failure::Failure,
    specs::{Specs, Spoken},
};

/// Sets what the request says; returns what opens the channels of the connection, too, if there are to
/// be some.
pub(super) fn request(
    connector: Connector<Spoken>,
    draft: &'static DraftInfo,
    arguments: &Arguments,
    specs: &Specs,
    address: &Address,
) -> Result<(Connector<Spoken>, Option<Connector<Spoken>>), Failure> {
    let scheme = if address.is_secure() { "https" } else { "http" };
    // As a page of the server's would: some drafts ask for an origin.
    let origin = arguments.origin.clone();
    let origin = origin.unwrap_or_else(|| format!("{scheme}://{}", address.authority()));
    let mut connector = connector.origin(origin);
    if let Some(cookie) = &arguments.cookie {
        connector = connector.cookie(cookie);
    }
    for subprotocol in &arguments.subprotocol {
        connector = connector.subprotocol(subprotocol);
    }
    for header in &arguments.header {
        let (name, value) = field(header)?;
        connector = connector.field(name, value);
    }
    let carries = arguments.channels.is_some();
    let Some(offer) = &arguments.extensions else {
        return match carries {
            true => Err(offer::none_carries()),
            false => Ok((connector, None)),
        };
    };
    let (offer, ours) = offer::read(draft, offer, specs, carries)?;
    let ours = arguments.compression.apply(ours);
    let inner = connector.clone().extensions(ours.of_channels());
    let outer = connector.extensions(ours).extension_offer(offer);
    Ok((outer, carries.then_some(inner)))
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

//! Extensions that a user has the client offer.

use wsdraft::{
    extension::{Extensions, elements},
    info::{DraftInfo, Purpose},
};

use crate::{failure::Failure, output, specs::Specs};

/// Reads an offer, and refuses one that cannot be made. `carries` is whether channels are to be opened.
pub(super) fn read(
    draft: &'static DraftInfo,
    value: &str,
    specs: &Specs,
    carries: bool,
) -> Result<(String, Extensions), Failure> {
    let (offer, mut dialects) = specs.extension_list(value, true)?;
    // Several dialects have one token, and some of them are data alone.
    dialects.retain(|info| info.runs() || info.carries());
    let ours = Extensions::offered(&offer, &dialects);
    let ours = match dialects.iter().find(|info| info.carries()) {
        Some(_) if carries => ours.with_channels(),
        Some(carrier) => {
            let mut names = elements(value).map(|element| element.token);
            let called = |name: &str| carrier.short == name || carrier.tokens.contains(&name);
            let name = names.find(|name| called(name.as_str()));
            let name = name.as_ref().map_or(carrier.short, |name| name.as_str());
            return Err(Failure::input(format!(
                "--extensions: {name} carries channels, and --channels says how many"
            )));
        }
        None if carries => return Err(none_carries()),
        None => ours,
    };
    check(draft, (value, &offer), &ours)?;
    Ok((offer, ours))
}

/// There is nothing that could carry channels.
pub(super) fn none_carries() -> Failure {
    Failure::input("--channels: no extension of --extensions carries any")
}

/// Refuses an offer that breaks the rules of what it offers; says what the draft cannot offer.
fn check(
    draft: &'static DraftInfo,
    (given, offer): (&str, &str),
    ours: &Extensions,
) -> Result<(), Failure> {
    ours.check_offer(draft, offer)
        .map_err(|violation| Failure::value("--extensions", (given, offer), &violation))?;
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

//! Extensions that a user has the client offer.

use wsdraft::{
    extension::{Extensions, elements},
    info::{DraftInfo, Purpose},
};

use crate::{failure::Failure, output};

/// Refuses an offer that breaks the rules of what it offers; says what the draft cannot offer.
pub(super) fn check(
    draft: &'static DraftInfo,
    offer: &str,
    ours: &Extensions,
) -> Result<(), Failure> {
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

//! Tells a client something, outside of the cases.

use wsdraft::info::Kind;

use crate::{
    farewell::part,
    frames::control,
    opening::{NoRequest, hear},
    setup::Setup,
    talk::Talk,
    usual::agree,
    wire::Wire,
};

/// Accepts a client's request, whatever rule it breaks, sends a message, and closes.
///
/// # Errors
/// Why the client could not be told, in words that follow "the client".
pub async fn tell<W: Wire>(setup: &Setup, text: Option<&str>, wire: &mut W) -> Result<(), String> {
    let mut talk = Talk::new(setup, wire);
    let request = hear(&mut talk).await.map_err(|none| match none {
        NoRequest::Nothing(seen) => format!("sends no request: it {}", seen.said()),
        NoRequest::Unreadable(why) => format!("sends a request that cannot be read: {why}"),
    })?;
    agree(&mut talk, &request)
        .await
        .map_err(|judgement| judgement.why)?;
    if let Some(text) = text {
        let message = control(&talk.pen, Kind::Text, text.as_bytes());
        talk.send(&message).await;
    }
    part(&mut talk).await;
    Ok(())
}

//! The analysis of complete records, connection by connection.

mod connections;
mod directions;
mod har;
mod tally;
mod transcripts;

use self::connections::Connections;
pub use self::{directions::Directions, tally::Tally};
use std::rc::Rc;

use wsdraft::Role;

use crate::{
    analyser::Analyser,
    bytes::Source,
    capture::{Format, Found, Packets, find, transcripts},
    error::Error,
    finding::Sink,
    settings::Settings,
};

/// Analyses the connections of a capture, [`Format::Pcap`] or
/// [`Format::Pcapng`].
///
/// # Errors
/// Returns an error if reading fails, if the file is damaged, or if the sink has stopped.
pub fn packets(
    source: &mut Source,
    settings: &Rc<Settings>,
    tally: &mut Tally,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let mut connections = Connections::new(settings.clone(), source.name().into());
    let mut packets = Packets::new(source)?;
    while let Some(packet) = packets.next()? {
        tally.shortened += u64::from(packet.bytes.len() < packet.length);
        match find(&packet) {
            Found::Segment(segment) => connections.segment(&segment, &packet, tally, sink)?,
            Found::Unread => *tally.unread.entry(packet.link).or_default() += 1,
            Found::Fragment => tally.fragments += 1,
            Found::Other => {}
        }
    }
    tally.cut |= packets.is_cut();
    connections.finish(tally, sink)
}

/// Analyses the connections of an HTTP archive.
///
/// # Errors
/// Returns an error if reading fails, if the file is not an HTTP archive, or if the sink has
/// stopped.
pub fn har(
    source: &mut Source,
    settings: &Rc<Settings>,
    tally: &mut Tally,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    har::analyse(source, settings, tally, sink)
}

/// Analyses the connections of a text that another program printed: [`Format::Stream`],
/// [`Format::Curl`] or [`Format::Mitmproxy`]. `from` sent what comes first, where a stream does not
/// begin with a request or a response.
///
/// # Errors
/// Returns an error if reading fails, if the text has not this format, or if the sink has stopped.
pub fn printed(
    source: &mut Source,
    format: Format,
    from: Option<Role>,
    settings: &Rc<Settings>,
    tally: &mut Tally,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let text = source.read_all()?;
    let name = source.name();
    let found = transcripts(format, &String::from_utf8_lossy(&text), from)
        .map_err(|why| Error::invalid(format!("{name}: {why}")))?;
    transcripts::analyse(found, name, settings, tally, sink)
}

/// Analyses a file in which the response follows the request, as Wireshark saves both directions of
/// a stream; returns whether it is one. Nothing tells who sent the frames behind them, which are not
/// checked. `mends` says that heads with LF alone are read as a paste left them.
///
/// # Errors
/// Returns an error if reading fails, or if the sink has stopped.
pub fn both(
    source: &mut Source,
    mends: bool,
    settings: &Rc<Settings>,
    tally: &mut Tally,
    sink: &mut Sink<'_>,
) -> Result<bool, Error> {
    let Some(transcript) = transcripts::both(source, mends, settings)? else {
        return Ok(false);
    };
    transcripts::analyse(vec![transcript], source.name(), settings, tally, sink)?;
    Ok(true)
}

/// Analyses the bytes of one connection.
///
/// # Errors
/// Returns an error if reading fails, if there is no draft, or if the sink has stopped.
pub fn directions(
    directions: Directions,
    settings: &Rc<Settings>,
    tally: &mut Tally,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let name = directions.name().to_owned();
    let mut analyser = Analyser::new(settings.clone(), name);
    directions.analyse(&mut analyser, settings, sink)?;
    tally.count(analyser.protocol());
    Ok(())
}

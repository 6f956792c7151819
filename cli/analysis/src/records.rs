//! The analysis of complete records, connection by connection.

mod connections;
mod directions;
mod har;
mod tally;

use self::connections::Connections;
pub use self::{directions::Directions, tally::Tally};
use std::rc::Rc;

use crate::{
    analyser::Analyser,
    bytes::Source,
    capture::{Found, Packets, find},
    error::Error,
    finding::Sink,
    settings::Settings,
};

/// Analyses the connections of a capture, [`Format::Pcap`](crate::capture::Format::Pcap) or
/// [`Format::Pcapng`](crate::capture::Format::Pcapng).
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

/// Analyses the bytes of one connection.
///
/// # Errors
/// Returns an error if reading fails, if the draft is not known, or if the sink has stopped.
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

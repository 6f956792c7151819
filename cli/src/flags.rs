//! Flags that several subcommands have.

mod access;
mod colour;
mod compression;
mod destination;
mod end;
mod findings;
pub(crate) mod heading;
mod lines;
mod listen;
mod seconds;
mod style;
mod trust;

pub(crate) use self::{
    access::{Access, hint, hint_of},
    colour::Colour,
    compression::Compression,
    destination::Destination,
    end::End,
    findings::Findings,
    lines::Lines,
    listen::listen,
    seconds::seconds,
    style::Style,
    trust::Certificates,
};

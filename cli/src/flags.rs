//! Flags that several subcommands have.

mod access;
mod colour;
mod compression;
mod destination;
mod end;
mod findings;
mod lines;
mod trust;

pub(crate) use self::{
    access::{Access, hint, hint_of},
    colour::Colour,
    compression::Compression,
    destination::Destination,
    end::End,
    findings::Findings,
    lines::Lines,
    trust::Certificates,
};

//! Handshakes that leave out fields, because something else does their work: another version of HTTP,
//! or a connection that is already open.

use alloc::vec::Vec;

use crate::protocol::fields::{Field, Fields};

/// The given fields, and those of a model for what they leave out.
pub(crate) fn completed<'f>(
    model: &Fields<'f>,
    given: impl Iterator<Item = Field<'f>>,
    leaves_out: impl Fn(&str) -> bool,
) -> Vec<Field<'f>> {
    let own = model.iter().filter(|field| leaves_out(field.name));
    let own = own.map(|field| Field { offset: 0, ..field });
    own.chain(given.filter(|field| !leaves_out(field.name)))
        .collect()
}

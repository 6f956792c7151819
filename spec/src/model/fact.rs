//! The evidence that every fact has.

use super::*;

/// An item with evidence.
pub trait Fact {
    /// The sources of the item.
    fn evidence(&self) -> &[Evidence];

    /// Adds stronger evidence at the front.
    fn cite(&mut self, evidence: &[Evidence]);
}

macro_rules! facts {
    ($($name:ident),*) => {$(
        impl $crate::model::Fact for $name {
            fn evidence(&self) -> &[$crate::vocabulary::Evidence] {
                &self.evidence
            }

            fn cite(&mut self, evidence: &[$crate::vocabulary::Evidence]) {
                self.evidence.retain(|present| !evidence.contains(present));
                self.evidence.splice(0..0, evidence.iter().cloned());
            }
        }
    )*};
}

pub(crate) use facts;

facts!(
    Change,
    RequestLine,
    StatusLine,
    Header,
    RequestBody,
    ResponseBody,
    SessionKey,
    Bootstraps,
    Sign,
    Layout,
    Masking,
    Opcode,
    Closing,
    CloseCode,
    CloseRanges,
    Rule
);

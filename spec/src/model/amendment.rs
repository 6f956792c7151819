//! Amendments: changes to single fields of an inherited fact, with evidence.

use std::fmt::Debug;

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};

use super::*;

/// A fact whose fields can be changed one by one.
pub trait Amend: Fact + Sized {
    /// The changed fields with their new values, and the evidence.
    type Amendment: Fact + Clone + Debug + PartialEq + Serialize + DeserializeOwned;

    /// Returns the fact with these fields changed and with this evidence instead of its own. The
    /// position among other facts is not copied: it belongs to the draft that stated it.
    #[must_use]
    fn amended(&self, by: &Self::Amendment) -> Self;

    /// Names of the fields that an amendment states, and whether each field already has the stated
    /// value.
    fn stated(&self, by: &Self::Amendment) -> Vec<(&'static str, bool)>;
}

/// Reads the value of a stated field, even if the value is `None`.
pub(crate) fn stated<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Defines the amendment of each fact. The fact is destructured completely, so no field can be
/// forgotten. The fields after the semicolon cannot be amended.
macro_rules! amendments {
    ($($amendment:ident of $fact:ident { $($field:ident: $type:ty),* $(; $kept:ident)? })*) => {$(
        #[doc = concat!("What changes of a [`", stringify!($fact), "`].")]
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $amendment {
            $(
                #[doc = concat!("[`", stringify!($fact), "::", stringify!($field), "`], if it changes.")]
                #[serde(
                    default,
                    deserialize_with = "crate::model::amendment::stated",
                    skip_serializing_if = "Option::is_none"
                )]
                pub $field: Option<$type>,
            )*
            /// Evidence for the amended fact.
            #[serde(deserialize_with = "crate::sources::list")]
            pub evidence: Vec<Evidence>,
        }

        impl $crate::model::Amend for $fact {
            type Amendment = $amendment;

            fn amended(&self, by: &$amendment) -> Self {
                let Self { $($field,)* $($kept: _,)? evidence: _ } = self;
                Self {
                    $($field: by.$field.as_ref().unwrap_or($field).clone(),)*
                    $($kept: None,)?
                    evidence: by.evidence.clone(),
                }
            }

            fn stated(&self, by: &$amendment) -> Vec<(&'static str, bool)> {
                let mut stated = Vec::new();
                $(
                    if let Some(value) = &by.$field {
                        stated.push((stringify!($field), *value == self.$field));
                    }
                )*
                stated
            }
        }

        $crate::model::facts!($amendment);
    )*};
}

pub(crate) use amendments;

amendments! {
    RequestLineAmendment of RequestLine {
        method: String, minor_version: u8, absolute: Vec<String>
    }
    StatusLineAmendment of StatusLine { status: u16, reason: String }
    HeaderAmendment of Header { purpose: Purpose, value: Grammar, send: Source; before }
    RequestBodyAmendment of RequestBody { length: usize }
    ResponseBodyAmendment of ResponseBody { value: Expr }
    SessionKeyAmendment of SessionKey { value: Expr }
    BootstrapsAmendment of Bootstraps { extensions: Vec<String> }
    SignAmendment of Sign { header: String, test: SignTest }
    LayoutAmendment of Layout { form: Form }
    MaskingAmendment of Masking { by: Role, covers: Cover, key: Expr }
    OpcodeAmendment of Opcode { value: u8, kind: Kind, only_empty: bool }
    ClosingAmendment of Closing { body: CloseBody, reply: CloseReply }
    CloseCodeAmendment of CloseCode {
        name: String, meaning: String, on_wire: bool, by: Option<Role>, local: Option<CodeUse>
    }
    CloseRangesAmendment of CloseRanges { ranges: Vec<CodeRange> }
    RuleAmendment of Rule {
        variant: String, level: Level, scope: Scope, by: Option<Role>, when: Predicate,
        require: Predicate, otherwise: Outcome, summary: String; before
    }
}

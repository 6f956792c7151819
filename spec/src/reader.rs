//! Reads RON into values.
//!
//! It understands what files of the database are made of and nothing else of RON, and it reads the
//! built-in files several times as fast as the crate `ron`. Its errors are those of `ron`, at the
//! same places, or where the wrong value is if `ron` names what stands before it.

use std::borrow::Cow;

use ron::Error;
use serde::{
    Deserializer,
    de::{DeserializeOwned, DeserializeSeed, EnumAccess, VariantAccess, Visitor},
    forward_to_deserialize_any,
};

pub(crate) use self::fault::Fault;
use self::{
    fault::{in_enum, in_struct, not_a_group},
    parts::Parts,
    scan::Scanner,
};

mod fault;
mod parts;
mod scan;
#[cfg(test)]
mod tests;

/// How deep groups, lists and maps may be nested.
pub(crate) const DEEPEST: u32 = 64;

/// Reads a whole text.
///
/// # Errors
/// If the text is not RON or does not have the form of the type.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    let mut reader = Reader {
        scan: Scanner::new(text),
        depth: 0,
        variant: "",
    };
    let read = reader.whole();
    read.map_err(|error| Fault {
        error,
        place: reader.scan.place(),
    })
}

struct Reader<'de> {
    scan: Scanner<'de>,
    depth: u32,
    /// The last word that was read: the variant, when its content is.
    variant: &'de str,
}

impl<'de> AsMut<Scanner<'de>> for Reader<'de> {
    fn as_mut(&mut self) -> &mut Scanner<'de> {
        &mut self.scan
    }
}

impl<'de> Reader<'de> {
    fn whole<T: DeserializeOwned>(&mut self) -> Result<T, Error> {
        self.scan.blank()?;
        let value = T::deserialize(&mut *self)?;
        self.scan.blank()?;
        if self.scan.is_done() {
            Ok(value)
        } else {
            Err(Error::TrailingCharacters)
        }
    }

    /// The name before a group may be left out.
    fn name(&mut self, name: &'static str) -> Result<bool, Error> {
        if !self.scan.is_at_word() {
            return Ok(false);
        }
        match self.scan.identifier() {
            Ok(found) if found == name => Ok(true),
            Ok(found) if !name.is_empty() => Err(Error::ExpectedDifferentStructName {
                expected: name,
                found: found.to_owned(),
            }),
            _ => Err(Error::ExpectedNamedStructLike(name)),
        }
    }

    /// The values between two brackets.
    fn between<T>(
        &mut self,
        (start, end): (&str, &str),
        (not_open, not_closed): (Error, Error),
        read: impl FnOnce(&mut Parts<'_, Self>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if !self.scan.takes(start) {
            return Err(not_open);
        }
        self.deeper()?;
        let value = read(&mut Parts::new(self, end.as_bytes()[0]))?;
        self.depth -= 1;
        self.scan.blank()?;
        if self.scan.takes(end) {
            Ok(value)
        } else {
            Err(not_closed)
        }
    }

    fn deeper(&mut self) -> Result<(), Error> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Error::ExceededRecursionLimit);
        }
        Ok(())
    }

    fn list<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        let errors = (Error::ExpectedArray, Error::ExpectedArrayEnd);
        self.between(("[", "]"), errors, |parts| visitor.visit_seq(parts))
    }

    fn map<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        let errors = (Error::ExpectedMap, Error::ExpectedMapEnd);
        self.between(("{", "}"), errors, |parts| visitor.visit_map(parts))
    }

    fn items<V: Visitor<'de>>(
        &mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let errors = (not_a_group(name), Error::ExpectedStructLikeEnd);
        self.between(("(", ")"), errors, |parts| visitor.visit_seq(parts))
    }

    fn fields<V: Visitor<'de>>(
        &mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let errors = (not_a_group(name), Error::ExpectedStructLikeEnd);
        self.between(("(", ")"), errors, |parts| {
            let read = visitor.visit_map(parts);
            read.map_err(|error| in_struct(error, name))
        })
    }

    /// The one value of a group.
    fn only<T>(
        &mut self,
        not_open: Error,
        read: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let errors = (not_open, Error::ExpectedStructLikeEnd);
        self.between(("(", ")"), errors, |parts| {
            parts.reader.scan.blank()?;
            let value = read(parts.reader)?;
            parts.comma()?;
            Ok(value)
        })
    }

    fn integer<T: TryFrom<i128>>(&mut self) -> Result<T, Error> {
        let number = self.scan.number()?;
        T::try_from(number).map_err(|_| Error::IntegerOutOfBounds)
    }

    /// A group that may have a name, or a name alone.
    fn any_group<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        if self.scan.peek() != Some(b'(') {
            self.scan.identifier()?;
            self.scan.blank()?;
        }
        if self.scan.peek() != Some(b'(') || self.scan.takes("()") {
            visitor.visit_unit()
        } else if self.scan.has_names()? {
            self.fields("", visitor)
        } else {
            self.items("", visitor)
        }
    }
}

macro_rules! integers {
    ($($read:ident $visit:ident)*) => {$(
        fn $read<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.integer()?)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.scan.peek() {
            Some(b'"') => self.deserialize_str(visitor),
            Some(b'r') if self.scan.is_at_raw_string() => self.deserialize_str(visitor),
            Some(b'[') => self.list(visitor),
            Some(b'{') => self.map(visitor),
            Some(b'-') => visitor.visit_i64(self.integer()?),
            Some(b'0'..=b'9' | b'+') => visitor.visit_u64(self.integer()?),
            Some(_) if self.scan.rest().starts_with(['(', '_']) || self.scan.is_at_word() => {
                if self.scan.takes_word("true") {
                    visitor.visit_bool(true)
                } else if self.scan.takes_word("false") {
                    visitor.visit_bool(false)
                } else if self.scan.takes_word("None") {
                    visitor.visit_none()
                } else {
                    self.any_group(visitor)
                }
            }
            Some(_) => {
                let other = self.scan.rest().chars().next().unwrap_or_default();
                Err(Error::UnexpectedChar(other))
            }
            None => Err(Error::Eof),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.scan.takes_word("true") {
            visitor.visit_bool(true)
        } else if self.scan.takes_word("false") {
            visitor.visit_bool(false)
        } else {
            Err(Error::ExpectedBoolean)
        }
    }

    integers! {
        deserialize_u8 visit_u8 deserialize_u16 visit_u16
        deserialize_u32 visit_u32 deserialize_u64 visit_u64
        deserialize_i8 visit_i8 deserialize_i16 visit_i16
        deserialize_i32 visit_i32 deserialize_i64 visit_i64
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.scan.string()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let here = self.scan.rest();
        if self.scan.takes_word("None") {
            return visitor.visit_none();
        }
        if self.scan.takes_word("Some") {
            self.scan.blank()?;
            if self.scan.peek() == Some(b'(') {
                return self.only(Error::ExpectedOption, |reader| visitor.visit_some(reader));
            }
            self.scan.go_back(here);
        }
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.scan.takes("()") {
            visitor.visit_unit()
        } else {
            Err(Error::ExpectedUnit)
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.name(name)? {
            visitor.visit_unit()
        } else {
            self.deserialize_unit(visitor)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.name(name)?;
        self.scan.blank()?;
        self.only(not_a_group(name), |reader| {
            visitor.visit_newtype_struct(reader)
        })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.list(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.map(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.items("", visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.name(name)?;
        self.items(name, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.name(name)?;
        self.scan.blank()?;
        self.fields(name, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let read = visitor.visit_enum(self);
        read.map_err(|error| in_enum(error, name))
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.variant = self.scan.identifier()?;
        visitor.visit_borrowed_str(self.variant)
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char bytes byte_buf ignored_any
    }
}

/// A value of an enumeration: its word, then the group, if it has one.
impl<'de> EnumAccess<'de> for &mut Reader<'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Error> {
        self.scan.blank()?;
        Ok((seed.deserialize(&mut *self)?, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        let variant = self.variant;
        self.scan.blank()?;
        self.only(Error::ExpectedStructLike, |reader| {
            let read = seed.deserialize(reader);
            read.map_err(|error| in_struct(error, variant))
        })
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.scan.blank()?;
        self.items("", visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let variant = self.variant;
        self.scan.blank()?;
        let read = self.fields("", visitor);
        read.map_err(|error| in_struct(error, variant))
    }
}

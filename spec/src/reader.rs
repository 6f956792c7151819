//! Reads RON into values.
//!
//! It understands what files of the database are made of and nothing else of RON, and it reads the
//! built-in files several times as fast as the crate `ron`. It says in the words of `ron` what is
//! wrong with a value of the right kind of notation, at the same place, or where the wrong value is
//! if `ron` names what stands before it.

use ron::Error;
use serde::{
    Deserializer,
    de::{DeserializeOwned, DeserializeSeed, EnumAccess, VariantAccess, Visitor},
    forward_to_deserialize_any,
};

pub(crate) use self::fault::Fault;
use self::{
    bracket::Bracket,
    fault::{Result, Wrong, in_enum, in_struct},
    parts::Parts,
    scan::Scanner,
};

mod attribute;
mod bracket;
pub(crate) mod fault;
mod number;
mod parts;
pub(crate) mod scan;
#[cfg(test)]
mod tests;

/// How deep groups, lists and maps may be nested.
pub(crate) const DEEPEST: u32 = 64;

/// Reads a whole text.
///
/// # Errors
/// If the text is not RON or does not have the form of the type.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> std::result::Result<T, Fault> {
    let mut reader = Reader {
        scan: Scanner::new(text),
        depth: 0,
        variant: "",
    };
    let read = reader.whole();
    read.map_err(|wrong| Fault {
        error: *wrong.0,
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
    fn whole<T: DeserializeOwned>(&mut self) -> Result<T> {
        self.scan.attributes()?;
        let value = T::deserialize(&mut *self)?;
        self.scan.blank()?;
        if self.scan.is_done() {
            Ok(value)
        } else {
            Err(Error::TrailingCharacters.into())
        }
    }

    /// The name before a group may be left out.
    fn name(&mut self, name: &'static str) -> Result<bool> {
        if !self.scan.is_at_word() {
            return Ok(false);
        }
        match self.scan.identifier() {
            Ok(found) if found == name => Ok(true),
            Ok(found) if !name.is_empty() => Err(Error::ExpectedDifferentStructName {
                expected: name,
                found: found.to_owned(),
            }
            .into()),
            _ => Err(Error::ExpectedNamedStructLike(name).into()),
        }
    }

    fn open(&mut self, bracket: Bracket) -> Result<()> {
        if !self.scan.takes_byte(bracket.start()) {
            return Err(bracket.is_missing());
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Error::ExceededRecursionLimit.into());
        }
        Ok(())
    }

    fn close(&mut self, bracket: Bracket) -> Result<()> {
        self.depth -= 1;
        self.scan.blank()?;
        if self.scan.takes_byte(bracket.end()) {
            Ok(())
        } else {
            Err(bracket.is_open())
        }
    }

    /// The values between two brackets, as a sequence.
    fn items<V: Visitor<'de>>(&mut self, bracket: Bracket, visitor: V) -> Result<V::Value> {
        self.open(bracket)?;
        let value = visitor.visit_seq(&mut Parts::new(self, bracket.end()))?;
        self.close(bracket)?;
        Ok(value)
    }

    fn map<V: Visitor<'de>>(&mut self, bracket: Bracket, visitor: V) -> Result<V::Value> {
        self.open(bracket)?;
        let value = visitor.visit_map(&mut Parts::new(self, bracket.end()))?;
        self.close(bracket)?;
        Ok(value)
    }

    /// The one value of a group.
    fn only<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let bracket = Bracket::Group(name);
        self.open(bracket)?;
        self.scan.blank()?;
        let value = read(self)?;
        Parts::new(self, bracket.end()).comma()?;
        self.close(bracket)?;
        Ok(value)
    }

    fn integer<T: TryFrom<i128>>(&mut self) -> Result<T> {
        self.scan.number()?.to()
    }

    fn any_integer<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        let value = self.scan.number()?.value;
        let out = |_| Error::IntegerOutOfBounds;
        if value < 0 {
            visitor.visit_i64(i64::try_from(value).map_err(out)?)
        } else {
            visitor.visit_u64(u64::try_from(value).map_err(out)?)
        }
    }

    /// A group that may have a name, or a name alone.
    fn any_group<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        if self.scan.peek() != Some(b'(') {
            self.scan.identifier()?;
            self.scan.blank()?;
        }
        if self.scan.peek() != Some(b'(') || self.scan.takes("()") {
            visitor.visit_unit()
        } else if self.scan.has_names()? {
            self.map(Bracket::Group(""), visitor)
        } else {
            self.items(Bracket::Group(""), visitor)
        }
    }
}

macro_rules! integers {
    ($($read:ident $visit:ident)*) => {$(
        fn $read<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            visitor.$visit(self.integer()?)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.scan.peek() {
            Some(b'"') => self.deserialize_str(visitor),
            Some(b'r') if self.scan.is_at_raw_string() => self.deserialize_str(visitor),
            Some(b'[') => self.items(Bracket::List, visitor),
            Some(b'{') => self.map(Bracket::Map, visitor),
            Some(b'-' | b'+' | b'0'..=b'9') => self.any_integer(visitor),
            Some(b'b') if self.scan.rest().starts_with("b'") => self.any_integer(visitor),
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
                Err(Error::UnexpectedChar(other).into())
            }
            None => Err(Error::Eof.into()),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.scan.takes_word("true") {
            visitor.visit_bool(true)
        } else if self.scan.takes_word("false") {
            visitor.visit_bool(false)
        } else {
            Err(Error::ExpectedBoolean.into())
        }
    }

    integers! {
        deserialize_u8 visit_u8 deserialize_u16 visit_u16
        deserialize_u32 visit_u32 deserialize_u64 visit_u64
        deserialize_i8 visit_i8 deserialize_i16 visit_i16
        deserialize_i32 visit_i32 deserialize_i64 visit_i64
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_str(&self.scan.string()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let here = self.scan.rest();
        if self.scan.takes_word("None") {
            return visitor.visit_none();
        }
        if self.scan.takes_word("Some") {
            self.scan.blank()?;
            if self.scan.peek() == Some(b'(') {
                return self.only("", |reader| visitor.visit_some(reader));
            }
            self.scan.go_back(here);
        }
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.scan.takes("()") {
            visitor.visit_unit()
        } else {
            Err(Error::ExpectedUnit.into())
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
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
    ) -> Result<V::Value> {
        self.name(name)?;
        self.scan.blank()?;
        self.only(name, |reader| visitor.visit_newtype_struct(reader))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.items(Bracket::List, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.map(Bracket::Map, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.items(Bracket::Group(""), visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value> {
        self.name(name)?;
        self.items(Bracket::Group(name), visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.name(name)?;
        self.scan.blank()?;
        let read = self.map(Bracket::Group(name), visitor);
        read.map_err(|wrong| in_struct(wrong, name))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let read = visitor.visit_enum(self);
        read.map_err(|error| in_enum(error, name))
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.variant = self.scan.identifier()?;
        visitor.visit_str(self.variant)
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char bytes byte_buf ignored_any
    }
}

/// A value of an enumeration: its word, then the group, if it has one.
impl<'de> EnumAccess<'de> for &mut Reader<'de> {
    type Error = Wrong;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self)> {
        self.scan.blank()?;
        Ok((seed.deserialize(&mut *self)?, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = Wrong;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        let variant = self.variant;
        self.scan.blank()?;
        self.only("", |reader| {
            let read = seed.deserialize(reader);
            read.map_err(|error| in_struct(error, variant))
        })
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.scan.blank()?;
        self.items(Bracket::Group(""), visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let variant = self.variant;
        self.scan.blank()?;
        let read = self.map(Bracket::Group(""), visitor);
        read.map_err(|wrong| in_struct(wrong, variant))
    }
}

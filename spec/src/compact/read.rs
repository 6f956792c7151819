//! Reads the compact form, as `ron` reads the text.

use serde::{
    Deserializer,
    de::{
        DeserializeSeed, EnumAccess, Error as _, MapAccess, SeqAccess, VariantAccess, Visitor,
        value::{BorrowedStrDeserializer, Error},
    },
    forward_to_deserialize_any,
};

use super::mark::{BITS, FIELDS, ITEMS, LIST, MAP, MORE, NAMED, NEGATIVE, NUMBER, TEXT, WORD};

/// What is left of a text in the compact form.
pub(super) struct Reader<'de> {
    rest: &'de str,
}

/// The text has another form than the type. Reading it as RON explains that.
fn unlike() -> Error {
    Error::custom("another form than the type")
}

impl<'de> Reader<'de> {
    pub(super) const fn new(rest: &'de str) -> Self {
        Self { rest }
    }

    /// Whether everything has been read.
    pub(super) const fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    fn byte(&mut self) -> Result<u8, Error> {
        let byte = self.rest.as_bytes().first().copied();
        self.rest = self.rest.get(1..).ok_or_else(unlike)?;
        byte.ok_or_else(unlike)
    }

    fn mark(&mut self) -> Result<char, Error> {
        self.byte().map(char::from)
    }

    fn expect(&mut self, mark: char) -> Result<(), Error> {
        if self.mark()? == mark {
            Ok(())
        } else {
            Err(unlike())
        }
    }

    fn count(&mut self) -> Result<u64, Error> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(BITS as usize) {
            let byte = self.byte()?;
            number |= u64::from(byte & (MORE - 1)) << shift;
            if byte & MORE == 0 {
                return Ok(number);
            }
        }
        Err(unlike())
    }

    fn text(&mut self) -> Result<&'de str, Error> {
        let length = usize::try_from(self.count()?).map_err(|_| unlike())?;
        let (text, rest) = self.rest.split_at_checked(length).ok_or_else(unlike)?;
        self.rest = rest;
        Ok(text)
    }

    /// Reads a bare word if it is this one.
    fn takes(&mut self, mark: char, word: &str) -> bool {
        let mut ahead = Self { rest: self.rest };
        let is_it = ahead.expect(mark).is_ok() && ahead.text().is_ok_and(|present| present == word);
        if is_it {
            self.rest = ahead.rest;
        }
        is_it
    }

    /// The name before a group may be left out; another name is an error.
    fn name(&mut self, name: &str) -> Result<(), Error> {
        if self.rest.starts_with(NAMED) && !self.takes(NAMED, name) {
            return Err(unlike());
        }
        Ok(())
    }

    /// What a mark stands before, each of which the visitor has to take.
    fn all<T>(
        &mut self,
        read: impl FnOnce(&mut Many<'_, 'de>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let left = self.count()?;
        let mut many = Many { reader: self, left };
        let value = read(&mut many)?;
        if many.left == 0 {
            Ok(value)
        } else {
            Err(unlike())
        }
    }

    /// The one value of a group.
    fn only<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        self.expect(ITEMS)?;
        if self.count()? == 1 {
            read(self)
        } else {
            Err(unlike())
        }
    }

    fn items<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        self.expect(ITEMS)?;
        self.all(|many| visitor.visit_seq(many))
    }

    fn fields<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        match self.mark()? {
            FIELDS => self.all(|many| visitor.visit_map(Fields(many))),
            // `()`: every field has its default.
            ITEMS if self.rest.starts_with('\0') => {
                self.all(|many| visitor.visit_map(Fields(many)))
            }
            _ => Err(unlike()),
        }
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.mark()? {
            WORD => match self.text()? {
                "true" => visitor.visit_bool(true),
                "false" => visitor.visit_bool(false),
                word => visitor.visit_borrowed_str(word),
            },
            TEXT => visitor.visit_borrowed_str(self.text()?),
            NUMBER => visitor.visit_u64(self.count()?),
            NEGATIVE => {
                let number = i64::try_from(self.count()?).map_err(|_| unlike())?;
                visitor.visit_i64(-number)
            }
            LIST => self.all(|many| visitor.visit_seq(many)),
            MAP => self.all(|many| visitor.visit_map(many)),
            _ => Err(unlike()),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.expect(TEXT)?;
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.takes(WORD, "None") {
            visitor.visit_none()
        } else if self.takes(NAMED, "Some") {
            self.only(|reader| visitor.visit_some(reader))
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.takes(WORD, name) {
            visitor.visit_unit()
        } else {
            Err(unlike())
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.name(name)?;
        self.only(|reader| visitor.visit_newtype_struct(reader))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.items(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.name(name)?;
        self.items(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.name(name)?;
        self.fields(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.mark()? {
            WORD | NAMED => visitor.visit_enum(self),
            _ => Err(unlike()),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit seq map
        identifier ignored_any
    }
}

/// A value of an enumeration: its word, then the group, if it has one.
impl<'de> EnumAccess<'de> for &mut Reader<'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Error> {
        let word = BorrowedStrDeserializer::<Error>::new(self.text()?);
        Ok((seed.deserialize(word)?, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        self.only(|reader| seed.deserialize(reader))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.items(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.fields(visitor)
    }
}

/// The values of a list, or the entries of a map.
struct Many<'a, 'de> {
    reader: &'a mut Reader<'de>,
    left: u64,
}

impl Many<'_, '_> {
    /// Whether another one follows.
    fn advance(&mut self) -> bool {
        let more = self.left > 0;
        self.left -= u64::from(more);
        more
    }

    fn size(&self) -> Option<usize> {
        usize::try_from(self.left).ok()
    }
}

impl<'de> SeqAccess<'de> for &mut Many<'_, 'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let more = self.advance();
        more.then(|| seed.deserialize(&mut *self.reader))
            .transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        self.size()
    }
}

impl<'de> MapAccess<'de> for &mut Many<'_, 'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(&mut *self.reader)
    }

    fn size_hint(&self) -> Option<usize> {
        self.size()
    }
}

/// The named values of a group.
struct Fields<'m, 'a, 'de>(&'m mut Many<'a, 'de>);

impl<'de> MapAccess<'de> for Fields<'_, '_, 'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        if !self.0.advance() {
            return Ok(None);
        }
        let name = BorrowedStrDeserializer::<Error>::new(self.0.reader.text()?);
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(&mut *self.0.reader)
    }
}

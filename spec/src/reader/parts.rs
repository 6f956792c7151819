//! The values between two brackets.

use ron::Error;
use serde::{
    Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess},
};

use super::{
    fault::{Result, Wrong},
    scan::Scanner,
};

/// What stands between two brackets, separated by commas.
pub(super) struct Parts<'a, R> {
    pub(super) reader: &'a mut R,
    /// The second bracket.
    end: u8,
    /// Whether another one may follow: a comma, or nothing, stands before it.
    may_follow: bool,
}

impl<'a, 'de, R: AsMut<Scanner<'de>>> Parts<'a, R> {
    pub(super) const fn new(reader: &'a mut R, end: u8) -> Self {
        Self {
            reader,
            end,
            may_follow: true,
        }
    }

    /// Whether another one follows.
    #[inline(never)]
    fn advance(&mut self) -> Result<bool> {
        let scan = self.reader.as_mut();
        scan.blank()?;
        if scan.peek() == Some(self.end) {
            Ok(false)
        } else if self.may_follow {
            Ok(true)
        } else {
            Err(Error::ExpectedComma.into())
        }
    }

    #[inline(never)]
    fn colon(&mut self) -> Result<()> {
        let scan = self.reader.as_mut();
        scan.blank()?;
        if !scan.takes_byte(b':') {
            return Err(Error::ExpectedMapColon.into());
        }
        scan.blank()
    }

    #[inline(never)]
    pub(super) fn comma(&mut self) -> Result<()> {
        let scan = self.reader.as_mut();
        scan.blank()?;
        self.may_follow = scan.takes_byte(b',');
        if self.may_follow {
            scan.blank()?;
        }
        Ok(())
    }
}

impl<'de, R> SeqAccess<'de> for Parts<'_, R>
where
    R: AsMut<Scanner<'de>>,
    for<'r> &'r mut R: Deserializer<'de, Error = Wrong>,
{
    type Error = Wrong;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if !self.advance()? {
            return Ok(None);
        }
        let value = seed.deserialize(&mut *self.reader)?;
        self.comma()?;
        Ok(Some(value))
    }
}

impl<'de, R> MapAccess<'de> for Parts<'_, R>
where
    R: AsMut<Scanner<'de>>,
    for<'r> &'r mut R: Deserializer<'de, Error = Wrong>,
{
    type Error = Wrong;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if !self.advance()? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        self.colon()?;
        let value = seed.deserialize(&mut *self.reader)?;
        self.comma()?;
        Ok(value)
    }
}

//! The attributes before the value of a RON text.

use ron::{Error, extensions::Extensions};
use serde::de::Error as _;

use super::{
    fault::{Result, Wrong},
    scan::Scanner,
};

impl Scanner<'_> {
    /// Skips the attributes of the text, and the blanks around them.
    pub(crate) fn attributes(&mut self) -> Result<()> {
        self.blank()?;
        while self.peek() == Some(b'#') {
            for part in *b"#![" {
                self.expect(part, Error::ExpectedAttribute)?;
            }
            let name = self.identifier()?;
            self.blank()?;
            match name {
                "enable" => self.enabled()?,
                "type" | "schema" => {
                    self.expect(b'=', Error::ExpectedAttribute)?;
                    self.string()?;
                    self.blank()?;
                }
                _ => return Err(Error::ExpectedAttribute.into()),
            }
            self.expect(b']', Error::ExpectedAttributeEnd)?;
        }
        Ok(())
    }

    /// The names of extensions of RON.
    fn enabled(&mut self) -> Result<()> {
        self.expect(b'(', Error::ExpectedAttribute)?;
        loop {
            let name = self.identifier()?;
            match Extensions::from_ident(name) {
                Some(Extensions::IMPLICIT_SOME) => {}
                Some(_) => {
                    let message = format!(
                        "Files of the database are read without the extension `{name}` of RON"
                    );
                    return Err(Wrong::custom(message));
                }
                None => return Err(Error::NoSuchExtension(name.into()).into()),
            }
            self.blank()?;
            let has_comma = self.takes_byte(b',');
            self.blank()?;
            if !self.is_at_word() {
                return self.expect(b')', Error::ExpectedAttributeEnd);
            }
            if !has_comma {
                return Err(Error::ExpectedComma.into());
            }
        }
    }

    /// Reads this character of ASCII and the blanks behind it.
    fn expect(&mut self, byte: u8, otherwise: Error) -> Result<()> {
        if self.takes_byte(byte) {
            self.blank()
        } else {
            Err(otherwise.into())
        }
    }
}

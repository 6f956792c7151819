//! Incremental UTF-8 (RFC 6455 §8.1).
pub(crate) fn check(bytes: &[u8]) -> Result<&str, usize> {
    core::str::from_utf8(bytes).map_err(|error| error.valid_up_to())
}
#[derive(Clone, Debug, Default)]
pub(crate) struct Validator {
    carry: [u8; 4],
    length: usize,
}
impl Validator {
    pub(crate) const fn new() -> Self {
        Self { carry: [0; 4], length: 0 }
    }
    pub(crate) fn is_complete(&self) -> bool {
        self.length == 0
    }
    pub(crate) fn push(&mut self, mut bytes: &[u8]) -> Result<(), usize> {
        let mut at = 0;
        while self.length > 0 {
            let Some((&byte, rest)) = bytes.split_first() else { return Ok(()) };
            self.carry[self.length] = byte;
            match core::str::from_utf8(&self.carry[..=self.length]) {
                Ok(_) => self.length = 0,
                Err(error) if error.error_len().is_some() => return Err(at),
                Err(_) => self.length += 1,
            }
            bytes = rest;
            at += 1;
        }
        match core::str::from_utf8(bytes) {
            Ok(_) => Ok(()),
            Err(error) => match error.error_len() {
                Some(_) => Err(at + error.valid_up_to()),
                None => {
                    let rest = &bytes[error.valid_up_to()..];
                    self.carry[..rest.len()].copy_from_slice(rest);
                    self.length = rest.len();
                    Ok(())
                }
            },
        }
    }
}

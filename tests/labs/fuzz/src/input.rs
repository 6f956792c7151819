//! Test cases, taken apart.

use wsdraft::{Role, frame::Session};

/// The bytes of a test case that are not taken yet.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    /// The next byte; 0 where there is none.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    /// One of these.
    pub fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[usize::from(self.byte()) % items.len()]
    }

    /// An end of a connection.
    pub fn role(&mut self) -> Role {
        *self.pick(&[Role::Client, Role::Server])
    }

    /// A piece that starts with its length.
    pub fn piece(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()).min(self.0.len());
        let (piece, rest) = self.0.split_at(length);
        self.0 = rest;
        piece
    }

    /// A size in which to cut what follows.
    pub fn size(&mut self) -> usize {
        usize::from(self.byte()).max(1)
    }

    /// Whether there is more.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Changes of something valid, as the rest of a test case says: each drops some bytes at a
/// place and puts others there.
pub fn spliced(base: &[u8], input: &mut Input<'_>) -> Vec<u8> {
    let mut bytes = base.to_vec();
    while !input.is_empty() {
        let at = usize::from(u16::from_be_bytes([input.byte(), input.byte()]));
        let at = at % (bytes.len() + 1);
        let end = bytes.len().min(at + usize::from(input.byte()));
        bytes.splice(at..end, input.piece().iter().copied());
    }
    bytes
}

/// The change that puts one thing in the place of another, in the form that [`spliced`] reads.
pub fn splice(at: usize, dropped: u8, put: &[u8]) -> Vec<u8> {
    let at = u16::try_from(at).unwrap_or(u16::MAX).to_be_bytes();
    let put = &put[..put.len().min(255)];
    [&at, &[dropped, put.len() as u8][..], put].concat()
}

/// The key of connections in which the handshake derives one.
pub const SESSION: Session = Session {
    masking_key: Some(*b"a key of some length"),
};

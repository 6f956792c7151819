//! The memory limit for all connections of a run together.

use std::{cell::Cell, fmt, rc::Rc, str::FromStr};

/// The memory limit for all connections together, and their current memory. Clones share both.
#[derive(Clone, Debug)]
pub struct Memory {
    most: usize,
    held: Rc<Cell<usize>>,
}

impl Memory {
    /// The default limit.
    pub const DEFAULT: Bytes = Bytes(256 << 20);

    /// Creates a limit, with no memory in use.
    #[must_use]
    pub fn new(most: Bytes) -> Self {
        Self {
            most: most.0,
            held: Rc::default(),
        }
    }

    /// Returns whether the memory in use exceeds the limit.
    #[must_use]
    pub fn is_exceeded(&self) -> bool {
        self.held.get() > self.most
    }

    /// Returns whether at least a quarter of the memory is free.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.held.get() <= self.most - self.most / 4
    }

    /// Returns the reason why the analysis of a connection stops.
    #[must_use]
    pub fn why(&self) -> String {
        format!(
            "all connections together take more memory than {}, which --memory can raise",
            Bytes(self.most)
        )
    }
}

/// The memory of one connection. Dropping the share releases the memory.
#[derive(Debug)]
pub struct Share {
    memory: Memory,
    bytes: usize,
}

impl Share {
    /// Creates an empty share.
    #[must_use]
    pub fn new(memory: &Memory) -> Self {
        Self {
            memory: memory.clone(),
            bytes: 0,
        }
    }

    /// Sets the current size in bytes.
    pub fn set(&mut self, bytes: usize) {
        let held = &self.memory.held;
        held.set((held.get() - self.bytes).saturating_add(bytes));
        self.bytes = bytes;
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.set(0);
    }
}

/// A number of bytes, written for example as `1048576`, `1024K`, `1M` or `1MiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes(pub usize);

impl Bytes {
    const UNITS: [(&'static str, u32); 3] = [("G", 30), ("M", 20), ("K", 10)];
}

impl FromStr for Bytes {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.strip_suffix("iB").unwrap_or(text);
        let unit = Self::UNITS.iter().find_map(|(name, bits)| {
            let digits = text.strip_suffix(name)?;
            Some((digits, *bits))
        });
        let (digits, bits) = unit.unwrap_or((text, 0));
        let number: usize = digits
            .parse()
            .map_err(|_| "expected a number of bytes, such as 1048576, 1024K or 1M")?;
        number
            .checked_mul(1 << bits)
            .map(Self)
            .ok_or("the number of bytes is too large")
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut units = Self::UNITS.iter();
        match units.find(|(_, bits)| self.0 > 0 && self.0 % (1 << bits) == 0) {
            Some((name, bits)) => write!(f, "{} {name}iB", self.0 >> bits),
            None => write!(f, "{} bytes", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, Memory, Share};

    #[test]
    fn bytes_are_read_and_written() {
        let read = |text: &str| text.parse::<Bytes>().map(|bytes| bytes.0);
        assert_eq!(read("4096"), Ok(4096));
        assert_eq!(read("3K"), Ok(3 << 10));
        assert_eq!(read("256MiB"), Ok(256 << 20));
        assert!(read("1T").is_err() && read("").is_err() && read("-1").is_err());
        assert!(read("99999999999999999G").is_err());
        assert_eq!(Bytes(256 << 20).to_string(), "256 MiB");
        assert_eq!(Bytes(1000).to_string(), "1000 bytes");
    }

    #[test]
    fn what_is_dropped_is_given_back() {
        let memory = Memory::new(Bytes(100));
        let (mut one, mut other) = (Share::new(&memory), Share::new(&memory));
        one.set(60);
        other.set(41);
        assert!(memory.is_exceeded());
        drop(one);
        assert!(!memory.is_exceeded() && memory.has_room());
        other.set(76);
        assert!(!memory.is_exceeded() && !memory.has_room());
    }
}

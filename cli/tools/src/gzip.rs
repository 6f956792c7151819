//! Records that gzip compressed.

use std::io::{self, Read};

use wsdraft_analysis::{Error, Source};
use zlib_rs::{Inflate, InflateFlush, Status};

/// How a file begins that gzip compressed.
const MAGIC: &[u8] = &[0x1f, 0x8b];

/// Bytes that may come out of any file. Beyond them, a file that expands [more](RATIO) than
/// records do is refused.
const FREE: u64 = 1 << 30;
const RATIO: u64 = 200;

/// The record itself, if gzip compressed this one.
///
/// # Errors
/// If the source fails.
pub fn decompressed(mut source: Source) -> Result<Source, Error> {
    if !source.peek(MAGIC.len())?.starts_with(MAGIC) {
        return Ok(source);
    }
    let name = source.name().to_owned();
    Ok(Source::new(Gunzip::new(source), name))
}

/// Reads what is compressed: any number of members, one after the other (RFC 1952).
struct Gunzip<R> {
    source: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    member: Inflate,
    /// Whether the member has come to its end.
    is_over: bool,
    taken: u64,
    given: u64,
    /// Bytes that may come out, whatever they expand from.
    free: u64,
}

impl<R: Read> Gunzip<R> {
    /// Bytes that are read at once.
    const CHUNK: usize = 64 << 10;
    /// The largest window, of a format with the header of gzip.
    const WINDOW: u8 = 15 + 16;

    fn new(source: R) -> Self {
        Self {
            source,
            buffer: vec![0; Self::CHUNK],
            start: 0,
            end: 0,
            member: Inflate::new(true, Self::WINDOW),
            is_over: false,
            taken: 0,
            given: 0,
            free: FREE,
        }
    }

    /// Inflates some bytes; gives how many.
    fn inflate(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let before = (self.member.total_in(), self.member.total_out());
        let there = &self.buffer[self.start..self.end];
        let status = self.member.decompress(there, out, InflateFlush::NoFlush);
        let status = status.map_err(|error| damaged(error.as_str()))?;
        let taken = self.member.total_in() - before.0;
        let given = self.member.total_out() - before.1;
        self.start += taken as usize;
        self.taken += taken;
        self.given += given;
        self.is_over = status == Status::StreamEnd;
        if self.given > self.free && self.given / RATIO > self.taken {
            let (given, taken) = (self.given >> 20, self.taken >> 20);
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!(
                    "{taken} MiB expand to more than {given} MiB, as no record does: decompress it first"
                ),
            ));
        }
        Ok(given as usize)
    }
}

impl<R: Read> Read for Gunzip<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            let mut at_end = false;
            if self.start == self.end {
                (self.start, self.end) = (0, self.source.read(&mut self.buffer)?);
                at_end = self.end == 0;
            }
            if self.is_over {
                // What is no other member is padding.
                if at_end || self.buffer[self.start] != MAGIC[0] {
                    return Ok(0);
                }
                self.member = Inflate::new(true, Self::WINDOW);
                self.is_over = false;
            }
            let given = self.inflate(out)?;
            if given > 0 {
                return Ok(given);
            }
            if at_end && !self.is_over {
                return Err(damaged("it ends too early"));
            }
        }
    }
}

fn damaged(why: &str) -> io::Error {
    let words = format!("the compressed file is damaged: {why}");
    io::Error::new(io::ErrorKind::InvalidData, words)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::Gunzip;

    /// A member that is stored, and not compressed.
    fn stored(bytes: &[u8]) -> Vec<u8> {
        let length = u16::try_from(bytes.len()).unwrap();
        let mut out = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01".to_vec();
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(bytes);
        out.extend(zlib_rs::crc32::crc32(0, bytes).to_le_bytes());
        out.extend(u32::from(length).to_le_bytes());
        out
    }

    fn read(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut out = Vec::new();
        Gunzip::new(bytes).read_to_end(&mut out).map(|_| out)
    }

    #[test]
    fn members_follow_each_other() {
        let whole = [stored(b"hello"), stored(b""), stored(b" there")].concat();
        assert_eq!(read(&whole).unwrap(), b"hello there");
        assert_eq!(
            read(&[&whole[..], &[0; 9]].concat()).unwrap(),
            b"hello there"
        );
        for length in 1..whole.len() - 24 {
            let cut = read(&whole[..length]);
            let is_end = length == stored(b"hello").len() || length == stored(b"hello").len() + 23;
            assert_eq!(cut.is_ok(), is_end, "{length}");
        }
        let mut damaged = stored(b"hello");
        damaged[17] ^= 1;
        assert!(read(&damaged).unwrap_err().to_string().contains("damaged"));
    }

    #[test]
    fn what_expands_beyond_records_is_refused() {
        let zeros = vec![0; 1 << 20];
        let mut deflate = zlib_rs::Deflate::new(9, false, 15);
        let mut body = vec![0; 1 << 16];
        let done = deflate.compress(&zeros, &mut body, zlib_rs::DeflateFlush::Finish);
        assert!(matches!(done, Ok(zlib_rs::Status::StreamEnd)));
        body.truncate(deflate.total_out() as usize);
        let head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff";
        let whole = [&head[..], &body].concat();
        let mut bomb = Gunzip::new(&whole[..]);
        bomb.free = 1 << 16;
        let mut out = [0; 4096];
        let failed = std::iter::repeat_with(|| bomb.read(&mut out)).find_map(Result::err);
        assert!(failed.unwrap().to_string().contains("decompress it first"));
    }
}

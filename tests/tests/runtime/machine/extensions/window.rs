//! How far back a compressor refers, read from its bits.

use super::*;

/// The bits of a DEFLATE stream, the least significant first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> usize {
        let mut value = 0;
        for bit in 0..count {
            let byte = self.bytes[self.at / 8];
            value |= usize::from(byte >> (self.at % 8) & 1) << bit;
            self.at += 1;
        }
        value
    }

    fn symbol(&mut self, lengths: &[usize]) -> usize {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for length in 1..=15 {
            code |= self.take(1);
            let of_length = lengths.iter().filter(|&&other| other == length).count();
            if code < first + of_length {
                let mut symbols = lengths
                    .iter()
                    .enumerate()
                    .filter(|&(_, &other)| other == length);
                return symbols.nth(code - first).unwrap().0;
            }
            index += of_length;
            first = (first + of_length) << 1;
            code <<= 1;
        }
        panic!("no code after {index} symbols");
    }
}

/// The farthest distance that a DEFLATE stream refers back by (RFC 1951), and its length.
fn farthest(bytes: &[u8]) -> (usize, usize) {
    let mut bits = Bits { bytes, at: 0 };
    let (mut farthest, mut length) = (0, 0);
    while bits.at + 10 < bytes.len() * 8 {
        let last = bits.take(1);
        assert_eq!(last, 0, "no block is marked as the last one");
        let (literals, distances) = match bits.take(2) {
            0 => {
                bits.at = bits.at.next_multiple_of(8);
                let size = bits.take(16);
                bits.at += 16 + size * 8;
                length += size;
                continue;
            }
            1 => {
                let of = |at: usize| match at {
                    144..=255 => 9,
                    256..=279 => 7,
                    _ => 8,
                };
                ((0..288).map(of).collect::<Vec<_>>(), vec![5; 30])
            }
            2 => {
                let (literals, distances, codes) =
                    (257 + bits.take(5), 1 + bits.take(5), 4 + bits.take(4));
                const ORDER: [usize; 19] = [
                    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
                ];
                let mut meta = vec![0; 19];
                ORDER[..codes]
                    .iter()
                    .for_each(|&at| meta[at] = bits.take(3));
                let mut lengths: Vec<usize> = Vec::new();
                while lengths.len() < literals + distances {
                    match bits.symbol(&meta) {
                        16 => {
                            let again = *lengths.last().unwrap();
                            let times = 3 + bits.take(2);
                            lengths.extend(vec![again; times]);
                        }
                        17 => {
                            let times = 3 + bits.take(3);
                            lengths.extend(vec![0; times]);
                        }
                        18 => {
                            let times = 11 + bits.take(7);
                            lengths.extend(vec![0; times]);
                        }
                        plain => lengths.push(plain),
                    }
                }
                let distances = lengths.split_off(literals);
                (lengths, distances)
            }
            other => panic!("block type {other}"),
        };
        loop {
            match bits.symbol(&literals) {
                0..=255 => length += 1,
                256 => break,
                symbol => {
                    let at = symbol - 257;
                    let (base, extra) = match at {
                        0..=7 => (3 + at, 0),
                        28 => (258, 0),
                        _ => {
                            let extra = at / 4 - 1;
                            (3 + ((4 + at % 4) << extra), extra)
                        }
                    };
                    length += base + bits.take(extra);
                    let at = bits.symbol(&distances);
                    let (base, extra) = match at {
                        0..=3 => (1 + at, 0),
                        _ => {
                            let extra = at / 2 - 1;
                            (1 + ((2 + at % 2) << extra), extra)
                        }
                    };
                    farthest = farthest.max(base + bits.take(extra));
                }
            }
        }
    }
    (farthest, length)
}

#[test]
fn no_distance_is_beyond_the_window() {
    for bits in 8..=15 {
        for level in [1, 2, 6, 9] {
            let mut compression = Compression::default();
            compression.level = level;
            compression.server_window_bits = bits;
            let (_, mut server, _) = pair("permessage-deflate", compression);
            let mut deflated = Vec::new();
            let mut wanted = 0;
            // The same text again and again, so that old matches are there to be found.
            for length in [100, 200, 300, 1000, 20_000, 60_000] {
                server.binary(&sample(length, 7)).unwrap();
                wanted += length;
                let sent = server.output().to_vec();
                server.sent(sent.len());
                let head = match sent[1] {
                    126 => 4,
                    127 => 10,
                    _ => 2,
                };
                deflated.extend(&sent[head..]);
                deflated.extend([0, 0, 0xff, 0xff]);
            }
            let (farthest, length) = farthest(&deflated);
            assert_eq!(length, wanted, "{bits} bits, level {level}");
            assert!(
                farthest <= 1 << bits,
                "{bits} bits, level {level}: {farthest}"
            );
        }
    }
}

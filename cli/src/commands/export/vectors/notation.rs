//! Bytes as text that stays short where they repeat.

use std::cmp::Reverse;

use crate::input::hex;

/// Lengths of what may repeat: one byte, and the keys that payloads are masked with.
const PERIODS: [usize; 3] = [1, 4, 20];
/// Fewer bytes than these are written out.
const SHORT: usize = 64;

/// Bytes as hex, in groups apart by spaces; `61*3` is `616161`.
pub(super) fn written(bytes: &[u8]) -> String {
    let mut groups = Vec::new();
    let (mut plain, mut at) = (0, 0);
    while at < bytes.len() {
        let rest = &bytes[at..];
        let runs = PERIODS.iter().filter_map(|&period| {
            let unit = rest.get(..period)?;
            let times = rest.chunks_exact(period).take_while(|piece| *piece == unit);
            Some((period, times.count()))
        });
        // Of units that repeat over as many bytes the shortest.
        match runs.max_by_key(|(period, times)| (period * times, Reverse(*period))) {
            Some((period, times)) if times > 1 && period * times >= SHORT => {
                if plain < at {
                    groups.push(hex(&bytes[plain..at]));
                }
                groups.push(format!("{}*{times}", hex(&rest[..period])));
                at += period * times;
                plain = at;
            }
            _ => at += 1,
        }
    }
    if plain < at {
        groups.push(hex(&bytes[plain..]));
    }
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn repetitions_are_counted() {
        assert_eq!(written(b""), "");
        assert_eq!(written(b"aaa"), "616161");
        let long = [b"\x81\x7f".as_slice(), &[b'a'; 100], b"b"].concat();
        assert_eq!(written(&long), "817f 61*100 62");
        let masked: Vec<u8> = (0..70).map(|at| at % 4).collect();
        assert_eq!(written(&masked), "00010203*17 0001");
    }
}

//! Dumps without a column of text whose words may have either order of bytes.

use super::full;

/// Whether the lines begin with offsets, each as far from the next as its words are long: what `hexdump` and `od`
/// print.
pub(super) fn follow(text: &str) -> bool {
    [16, 8, 10].into_iter().any(|radix| follow_in(text, radix))
}

fn follow_in(text: &str, radix: u32) -> bool {
    let mut lines = 0;
    // The end of the line before; `None` before the first line and after a star.
    let mut end: Option<u64> = None;
    let mut width = 0;
    for line in full(text) {
        if lines > 0 && line.trim() == "*" {
            end = None;
            continue;
        }
        let mut words = line.split_ascii_whitespace();
        let Some(offset) = words.next().and_then(|word| offset(word, radix)) else {
            return false;
        };
        let mut length = 0;
        let mut last = 0;
        for word in words {
            let Some(bytes) = bytes(word) else {
                return false;
            };
            last = bytes;
            length += bytes;
        }
        // The last word of all may be filled up.
        let missing = end.map(|end| end.checked_sub(offset));
        let fits = match missing {
            None => true,
            Some(Some(missing)) if length == 0 => missing < width,
            Some(missing) => missing == Some(0),
        };
        if !fits {
            return false;
        }
        lines += 1;
        width = last;
        end = offset.checked_add(length);
    }
    lines > 1
}

fn offset(word: &str, radix: u32) -> Option<u64> {
    let is_one = (6..=16).contains(&word.len()) && !word.starts_with('+');
    u64::from_str_radix(word, radix).ok().filter(|_| is_one)
}

/// How many bytes a word in hexadecimal, octal or decimal digits shows.
fn bytes(word: &str) -> Option<u64> {
    let is_word = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let bytes = match word.len() {
        2 | 3 => 1,
        4..=6 => 2,
        8 | 10 | 11 => 4,
        16 | 20 | 22 => 8,
        _ => return None,
    };
    is_word.then_some(bytes)
}

//! Bytes as programs print them in hex: `xxd`, `hexdump -C`, and source code with `0x81, 0x05`.

/// No more bytes are made of lines that a dump leaves out.
const MOST: usize = 16 << 20;

/// Reads a text that is such a dump as a whole; `None` for any other text.
pub(crate) fn dumped(text: &str) -> Option<Vec<u8>> {
    match is_dump(text) {
        true => lines(text),
        false => literals(text),
    }
}

/// Whether a text begins like one. The text may be cut.
pub(crate) fn begins_dump(text: &str) -> bool {
    let word = |letter: char| letter.is_ascii_hexdigit() || is_between(letter) || letter == 'x';
    let start = text.trim_start_matches(is_between);
    let literal = start.starts_with("0x") || start.starts_with("0X");
    is_dump(text)
        || literal
            && text.chars().all(|letter| word(letter.to_ascii_lowercase()))
            && start.contains(is_between)
}

fn is_dump(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().and_then(line);
    first.is_some_and(|(_, bytes)| !bytes.is_empty())
}

/// The offset and the bytes of a line.
fn line(line: &str) -> Option<(u64, Vec<u8>)> {
    let line = line.trim_end();
    let digits = line.find(|letter: char| !letter.is_ascii_hexdigit());
    let (offset, rest) = line.split_at(digits.unwrap_or(line.len()));
    let offset = (4..=16).contains(&offset.len()).then_some(offset)?;
    let offset = u64::from_str_radix(offset, 16).ok()?;
    let digits = if rest.is_empty() {
        ""
    } else if let Some(rest) = rest.strip_prefix(": ") {
        rest.split("  ").next()?
    } else {
        let (digits, letters) = rest.strip_prefix("  ")?.split_once(" |")?;
        letters.ends_with('|').then_some(digits)?
    };
    let mut bytes = Vec::new();
    for word in digits.split_ascii_whitespace() {
        bytes.extend(pairs(word)?);
    }
    Some((offset, bytes))
}

/// The bytes of a word of hex digits alone.
fn pairs(word: &str) -> Option<Vec<u8>> {
    let digits = word.chars().map(|letter| letter.to_digit(16));
    let digits: Vec<u8> = digits
        .map(|digit| digit.map(|digit| digit as u8))
        .collect::<Option<_>>()?;
    let whole = digits.len() % 2 == 0;
    whole.then(|| {
        digits
            .chunks_exact(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect()
    })
}

/// Reads lines that follow each other. A star stands for lines like the one before.
fn lines(text: &str) -> Option<Vec<u8>> {
    let mut bytes: Vec<u8> = Vec::new();
    let mut start = None;
    let mut last = Vec::new();
    let mut repeats = false;
    for text in text.lines().filter(|line| !line.trim().is_empty()) {
        if text.trim() == "*" {
            repeats = true;
            continue;
        }
        let (offset, found) = line(text)?;
        let at = usize::try_from(offset.checked_sub(*start.get_or_insert(offset))?).ok()?;
        if repeats {
            if last.is_empty() || at > MOST {
                return None;
            }
            while bytes.len() < at {
                bytes.extend(&last);
            }
        }
        if bytes.len() != at {
            return None;
        }
        repeats = false;
        bytes.extend(&found);
        last = found;
    }
    (!repeats).then_some(bytes)
}

/// Reads numbers of one byte each, as in source code. One alone is a number.
fn literals(text: &str) -> Option<Vec<u8>> {
    let words = text.split(is_between).filter(|word| !word.is_empty());
    let bytes = words.map(|word| {
        let digits = word
            .strip_prefix("0x")
            .or_else(|| word.strip_prefix("0X"))?;
        u8::from_str_radix(digits, 16)
            .ok()
            .filter(|_| !digits.starts_with('+'))
    });
    let bytes: Option<Vec<u8>> = bytes.collect();
    bytes.filter(|bytes| bytes.len() > 1)
}

/// What is between numbers in source code.
const fn is_between(letter: char) -> bool {
    letter.is_ascii_whitespace() || matches!(letter, ',' | ';' | '{' | '}' | '[' | ']' | '(' | ')')
}

#[cfg(test)]
mod tests {
    use super::{begins_dump, dumped};

    #[test]
    fn dumps_are_read() {
        let hello = [0x81, 0x05, b'h', b'e', b'l', b'l', b'o'];
        for text in [
            "00000000: 8105 6865 6c6c 6f                        ..hello\n",
            "00000000  81 05 68 65 6c 6c 6f                              |..hello|\n00000007\n",
            "0x81, 0x05, 0x68, 0x65, 0x6c, 0x6c, 0x6f",
            "{0x81,0x5,0x68,\n 0x65, 0X6C, 0x6c, 0x6f};",
            "00000010: 8105 6865  ..he\n00000014: 6c6c 6f    llo\n",
        ] {
            assert!(begins_dump(text), "{text}");
            assert_eq!(dumped(text), Some(hello.to_vec()), "{text}");
        }
        let stars = "00000000  61 61  |aa|\n*\n00000006  62  |b|\n00000007\n";
        assert_eq!(dumped(stars), Some(b"aaaaaab".to_vec()));
    }

    #[test]
    fn other_texts_are_none() {
        for text in [
            "",
            "8105",
            "0x9",
            "00000000: x",
            "00000000  81 05 68  ..h",
            "00000000: 81\n00000005: 82",
            "00000000  61  |a|\n*\nffffffff  62  |b|",
            "00000000  61  |a|\n*\n",
            "GET / HTTP/1.1",
            "0x81, hello",
            "deadbeef",
        ] {
            assert_eq!(dumped(text), None, "{text:?}");
        }
        for text in [
            "0x9",
            "00000000  81 05 68  ..h",
            "0x81, hello",
            "deadbeef",
            "",
        ] {
            assert!(!begins_dump(text), "{text:?}");
        }
    }
}

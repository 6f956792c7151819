//! Tables of messages that were copied from the developer tools of a browser. They do not say which end sent a
//! message, so that they are told and not read.

/// Whether a text is one, by its start: rows as they were selected, or what the tools copy as CSV or Markdown.
pub(super) fn is_table(text: &str) -> bool {
    text.lines().next().is_some_and(is_heading) || text.lines().any(is_row)
}

/// Whether a line has the names of the columns.
fn is_heading(line: &str) -> bool {
    const COLUMNS: [&str; 3] = ["Data", "Length", "Time"];
    let cells = line
        .split(['\t', ',', '|'])
        .map(|cell| cell.trim().trim_matches('"'));
    cells.filter(|cell| !cell.is_empty()).eq(COLUMNS)
}

/// Whether a line ends with the length of a message and the time of day, as in `hello<TAB>5<TAB>12:00:00.123`.
fn is_row(line: &str) -> bool {
    let mut cells = line.rsplit('\t');
    let (time, length) = (cells.next(), cells.next());
    let is_length = |cell: &str| {
        let digits = cell.split(' ').next().unwrap_or_default();
        cell == "N/A"
            || (!digits.is_empty()
                && digits
                    .bytes()
                    .all(|one| one.is_ascii_digit() || one == b'.'))
    };
    time.is_some_and(is_time) && length.is_some_and(is_length) && cells.next().is_some()
}

/// Whether a cell is a time of day with milliseconds.
fn is_time(cell: &str) -> bool {
    let shape = cell
        .bytes()
        .map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
    shape.eq(*b"00:00:00.000")
}

#[cfg(test)]
mod tests {
    use super::is_table;

    #[test]
    fn tables_are_told_from_other_text() {
        for text in [
            "{\"a\": 1}\t8\t12:34:56.789\n",
            "two\nlines\t9\t12:34:56.789\nBinary Message\t12 B\t12:34:57.000\n",
            "Could not decode a text frame\tN/A\t12:34:56.789",
            "Data\tLength\tTime\n",
            "Data,Length,Time\nhello,5,12:34:56.789\n",
            "| Data | Length | Time |\n| --- | --- | --- |\n",
        ] {
            assert!(is_table(text), "{text}");
        }
        for text in [
            "GET / HTTP/1.1\r\nDate: 12:34:56.789\r\n",
            "8100\t8a00\n",
            "a\tb\t12:34:56.789",
            "",
        ] {
            assert!(!is_table(text), "{text}");
        }
    }
}

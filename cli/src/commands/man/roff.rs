//! Pages in the language of `man`.

/// The page with bold words where words stand between backticks, and with a date that is empty in place of none.
pub(super) fn mended(page: &str) -> String {
    let mut out = String::new();
    let mut is_name = false;
    for line in page.lines() {
        let parts: Vec<&str> = line.split('`').collect();
        let is_request = line.starts_with('.');
        if let Some(rest) = line.strip_prefix(".TH ") {
            // What follows the section would be taken for the date.
            out.push_str(&format!(".TH {}", rest.replacen("  ", " \"\" ", 1)));
        } else if is_request || parts.len() % 2 == 0 {
            out.push_str(line);
        } else if is_name {
            // Programs read this line, and it has no font.
            out.push_str(&parts.concat());
        } else {
            for (at, part) in parts.iter().enumerate() {
                match at % 2 {
                    0 => out.push_str(part),
                    _ => out.push_str(&format!("\\fB{part}\\fR")),
                }
            }
        }
        out.push('\n');
        is_name = line == ".SH NAME";
    }
    out
}

#[cfg(test)]
mod tests {
    use super::mended;

    #[test]
    fn words_between_backticks_are_bold() {
        let page =
            ".TH a 1  \"a 1\"\n.SH NAME\na \\- at `/`\n.SH X\nat `/` or `b c`, it`s\nat `/`.\n";
        let expected = ".TH a 1 \"\" \"a 1\"\n.SH NAME\na \\- at /\n.SH X\nat `/` or `b c`, it`s\nat \\fB/\\fR.\n";
        assert_eq!(mended(page), expected);
    }
}

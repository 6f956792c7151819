//! The grammars of header fields: what each takes, and its nearest neighbour that it does not.

use std::collections::BTreeSet;

use wsdraft::grammar::{
    ExtensionFault, SpacedNumberFault, Target, is_extension_list, is_list, is_number, is_origin,
    parse_target, spaced_number, split_host, write_spaced_number,
};

#[test]
fn lists_have_a_printable_element() {
    for taken in ["a", "a, b c", " ,x,", "(;)"] {
        assert!(is_list(taken.as_bytes()), "{taken:?}");
    }
    for refused in ["", " ", ",", " , ,", "a\tb", "a\u{7f}", "é"] {
        assert!(!is_list(refused.as_bytes()), "{refused:?}");
    }
}

#[test]
fn hosts_are_names_or_addresses_with_a_port() {
    for (text, host, port) in [
        ("a", "a", None),
        ("a:80", "a", Some(80)),
        ("a:", "a", None),
        ("[::1]:", "[::1]", None),
        ("xn--bcher-kva.example", "xn--bcher-kva.example", None),
        ("127.0.0.1:65535", "127.0.0.1", Some(65535)),
        ("[::1]", "[::1]", None),
        (
            "[2001:DB8::127.0.0.1]:8080",
            "[2001:DB8::127.0.0.1]",
            Some(8080),
        ),
        ("a~b!$&'()*+,;=%41_-:0", "a~b!$&'()*+,;=%41_-", Some(0)),
    ] {
        assert_eq!(split_host(text.as_bytes()), Some((host, port)), "{text:?}");
    }
    for refused in [
        "",
        ":80",
        ":",
        "a::",
        "a:080",
        "a:65536",
        "a:8x",
        "a b",
        "a/b",
        "a@b",
        "a?b",
        "a#b",
        "a\"b",
        "[]",
        "[",
        "[::1",
        "[::g]",
        "[::1]80",
        "[::1]::",
        "[::1]x:80",
        "::1",
        "é",
        "[a]b",
    ] {
        assert_eq!(split_host(refused.as_bytes()), None, "{refused:?}");
    }
}

#[test]
fn numbers_are_canonical_and_bounded() {
    for (text, max, number) in [
        ("0", 0, Some(0)),
        ("7", 9, Some(7)),
        ("10", 10, Some(10)),
        ("10", 9, None),
        ("4294967295", u32::MAX, Some(u32::MAX)),
        ("4294967296", u32::MAX, None),
        ("9999999999", u32::MAX, None),
        ("42949672950", u32::MAX, None),
        // Modulo 2^32, and modulo 2^64, these are 1.
        ("4294967297", u32::MAX, None),
        ("18446744073709551617", u32::MAX, None),
        ("", 9, None),
        ("00", 9, None),
        ("01", 9, None),
        ("+1", 9, None),
        ("-0", 9, None),
        ("1 ", 9, None),
        ("1a", u32::MAX, None),
        ("a", u32::MAX, None),
    ] {
        assert_eq!(is_number(text.as_bytes(), max), number, "{text:?}");
    }
}

#[test]
fn targets_are_paths_or_absolute() {
    let absolute = |scheme, authority, path| {
        Some(Target::Absolute {
            scheme,
            authority,
            path,
        })
    };
    for (text, target) in [
        ("/", Some(Target::Path("/"))),
        ("/a?b=//c", Some(Target::Path("/a?b=//c"))),
        ("http://a", absolute("http", "a", "")),
        ("http://a:80/b?c", absolute("http", "a:80", "/b?c")),
        ("http://a?b", absolute("http", "a", "?b")),
        ("x+1-.://[::1]:9/", absolute("x+1-.", "[::1]:9", "/")),
        ("", None),
        ("*", None),
        ("a", None),
        ("a:80", None),
        ("//a/b", Some(Target::Path("//a/b"))),
        ("://a", None),
        ("1x://a", None),
        ("+x://a", None),
        ("h_p://a", None),
        ("http://", None),
        ("http:///a", None),
        ("http://a b", None),
        ("http://u@a/", None),
        ("/a#b", None),
        ("/a b", None),
        ("/a\tb", None),
        ("/a\u{1}", None),
        ("/a\u{7f}", None),
        ("/\u{20}", None),
        ("/!~", Some(Target::Path("/!~"))),
    ] {
        assert_eq!(parse_target(text), target, "{text:?}");
    }
}

#[test]
fn extension_lists_tell_the_element_at_fault() {
    for (text, quoted) in [
        ("a", false),
        ("a; b; c=d, e", false),
        ("a ; b = c", false),
        (",a,", false),
        ("a; b=\"c\"", true),
        ("a; b=\"c\\d\"", true),
        ("a; b=\"c; d=e, f\"", true),
        // Within a list in quotes, the text in quotes may be any.
        ("a; b=\"c; d=\\\"e f\\\"\"", true),
    ] {
        assert_eq!(
            is_extension_list(text.as_bytes(), quoted),
            Ok(()),
            "{text:?}"
        );
    }
    for (text, quoted, offset) in [
        ("", true, 0),
        (",", true, 0),
        ("a, b c", true, 3),
        ("a, ;b", true, 3),
        ("ok,  a;", true, 5),
        ("ok, a; =b", true, 4),
        ("ok, a; b=", true, 4),
        ("ok, a; b=c d", true, 4),
        ("ok, a; b=\"c\"", false, 4),
        ("ok, a; b=\"c", true, 4),
        ("ok, a; b=\"\"", true, 4),
        ("ok, a; b=\"c;\"", true, 4),
        ("a; b c=d", true, 0),
    ] {
        let fault = Err(ExtensionFault { offset });
        assert_eq!(
            is_extension_list(text.as_bytes(), quoted),
            fault,
            "{text:?}"
        );
    }
}

#[test]
fn spaced_numbers_are_divided_by_their_spaces() {
    use SpacedNumberFault::{NoDigits, NoSpaces, NotDivisible, TooLarge};
    for (text, number) in [
        ("1 2", Ok(12)),
        ("a1b 2 4", Ok(62)),
        ("0 ", Ok(0)),
        ("  6 ", Ok(2)),
        ("4294967295 ", Ok(u32::MAX)),
        ("8589934590  ", Ok(u32::MAX)),
        ("", Err(NoDigits)),
        (" ", Err(NoDigits)),
        ("a b", Err(NoDigits)),
        ("12", Err(NoSpaces)),
        ("1\t2", Err(NoSpaces)),
        (" 1 ", Err(NotDivisible)),
        ("4294967296 ", Err(TooLarge)),
        ("18446744073709551615 ", Err(TooLarge)),
        ("18446744073709551616 ", Err(TooLarge)),
        ("99999999999999999999999 ", Err(TooLarge)),
    ] {
        assert_eq!(spaced_number(text.as_bytes()), number, "{text:?}");
    }
}

/// Writes a spaced number, checks its form, and gives the number that was drawn for it.
fn written(mut draw: impl FnMut(u32) -> u32) -> (Vec<u8>, u32) {
    let (mut draws, mut drawn) = (0, 0);
    let mut recorded = |below: u32| {
        assert!(below > 0);
        let value = draw(below);
        assert!(value < below);
        draws += 1;
        if draws == 2 {
            drawn = value;
        }
        value
    };
    let mut key = Vec::new();
    write_spaced_number(&mut recorded, &mut key);
    (key, drawn)
}

#[test]
fn spaced_numbers_are_written_as_they_are_read() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: u32| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        ((state >> 33) % u64::from(below)) as u32
    };
    let (mut least, mut most) = (usize::MAX, 0);
    let (mut characters, mut ends) = (BTreeSet::new(), false);
    let mut check = |(key, drawn): (Vec<u8>, u32)| {
        let text = String::from_utf8_lossy(&key).into_owned();
        assert_eq!(spaced_number(&key), Ok(drawn), "{text:?}");
        let count = |is: fn(&u8) -> bool| key.iter().filter(|byte| is(byte)).count();
        assert!((1..=12).contains(&count(|&byte| byte == b' ')), "{text:?}");
        let is_other = |byte: &u8| matches!(byte, 0x21..=0x2f | 0x3a..=0x7e);
        let others = count(is_other);
        characters.extend(key.iter().copied().filter(is_other));
        ends |= key.last().is_some_and(is_other);
        assert!((1..=12).contains(&others), "{text:?}");
        let digits = count(u8::is_ascii_digit);
        assert_eq!(
            count(|_| true),
            count(|&byte| byte == b' ') + others + digits
        );
        assert_ne!(key.first(), Some(&b' '), "{text:?}");
        assert_ne!(key.last(), Some(&b' '), "{text:?}");
        least = least.min(others);
        most = most.max(others);
    };
    check(written(|_| 0));
    check(written(|below| below - 1));
    for _ in 0..5000 {
        check(written(&mut random));
    }
    assert_eq!((least, most), (1, 12));
    assert_eq!(characters.len(), 15 + 69, "each character comes up");
    assert!(ends, "one may come last");
}

#[test]
fn origins_are_null_or_schemes_with_a_host() {
    for taken in [
        "null",
        "http://example.com",
        "https://example.com:8443",
        "HTTPS://EXAMPLE.COM",
        "http://xn--bcher-kva.example",
        "http://my_host",
        "http://127.0.0.1:80",
        "http://[::1]",
        "http://[2001:db8::1]:8080",
        "file://",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "moz-extension://a3a0b7f6-1111-2222-3333-444455556666",
        "safari-web-extension://A3A0B7F6-1111-2222-3333-444455556666",
        "capacitor://localhost",
        "ionic://localhost",
        "app://obsidian.md",
        "vscode-webview://0abc",
        "http://a.example http://b.example:81 file://",
    ] {
        assert!(is_origin(taken.as_bytes()), "{taken:?}");
    }
    for refused in [
        "",
        " ",
        "foo",
        "example.com",
        "localhost:8080",
        "javascript:x",
        "http:a",
        "http:/a",
        "://a",
        "1http://a",
        "ht tp://a",
        "http://a/",
        "http://a/path",
        "http://a?b",
        "http://a#b",
        "http://user@a",
        "http://a:8x",
        "http://a:99999",
        "http://::1",
        "http://b\u{fc}cher.example",
        "http://a\r",
        "a b",
        "http://a  http://b",
        "http://a null",
        "null null",
        "NULL",
    ] {
        assert!(!is_origin(refused.as_bytes()), "{refused:?}");
    }
}

//! Hex as other programs print it.

use crate::common::told;

#[test]
fn what_programs_print_is_read_as_hex() {
    let plain = told(
        &["inspect", "--from", "server", "--hex", "810568656c6c6f"],
        b"",
    );
    assert_eq!(plain.0, 0);
    for text in [
        "00000000: 8105 6865 6c6c 6f                        ..hello\n",
        "00000000  81 05 68 65 6c 6c 6f                              |..hello|\n00000007\n",
        "0x81, 0x05, 0x68, 0x65, 0x6c, 0x6c, 0x6f",
        "{ 0x81, 0x05, 0x68,\n  0x65, 0x6c, 0x6c, 0x6f };\n",
    ] {
        let found = told(&["inspect", "--from", "server", "--hex", text], b"");
        assert_eq!(found, plain, "{text}");
        let (status, out, err) = told(&["lint", "-", "--from", "server"], text.as_bytes());
        assert_eq!(status, 0, "{text}: {out}{err}");
        assert!(
            out.contains("1 message (5 bytes) from the server"),
            "{text}: {out}"
        );
    }
}

#[test]
fn what_is_left_out_of_a_dump_is_the_same_line_again() {
    let line = "89 00 89 00 89 00 89 00  89 00 89 00 89 00 89 00";
    let text =
        format!("00000000  {line}  |................|\n*\n00000030  89 00     |..|\n00000032\n");
    let (status, out, _) = told(
        &["inspect", "--from", "server", "--json", "--hex", &text],
        b"",
    );
    assert_eq!(status, 0, "{out}");
    assert_eq!(out.matches("\"event\":\"frame\"").count(), 25, "{out}");
    // More than a dump can mean is no dump.
    let far = format!("00000000  {line}  |................|\n*\nfffffff0  89 00     |..|\n");
    let (status, _, err) = told(&["inspect", "--from", "server", "--hex", &far], b"");
    assert_eq!(status, 2, "{err}");
}

/// What plain hex was before dumps were read stays the same.
#[test]
fn digits_with_colons_are_no_dump() {
    let inspected = |hex: &str| told(&["inspect", "--from", "server", "--hex", hex], b"");
    let plain = inspected("810568656c6c6f");
    assert_eq!(plain.0, 0);
    for hex in [
        "8105: 68656c6c6f",
        "81056865: 6c6c6f",
        "8105: 6865\n6c6c: 6f",
        "8105:6865:6c6c:6f",
    ] {
        assert_eq!(inspected(hex), plain, "{hex}");
    }
    let (status, out, err) = told(&["lint", "-", "--from", "server"], b"8100: 8200");
    assert_eq!(status, 0, "{out}{err}");
    assert!(out.contains("2 messages (0 bytes)"), "{out}");
    // What was raw bytes is raw bytes.
    for raw in [
        "dead: beef  is what he said",
        "cafe: 8100  oops",
        "facade: be  x",
        "0x9, ",
        "(0x9)",
        "0x810 0x00",
    ] {
        let found = told(&["lint", "-", "--from", "server"], raw.as_bytes());
        let format = &["lint", "-", "--from", "server", "--format", "raw"];
        assert_eq!(found, told(format, raw.as_bytes()), "{raw}");
    }
}

/// Dumps whose bytes can be misread are refused, with what to do.
#[test]
fn dumps_of_other_forms_are_refused() {
    for (text, why) in [
        (
            "00000000: 65680581   6f6c6c                    ..hello\n",
            "\"xxd -e\" printed the hex, and reverses the bytes of each word: leave out -e",
        ),
        (
            "00000000: 10000001 00000011 01100001 01100010 01100011           ..abc\n",
            "\"xxd -b\" printed bits, and not hex: leave out -b",
        ),
        ("00000000: 84838281  ....\n", "may be in reverse order"),
        (
            "0000000 0581 6568 6c6c 006f\n0000007\n",
            "take \"hexdump -C\" or \"xxd\"",
        ),
        (
            "000000 81 05 68 65 6c 6c 6f\n000007\n",
            "take \"hexdump -C\" or \"xxd\"",
        ),
        (
            "0000000 002601 062550 066154 000157\n0000007\n",
            "take \"hexdump -C\" or \"xxd\"",
        ),
        (
            "00000000: 8105 6865 6c6c 6f  ..hello\n00000010: 8900  ..\n",
            "a line of the dump does not follow the line before it",
        ),
    ] {
        let hex = &["inspect", "--from", "server", "--hex", text];
        for (status, out, err) in [
            told(hex, b""),
            told(&["lint", "-", "--from", "server"], text.as_bytes()),
        ] {
            assert_eq!(status, 2, "{text}: {out}");
            assert!(err.contains(why), "{text}: {err}");
        }
    }
    for (hex, why) in [
        ("0x81", "numbers with 0x must be two or more"),
        ("0x810 0x00", "numbers with 0x must be two or more"),
        (
            "00000000: 8105  hello",
            "the text at the end of a line does not show its bytes",
        ),
        ("8105 é x", "'é', character 6 of the hex"),
    ] {
        let (status, _, err) = told(&["inspect", "--from", "server", "--hex", hex], b"");
        assert_eq!(status, 2, "{hex}");
        assert!(err.contains(why), "{hex}: {err}");
    }
}

#[test]
fn each_side_can_have_a_dump() {
    let plain = "> 8185000000006865 6c6c6f\n< 810568656c6c6f\n";
    let plain = told(&["lint", "--hex", plain], b"");
    assert_eq!(plain.0, 0, "{plain:?}");
    for dump in [
        "> 00000000: 8185 0000 0000 6865 6c6c 6f              ......hello\n< 00000000: 8105 6865 6c6c 6f  ..hello\n",
        "> 00000000: 8185 0000 0000 6865\n> 00000008: 6c6c 6f\n< 00000000: 8105 6865 6c6c 6f  ..hello",
        ">00000000  81 85 00 00 00 00 68 65  6c 6c 6f  |......hello|\n0000000b\n<0x81, 0x05, 0x68, 0x65, 0x6c, 0x6c, 0x6f\n",
    ] {
        assert_eq!(told(&["lint", "--hex", dump], b""), plain, "{dump}");
    }
    // A wrong character has its place in the whole text.
    let (status, _, err) = told(&["lint", "--hex", "> 8100\n< é 81g0"], b"");
    assert_eq!(status, 2);
    assert!(err.contains("'é', character 10 of the hex"), "{err}");
}

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

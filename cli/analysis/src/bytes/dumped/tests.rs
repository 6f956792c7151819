use super::{Unread, begins_dump, dumped};

const HELLO: [u8; 7] = [0x81, 0x05, b'h', b'e', b'l', b'l', b'o'];

#[test]
fn dumps_are_read() {
    for text in [
        "00000000: 8105 6865 6c6c 6f                        ..hello\n",
        "0000000: 8105 6865 6c6c 6f                        ..hello\n",
        "00000000: 81056865 6c6c6f                      ..hello\n",
        "00000000: 810568656c6c6f                    ..hello\n",
        "00000000  81 05 68 65 6c 6c 6f                              |..hello|\n00000007\n",
        "0x81, 0x05, 0x68, 0x65, 0x6c, 0x6c, 0x6f",
        "{0x81,0x5,0x68,\n 0x65, 0X6C, 0x6c, 0x6f};",
        "00000010: 8105 6865  ..he\n00000014: 6c6c 6f    llo\n",
    ] {
        assert!(begins_dump(text), "{text}");
        assert_eq!(dumped(text), Some(Ok(HELLO.to_vec())), "{text}");
    }
    let cut = "00000000: 8105 6865\n00000004: 6c6c 6f\n";
    assert_eq!(dumped(cut), Some(Ok(HELLO.to_vec())));
    let stars = "00000000  61 61  |aa|\n*\n00000006  62  |b|\n00000007\n";
    assert_eq!(dumped(stars), Some(Ok(b"aaaaaab".to_vec())));
    let blanks = "00000000: 2020      \n00000002: 8900  ..\n";
    assert!(begins_dump(blanks));
    assert_eq!(dumped(blanks), Some(Ok(vec![b' ', b' ', 0x89, 0])));
}

#[test]
fn dumps_that_can_be_misread_are_refused() {
    for (text, why) in [
        (
            "00000000: 65680581   6f6c6c                    ..hello\n",
            Unread::Reversed,
        ),
        (
            "00000000:       6362610381                   ..abc\n",
            Unread::Reversed,
        ),
        (
            "00000000: 10000001 00000011 01100001 01100010 01100011           ..abc\n",
            Unread::Bits,
        ),
        ("00000000: 84838281  ....\n", Unread::Order),
        (
            "00000000: 81828384 81828384\n00000008: 8900\n",
            Unread::Order,
        ),
        ("0000000 0581 6568 6c6c 006f\n0000007\n", Unread::Offsets),
        (
            "0000000 1081 6568 6c6c 206f 7720 726f 646c 3120\n0000010 3332\n",
            Unread::Offsets,
        ),
        (
            "0000000 002601 062550 066154 000157\n0000007\n",
            Unread::Offsets,
        ),
        ("000000 81 05 68 65 6c 6c 6f\n000007\n", Unread::Offsets),
        ("0000000 0000\n*\n0000020\n", Unread::Offsets),
        ("00000000: 8105  ..\n00000003: 82  .", Unread::Lines),
        ("00000000  61  |a|\n*\n", Unread::Lines),
        ("00000000  61  |a|\n*\nffffffff  62  |b|", Unread::Long),
    ] {
        assert_eq!(dumped(text), Some(Err(why)), "{text}");
    }
}

#[test]
fn other_texts_are_none() {
    for text in [
        "",
        "8105",
        "0x9",
        "0x9, ",
        "0x810 0x00",
        "00000000: x",
        "00000000  81 05 68  ..h",
        "00000000: 81\n00000005: 82",
        "00000000 00000001\n00000002 00000003",
        "GET / HTTP/1.1",
        "0x81, hello",
        "deadbeef",
        "8105: 68656c6c6f",
        "81056865: 6c6c6f",
        "dead: beef  is",
        "deadbeef: 8100  oops",
        "8100: 8200\n8102: 8300",
    ] {
        assert_eq!(dumped(text), None, "{text:?}");
        assert!(!begins_dump(text), "{text:?}");
    }
    assert!(begins_dump("0x81, 0x05, 0x"));
    assert!(!begins_dump("0x81, 0x05, 0x68x"));
}

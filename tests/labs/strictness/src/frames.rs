//! Frames that RFC 6455 forbids, for both ends.

use crate::input::{Case, End, Input};

/// A frame as a list of what goes into it.
struct Frame<'a> {
    first: u8,
    payload: &'a [u8],
    /// Bits of the length's form: 16, 64, 0 for the shortest, or [`TOO_LONG`].
    form: u8,
    masked: bool,
}

/// The 64-bit form, with a bit that no length has.
const TOO_LONG: u8 = 65;

impl<'a> Frame<'a> {
    /// One that `to` may receive.
    fn to(to: End, first: u8, payload: &'a [u8]) -> Self {
        Self {
            first,
            payload,
            form: 0,
            masked: to == End::Server,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let (length, mask) = (self.payload.len(), u8::from(self.masked) << 7);
        let mut bytes = vec![self.first];
        match (self.form, length) {
            (16, _) | (0, 126..=0xffff) => {
                bytes.push(mask | 126);
                bytes.extend((length as u16).to_be_bytes());
            }
            (64, _) | (0, 0x1_0000..) => {
                bytes.push(mask | 127);
                bytes.extend((length as u64).to_be_bytes());
            }
            (TOO_LONG, _) => {
                bytes.push(mask | 127);
                bytes.extend((1 << 63 | length as u64).to_be_bytes());
            }
            _ => bytes.push(mask | length as u8),
        }
        if self.masked {
            let key = [0x37, 0xfa, 0x21, 0x3d];
            bytes.extend(key);
            let masked = self.payload.iter().zip(key.into_iter().cycle());
            bytes.extend(masked.map(|(byte, key)| byte ^ key));
        } else {
            bytes.extend(self.payload);
        }
        bytes
    }
}

/// A message that tells whether an end still receives.
pub const PROBE: &[u8] = b"still here";

/// What is said to an end after the hostile frames: a good message, and a good close.
pub fn farewell(to: End) -> Vec<u8> {
    let probe = Frame::to(to, 0x82, PROBE).bytes();
    [probe, Frame::to(to, 0x88, &[3, 232]).bytes()].concat()
}

/// All of them: section, words, rule and bytes for each end that can receive it.
pub fn all() -> Vec<Input> {
    let mut inputs = Vec::new();
    for to in [End::Server, End::Client] {
        let mut add = |section, what, rule, frames: &[Frame<'_>]| {
            let bytes = frames.iter().flat_map(Frame::bytes).collect();
            let case = Case::Frames(to, bytes);
            inputs.push(Input {
                section,
                what,
                rule,
                case,
            });
        };
        masks(to, &mut add);
        heads(to, &mut add);
        fragments(to, &mut add);
        controls(to, &mut add);
        closes(to, &mut add);
        texts(to, &mut add);
    }
    inputs
}

type Add<'a> = dyn FnMut(&'static str, &'static str, &'static str, &[Frame<'_>]) + 'a;

fn masks(to: End, add: &mut Add<'_>) {
    let wrong = |first, payload| Frame {
        masked: to == End::Client,
        ..Frame::to(to, first, payload)
    };
    let (rule, kinds) = match to {
        End::Server => (
            "client-frame-masked",
            [
                "an unmasked text",
                "an unmasked binary message",
                "an unmasked ping",
                "an unmasked pong",
                "an unmasked close",
                "an unmasked empty text",
            ],
        ),
        End::Client => (
            "server-frame-unmasked",
            [
                "a masked text",
                "a masked binary message",
                "a masked ping",
                "a masked pong",
                "a masked close",
                "a masked empty text",
            ],
        ),
    };
    let frames: [(u8, &[u8]); 6] = [
        (0x81, b"hi"),
        (0x82, b"hi"),
        (0x89, b"hi"),
        (0x8a, b"hi"),
        (0x88, &[3, 232]),
        (0x81, b""),
    ];
    for (what, (first, payload)) in kinds.into_iter().zip(frames) {
        add("5.1", what, rule, &[wrong(first, payload)]);
    }
}

fn heads(to: End, add: &mut Add<'_>) {
    let frame = |first, payload| Frame::to(to, first, payload);
    let formed = |first, form, payload| Frame {
        form,
        ..Frame::to(to, first, payload)
    };
    for (what, first) in [
        ("RSV1 on a text, without an extension", 0xc1),
        ("RSV2 on a text", 0xa1),
        ("RSV3 on a text", 0x91),
        ("RSV1 on a ping", 0xc9),
        ("RSV2 on a close", 0xa8),
        ("all reserved bits", 0xf2),
    ] {
        add("5.2", what, "reserved-bits-clear", &[frame(first, b"hi")]);
    }
    add(
        "5.2",
        "RSV1 on a continuation",
        "reserved-bits-clear",
        &[frame(0x01, b"h"), frame(0xc0, b"i")],
    );
    for (what, first) in [
        ("opcode 3", 0x83),
        ("opcode 4", 0x84),
        ("opcode 5", 0x85),
        ("opcode 6", 0x86),
        ("opcode 7", 0x87),
        ("opcode 11", 0x8b),
        ("opcode 12", 0x8c),
        ("opcode 13", 0x8d),
        ("opcode 14", 0x8e),
        ("opcode 15", 0x8f),
    ] {
        add("5.2", what, "opcode-known", &[frame(first, b"hi")]);
    }
    for (what, form, payload) in [
        ("2 bytes in the 16-bit form", 16, &b"hi"[..]),
        ("125 bytes in the 16-bit form", 16, &[b'a'; 125]),
        ("2 bytes in the 64-bit form", 64, b"hi"),
        ("126 bytes in the 64-bit form", 64, &[b'a'; 126]),
        ("no bytes in the 16-bit form", 16, b""),
    ] {
        add(
            "5.2",
            what,
            "length-minimal",
            &[formed(0x82, form, payload)],
        );
    }
    add(
        "5.2",
        "a length with its top bit set",
        "length-fits",
        &[formed(0x82, TOO_LONG, b"hi")],
    );
}

fn fragments(to: End, add: &mut Add<'_>) {
    let frame = |first, payload| Frame::to(to, first, payload);
    let nothing = "continuation-of-nothing";
    add(
        "5.4",
        "a last continuation of nothing",
        nothing,
        &[frame(0x80, b"hi")],
    );
    add(
        "5.4",
        "a continuation of nothing",
        nothing,
        &[frame(0x00, b"hi"), frame(0x80, b"")],
    );
    add(
        "5.4",
        "a continuation of a whole message",
        nothing,
        &[frame(0x81, b"a"), frame(0x80, b"b")],
    );
    add(
        "5.4",
        "a continuation after the last one",
        nothing,
        &[frame(0x01, b"a"), frame(0x80, b"b"), frame(0x80, b"c")],
    );
    let interrupted = "message-interrupted";
    add(
        "5.4",
        "a text within a fragmented text",
        interrupted,
        &[frame(0x01, b"a"), frame(0x81, b"b")],
    );
    add(
        "5.4",
        "a binary message within a fragmented text",
        interrupted,
        &[frame(0x01, b"a"), frame(0x82, b"b")],
    );
    add(
        "5.4",
        "a fragment of another text within a text",
        interrupted,
        &[frame(0x01, b"a"), frame(0x01, b"b"), frame(0x80, b"c")],
    );
    add(
        "5.4",
        "a new message after a ping within a message",
        interrupted,
        &[frame(0x01, b"a"), frame(0x89, b"b"), frame(0x81, b"c")],
    );
}

fn controls(to: End, add: &mut Add<'_>) {
    let frame = |first, payload| Frame::to(to, first, payload);
    let long = [b'a'; 126];
    let mut close = vec![3, 232];
    close.extend([b'a'; 124]);
    for (what, first, payload) in [
        ("a ping of 126 bytes", 0x89, &long[..]),
        ("a pong of 126 bytes", 0x8a, &long),
        ("a close of 126 bytes", 0x88, &close),
        ("a ping of 65536 bytes", 0x89, &[b'a'; 65_536]),
    ] {
        add(
            "5.5",
            what,
            "control-frame-length",
            &[frame(first, payload)],
        );
    }
    for (what, first, payload) in [
        ("a ping that is not final", 0x09, &b"hi"[..]),
        ("a pong that is not final", 0x0a, b"hi"),
        ("a close that is not final", 0x08, &[3, 232]),
    ] {
        add("5.5", what, "control-frame-final", &[frame(first, payload)]);
    }
    add(
        "5.5",
        "a ping in two frames",
        "control-frame-final",
        &[frame(0x09, b"h"), frame(0x80, b"i")],
    );
}

fn closes(to: End, add: &mut Add<'_>) {
    let frame = |payload| Frame::to(to, 0x88, payload);
    add(
        "5.5.1",
        "a close of one byte",
        "close-code-complete",
        &[frame(&[3])],
    );
    add(
        "5.5.1",
        "a reason that is not UTF-8",
        "close-reason-utf8",
        &[frame(b"\x03\xe8\xff\xfe")],
    );
    add(
        "5.5.1",
        "a reason cut within a character",
        "close-reason-utf8",
        &[frame(b"\x03\xe8ab\xc3")],
    );
    for (what, code) in [
        ("close code 0", 0u16),
        ("close code 999", 999),
        ("close code 1004", 1004),
        ("close code 1005", 1005),
        ("close code 1006", 1006),
        ("close code 1015", 1015),
        ("close code 1016", 1016),
        ("close code 1100", 1100),
        ("close code 2000", 2000),
        ("close code 2999", 2999),
        ("close code 5000", 5000),
        ("close code 65535", 65_535),
    ] {
        let code = code.to_be_bytes();
        add(
            "7.4",
            what,
            "close-code-allowed",
            &[Frame::to(to, 0x88, &code)],
        );
    }
}

fn texts(to: End, add: &mut Add<'_>) {
    let frame = |first, payload| Frame::to(to, first, payload);
    for (what, payload) in [
        ("text with a byte that starts nothing", &b"a\xffb"[..]),
        ("text with a lone continuation byte", b"a\x80b"),
        ("text with an overlong slash", b"\xc0\xaf"),
        ("text with an overlong zero", b"\xc0\x80"),
        ("text with a surrogate", b"\xed\xa0\x80"),
        ("text beyond U+10FFFF", b"\xf4\x90\x80\x80"),
        ("text that ends within a character", b"ab\xe2\x82"),
        ("text with a five-byte form", b"\xf8\x88\x80\x80\x80"),
    ] {
        add("8.1", what, "text-utf8", &[frame(0x81, payload)]);
    }
    add(
        "8.1",
        "a character broken over fragments",
        "text-utf8",
        &[frame(0x01, b"\xce"), frame(0x80, b"a")],
    );
    add(
        "8.1",
        "text in fragments that ends within a character",
        "text-utf8",
        &[frame(0x01, b"a"), frame(0x80, b"\xc3")],
    );
}

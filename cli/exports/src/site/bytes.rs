//! Frames as annotated bytes: what each byte is, and which of them breaks a rule.

use wsdraft::{
    Draft, Role,
    frame::{Decode, FrameHeader, Length, Mask},
};
use wsdraft_interpreter::vectors::SESSION;
use wsdraft_spec::{
    ResolvedDraft,
    vocabulary::{Cover, Form, LayoutField},
};

use super::html::{Html, code, div, element, plain, span};

/// The frames that one end sends, in a draft.
pub(super) struct Frames<'a> {
    pub(super) spec: &'a ResolvedDraft,
    pub(super) draft: &'a dyn Draft,
    pub(super) by: Role,
    pub(super) bytes: &'a [u8],
    /// The byte that breaks a rule.
    pub(super) breaks: Option<u64>,
}

/// What a piece of a frame is; its name is a class of the style.
#[derive(Clone, Copy)]
enum Part {
    Head,
    Length,
    Key,
    Payload,
    End,
    Rest,
}

/// Bytes in a row that are one thing.
struct Piece {
    part: Part,
    from: usize,
    to: usize,
    says: String,
}

/// No more bytes of a piece are shown.
const SHOWN: usize = 12;
/// No more characters of a payload are shown.
const CHARACTERS: usize = 24;

impl Part {
    const fn class(self) -> &'static str {
        match self {
            Self::Head => "piece head",
            Self::Length => "piece length",
            Self::Key => "piece key",
            Self::Payload => "piece payload",
            Self::End => "piece end",
            Self::Rest => "piece rest",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Head => "start",
            Self::Length => "length",
            Self::Key => "masking key",
            Self::Payload => "payload",
            Self::End => "end",
            Self::Rest => "not a whole frame",
        }
    }
}

impl Frames<'_> {
    /// The frames, one after the other.
    pub(super) fn describe(&self) -> Html {
        let mut frames = Html::default();
        let mut at = 0;
        while at < self.bytes.len() {
            let pieces = self.frame(at);
            at = pieces.last().map_or(self.bytes.len(), |piece| piece.to);
            let is_last = at >= self.bytes.len();
            let pieces = pieces.iter().map(|piece| self.piece(piece, is_last));
            let pieces = pieces.map(|piece| plain("li", piece)).collect::<Html>();
            frames.push(element("ol", &[("class", "wire")], pieces));
        }
        frames
    }

    /// The pieces of the frame that starts here.
    fn frame(&self, at: usize) -> Vec<Piece> {
        let rest = || {
            let says = String::new();
            vec![Piece {
                part: Part::Rest,
                from: at,
                to: self.bytes.len(),
                says,
            }]
        };
        let Decode::Header(header) = self.draft.decode(&self.bytes[at..], self.by, &SESSION) else {
            return rest();
        };
        let whole = at + usize::from(header.size);
        let (end, delimiter) = match header.length {
            Length::Bytes(length) => {
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                (whole.saturating_add(length), 0)
            }
            Length::Until(end) => {
                let ends = self.bytes[whole..].iter().position(|byte| *byte == end);
                (
                    ends.map_or(self.bytes.len(), |ends| whole + ends),
                    usize::from(ends.is_some()),
                )
            }
        };
        let mut pieces = self.header(at, &header);
        let end = end.min(self.bytes.len());
        if end > whole {
            let payload = self.unmasked(whole, end, header.mask);
            pieces.push(Piece {
                part: Part::Payload,
                from: whole,
                to: end,
                says: payload,
            });
        }
        if delimiter > 0 {
            pieces.push(Piece {
                part: Part::End,
                from: end,
                to: end + delimiter,
                says: String::new(),
            });
        }
        pieces
    }

    /// The pieces of a frame header.
    fn header(&self, at: usize, header: &FrameHeader) -> Vec<Piece> {
        let size = usize::from(header.size);
        let layout = self.spec.layout.as_ref().map(|layout| &layout.value.form);
        let (fields, fixed) = match layout {
            Some(Form::Prefixed { fields, .. }) => {
                let bits: usize = fields.iter().map(|field| usize::from(field.bits())).sum();
                (fields.as_slice(), bits / 8)
            }
            Some(Form::Delimited { .. }) | None => (&[][..], 1),
        };
        let covers_all = self.spec.masking.as_ref().is_some_and(|masking| {
            masking.value.covers == Cover::Frame && masking.value.by == self.by
        });
        let key = if matches!(header.mask, Mask::None) {
            0
        } else {
            4.min(size)
        };
        let (before, after) = if covers_all { (key, 0) } else { (0, key) };
        let mut pieces = Vec::new();
        let mut from = at;
        let mut push = |part, length: usize, says: String| {
            if length > 0 {
                pieces.push(Piece {
                    part,
                    from,
                    to: from + length,
                    says,
                });
                from += length;
            }
        };
        let hidden = if covers_all { ", masked" } else { "" };
        push(Part::Key, before, String::new());
        let first = format!("{}{hidden}", self.first(fields, header));
        push(Part::Head, fixed.min(1), first);
        let length = match header.length {
            Length::Bytes(length) => format!("{length}{}{hidden}", masked(fields, header)),
            Length::Until(_) => String::new(),
        };
        push(
            Part::Length,
            size.saturating_sub(before + after + fixed.min(1)),
            length,
        );
        push(Part::Key, after, String::new());
        pieces
    }

    /// What the first byte says.
    fn first(&self, fields: &[LayoutField], header: &FrameHeader) -> String {
        let mut words = Vec::new();
        let mut reserved = 0;
        for field in fields {
            match field {
                LayoutField::Final => words.push(if header.fin {
                    "last".into()
                } else {
                    "not the last".to_owned()
                }),
                LayoutField::More => words.push(if header.fin {
                    "last".into()
                } else {
                    "more follow".to_owned()
                }),
                LayoutField::Reserved(name) => {
                    if header.reserved >> reserved & 1 == 1 {
                        words.push(name.clone());
                    }
                    reserved += 1;
                }
                LayoutField::Opcode(_) | LayoutField::Masked | LayoutField::Length(_) => {}
            }
        }
        let opcodes = &self.spec.opcodes;
        let mut named = opcodes
            .iter()
            .filter(|(_, item)| item.value.value == header.opcode);
        let name = named.next().map_or("unknown", |(name, _)| name);
        words.insert(0, format!("{name} 0x{:X}", header.opcode));
        words.join(", ")
    }

    /// The start of a payload as it is without its mask: as text, or as a close code and text.
    fn unmasked(&self, from: usize, to: usize, mask: Mask) -> String {
        let bytes = self.bytes[from..to].iter().take(CHARACTERS).enumerate();
        let plain: Vec<u8> = bytes
            .map(|(at, byte)| match mask {
                Mask::None => *byte,
                Mask::Four(key) => byte ^ key[at % key.len()],
                Mask::Twenty { key, phase } => byte ^ key[(usize::from(phase) + at) % key.len()],
            })
            .collect();
        let more = if to - from > CHARACTERS { "…" } else { "" };
        let shown = match std::str::from_utf8(&plain) {
            Ok(text) if !text.chars().any(char::is_control) => format!("“{text}{more}”"),
            Ok(_) | Err(_) => format!("{}{more}", hex(&plain)),
        };
        let masked = if matches!(mask, Mask::None) {
            ""
        } else {
            "unmasked "
        };
        format!("{masked}{shown}")
    }

    fn piece(&self, piece: &Piece, is_last: bool) -> Html {
        let bytes = &self.bytes[piece.from..piece.to];
        let hidden = bytes.len().saturating_sub(SHOWN + 4);
        let mut shown = match hidden {
            0 => code(hex(bytes)),
            hidden => {
                let most = hex(&bytes[..SHOWN]);
                code(format!("{most} …")).and(span("more", format!("{} more bytes", hidden + 4)))
            }
        };
        shown.push(span("what", piece.part.name()));
        if !piece.says.is_empty() {
            shown.push(span("says", piece.says.as_str()));
        }
        let to = if is_last && piece.to == self.bytes.len() {
            piece.to + 1
        } else {
            piece.to
        };
        let breaks = self.breaks.and_then(|at| usize::try_from(at).ok());
        if breaks.is_some_and(|at| (piece.from..to).contains(&at)) {
            let place = match bytes.get(breaks.unwrap_or_default().wrapping_sub(piece.from)) {
                Some(byte) => format!("breaks the rule at {byte:02x}"),
                None => "breaks the rule: it ends here".into(),
            };
            return div(
                &format!("{} breaks", piece.part.class()),
                shown.and(span("here", place)),
            );
        }
        div(piece.part.class(), shown)
    }
}

/// Whether a frame header says that a key follows.
fn masked(fields: &[LayoutField], header: &FrameHeader) -> &'static str {
    let has_bit = fields.iter().any(|field| match field {
        LayoutField::Masked => true,
        LayoutField::Final
        | LayoutField::More
        | LayoutField::Reserved(_)
        | LayoutField::Opcode(_)
        | LayoutField::Length(_) => false,
    });
    match (has_bit, header.masked) {
        (false, _) => "",
        (true, true) => ", masked",
        (true, false) => ", not masked",
    }
}

/// Bytes as hex, apart by spaces.
pub(super) fn hex(bytes: &[u8]) -> String {
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}

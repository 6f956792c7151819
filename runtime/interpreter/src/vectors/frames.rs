//! Valid and invalid frames, and vectors for rules about frame headers.

use wsdraft::{
    Role,
    frame::{Encoded, Mask, Outgoing, write_counted},
    info::Kind,
    mask,
};
use wsdraft_spec::{
    model::Rule,
    requirement::{FrameCondition, FrameTest},
    vocabulary::{CloseBody, Cover, Delimiter, Extended, Form, LayoutField, TypeRange},
};

use super::{Case, Input, NoVector, SESSION, Vectors, senders};

/// The length in bytes of the longest payload in a vector.
const LONGEST: u64 = 1 << 20;

/// The masking key of every frame, or the nonce that it is derived from.
const NONCE: [u8; 4] = [0x11, 0x22, 0x33, 0x44];

/// A frame to write as it is, valid or not.
#[derive(Clone, Debug, Default)]
pub(super) struct Raw {
    opcode: u8,
    /// Whether further frames of the message follow.
    more: bool,
    reserved: u8,
    payload: Vec<u8>,
    /// The bits of the length form, if it is not the shortest one.
    form: Option<u8>,
    /// A payload length that differs from the real one.
    length: Option<u64>,
    /// Whether the frame is masked, if that differs from the draft.
    masked: Option<bool>,
}

impl Raw {
    /// The frame with further frames of its message to follow.
    pub(super) fn unfinished(self) -> Self {
        Self { more: true, ..self }
    }
}

/// A stream of frames that violates a rule, one that follows it, and the bits claimed in the
/// latter.
type Streams = (Vec<Raw>, Vec<Raw>, u8);

impl Vectors<'_> {
    pub(super) fn frames(
        &self,
        rule: &Rule,
        when: Option<FrameCondition>,
        test: &FrameTest,
    ) -> Result<Vec<Case>, NoVector> {
        let mut cases = Vec::new();
        for &by in senders(rule) {
            for (broken, kept, claimed) in self.streams(when, test, by)? {
                cases.push(Case {
                    by,
                    broken: self.stream(by, &broken, 0),
                    kept: self.stream(by, &kept, claimed),
                });
            }
        }
        Ok(cases)
    }

    fn streams(
        &self,
        when: Option<FrameCondition>,
        test: &FrameTest,
        by: Role,
    ) -> Result<Vec<Streams>, NoVector> {
        let mut streams = Vec::new();
        for (kind, frame) in self.subjects(when, test, by)? {
            streams.extend(self.streams_of(test, kind, frame, by)?);
        }
        Ok(streams)
    }

    /// Streams for a rule about one frame.
    fn streams_of(
        &self,
        test: &FrameTest,
        kind: Kind,
        frame: Raw,
        by: Role,
    ) -> Result<Vec<Streams>, NoVector> {
        let text = self.raw(Kind::Text, b"text")?;
        let unfinished = self.raw(Kind::Text, b"a")?.unfinished();
        let alone = |frame: Raw| {
            let before = (kind == Kind::Continuation).then(|| unfinished.clone());
            before.into_iter().chain([frame]).collect::<Vec<_>>()
        };
        let changed = |change: &dyn Fn(&mut Raw)| {
            let mut changed = frame.clone();
            change(&mut changed);
            alone(changed)
        };
        let plain = alone(frame.clone());
        let one = |broken, kept| Ok(vec![(broken, kept, 0)]);
        match test {
            FrameTest::KnownOpcode => {
                let of = |opcode| changed(&|frame| frame.opcode = opcode);
                self.opcodes(by, self.unknown_opcodes().map(of).collect())
            }
            FrameTest::ReservedClear => {
                let bits = 0..self.draft.info().reserved_bits.len();
                let set = |bit| changed(&|frame| frame.reserved = 1u8 << bit);
                Ok(bits.map(|bit| (set(bit), set(bit), 1 << bit)).collect())
            }
            FrameTest::MinimalLength => Ok(self.long_forms(|form, length| {
                changed(&|frame| {
                    frame.payload = vec![b'a'; length as usize];
                    frame.form = Some(form.bits);
                })
            })),
            FrameTest::LengthFits => {
                let Some(form) = self.extended().last().filter(|form| form.bits < 64) else {
                    return Err(NoVector::Unbreakable("every bit of a length counts".into()));
                };
                let of = |length: Option<u64>| {
                    changed(&|frame| {
                        frame.payload = vec![b'a'; 1 << 16];
                        frame.form = Some(form.bits);
                        frame.length = length;
                    })
                };
                one(of(Some(1 << form.bits | 1 << 16)), of(None))
            }
            FrameTest::PayloadAtMost(limit) if *limit >= LONGEST => Err(NoVector::Unbreakable(
                "a payload of that length is too long for a vector".into(),
            )),
            FrameTest::PayloadAtMost(limit) => {
                let of =
                    |length: u64| changed(&|frame| frame.payload = vec![b'a'; length as usize]);
                one(of(limit + 1), of(*limit))
            }
            FrameTest::Final => one(changed(&|frame| frame.more = true), plain),
            FrameTest::Masked => one(changed(&|frame| frame.masked = Some(false)), plain),
            FrameTest::Unmasked => one(changed(&|frame| frame.masked = Some(true)), plain),
            FrameTest::BeforeClose => {
                let close = self.sound(Kind::Close, by)?;
                one(vec![close.clone(), frame.clone()], vec![frame, close])
            }
            FrameTest::MessageOpen => one(vec![frame.clone(), text], vec![unfinished, frame]),
            FrameTest::NoMessageOpen => one(vec![unfinished, frame.clone()], vec![text, frame]),
            FrameTest::Function(_) => Err(NoVector::unknown_form(test)),
        }
    }

    /// Streams with a length form that is too long, each with one in a permitted form. `of` creates
    /// a stream.
    fn long_forms(&self, of: impl Fn(&Extended, u64) -> Vec<Raw>) -> Vec<Streams> {
        let mut largest = self.shortest_form();
        let mut streams = Vec::new();
        for form in self.extended() {
            streams.push((of(form, largest), of(form, largest + 1), 0));
            streams.push((of(form, 0), of(form, largest + 2), 0));
            largest = 1u64.checked_shl(form.bits.into()).unwrap_or_default();
            largest = largest.wrapping_sub(1);
            if largest > LONGEST {
                break;
            }
        }
        streams
    }

    /// Streams with opcodes that the draft does not define, each with a stream that has a defined
    /// opcode.
    fn opcodes(&self, by: Role, unknown: Vec<Vec<Raw>>) -> Result<Vec<Streams>, NoVector> {
        let mut known = Vec::new();
        for opcode in self.draft.info().opcodes {
            let mut stream = vec![self.sound(opcode.kind, by)?];
            if opcode.kind == Kind::Continuation {
                stream.insert(0, self.raw(Kind::Text, b"a")?.unfinished());
            }
            known.push(stream);
        }
        let count = unknown.len().max(known.len());
        let pairs = unknown.iter().cycle().zip(known.iter().cycle());
        let streams = pairs.map(|(bad, good)| (bad.clone(), good.clone(), 0));
        Ok(streams.take(count).collect())
    }

    /// The frames that a rule applies to.
    fn subjects(
        &self,
        when: Option<FrameCondition>,
        test: &FrameTest,
        by: Role,
    ) -> Result<Vec<(Kind, Raw)>, NoVector> {
        let opcodes = self.draft.info().opcodes.iter();
        let mut kinds: Vec<Kind> = opcodes.map(|opcode| opcode.kind).collect();
        match when {
            None if *test == FrameTest::ReservedClear => {}
            None | Some(FrameCondition::Data | FrameCondition::Starts) => {
                return Ok(vec![(Kind::Text, self.raw(Kind::Text, b"text")?)]);
            }
            Some(FrameCondition::Control) => kinds.retain(|kind| kind.is_control()),
            Some(FrameCondition::Kind(kind)) => kinds = vec![kind],
            Some(when @ (FrameCondition::MessageOpen | FrameCondition::NoMessageOpen)) => {
                return Err(NoVector::unknown_form(&when));
            }
        }
        // The body of a close frame has its own rules.
        if matches!(test, FrameTest::PayloadAtMost(_)) {
            kinds.retain(|kind| *kind != Kind::Close);
        }
        let sound = |kind| Ok((kind, self.sound(kind, by)?));
        kinds.into_iter().map(sound).collect()
    }

    /// A frame of this kind that violates nothing.
    pub(super) fn raw(&self, kind: Kind, payload: &[u8]) -> Result<Raw, NoVector> {
        let opcodes = self.draft.info().opcodes;
        let opcode = opcodes.iter().find(|opcode| opcode.kind == kind);
        let opcode = opcode
            .ok_or_else(|| NoVector::Unbreakable(format!("the draft has no {kind:?} frame")))?;
        Ok(Raw {
            opcode: opcode.value,
            payload: payload.into(),
            ..Raw::default()
        })
    }

    /// An empty frame of this kind, or a close frame with the shortest permitted body.
    fn sound(&self, kind: Kind, by: Role) -> Result<Raw, NoVector> {
        let body = (kind == Kind::Close).then(|| self.close_body(by));
        self.raw(kind, &body.unwrap_or_default())
    }

    /// A body of a close frame that violates nothing.
    pub(super) fn close_body(&self, by: Role) -> Vec<u8> {
        match self.spec.closing.as_ref().map(|closing| closing.value.body) {
            Some(CloseBody::Letter { client, server }) => match by {
                Role::Client => vec![client],
                Role::Server => vec![server],
            },
            Some(CloseBody::Empty | CloseBody::Opaque | CloseBody::Status) | None => Vec::new(),
        }
    }

    fn unknown_opcodes(&self) -> impl Iterator<Item = u8> {
        let info = self.draft.info();
        let values = info.opcode_values();
        values.filter(|value| info.leaves_free(*value))
    }

    fn extended(&self) -> &[Extended] {
        match self.spec.layout.as_ref().map(|layout| &layout.value.form) {
            Some(Form::Prefixed { extended, .. }) => extended,
            Some(Form::Delimited { .. }) | None => &[],
        }
    }

    /// The largest length that needs no extended form.
    fn shortest_form(&self) -> u64 {
        let first = self.extended().first();
        first.map_or(127, |form| u64::from(form.marker) - 1)
    }

    /// The frames on the wire, one after the other.
    pub(super) fn stream(&self, by: Role, frames: &[Raw], claimed: u8) -> Input {
        let bytes = frames.iter().flat_map(|frame| self.encoded(by, frame));
        Input::Frames {
            bytes: bytes.collect(),
            claimed,
        }
    }

    fn encoded(&self, by: Role, frame: &Raw) -> Vec<u8> {
        match self.spec.layout.as_ref().map(|layout| &layout.value.form) {
            Some(Form::Prefixed { fields, .. }) => self.prefixed(by, frame, fields),
            Some(Form::Delimited { types }) => delimited(frame, types),
            None => Vec::new(),
        }
    }

    fn prefixed(&self, by: Role, frame: &Raw, fields: &[LayoutField]) -> Vec<u8> {
        let masking = self.spec.masking.as_ref().map(|masking| &masking.value);
        let masks = masking.filter(|masking| masking.by == by);
        let covers = masks.map(|masking| masking.covers);
        let masks_payload = covers == Some(Cover::Payload);
        let masked = frame.masked.unwrap_or(masks_payload);
        let length = frame.length.unwrap_or(frame.payload.len() as u64);
        let mut extended = self.extended().iter();
        let form = match frame.form {
            Some(bits) => extended.find(|form| form.bits == bits),
            None if length <= self.shortest_form() => None,
            None => extended.find(|form| length >> form.bits == 0),
        };
        let two = first_bytes(frame, fields, masked, length, form);
        let mut out = two.to_be_bytes().to_vec();
        if let Some(form) = form {
            let count = usize::from(form.bits.div_ceil(8));
            out.extend(&length.to_be_bytes()[8 - count..]);
        }
        let mut payload = frame.payload.clone();
        if masked {
            out.extend(NONCE);
            mask::apply(&mut payload, NONCE, 0);
        }
        out.extend(payload);
        if covers == Some(Cover::Frame) {
            mask::apply_cyclic(&mut out, &self.key(by), 0);
            out.splice(0..0, NONCE);
        }
        out
    }

    /// The masking key of a draft that masks complete frames.
    fn key(&self, by: Role) -> Vec<u8> {
        let frame = Outgoing {
            kind: Kind::Text,
            fin: true,
            reserved: 0,
            length: 0,
            opcode: 0,
        };
        let encoded = self.draft.encode(&frame, by, NONCE, &SESSION);
        match encoded.map(|encoded| encoded.mask) {
            Some(Mask::Twenty { key, .. }) => key.into(),
            _ => NONCE.into(),
        }
    }
}

/// The first two bytes, which contain the bit fields.
fn first_bytes(
    frame: &Raw,
    fields: &[LayoutField],
    masked: bool,
    length: u64,
    form: Option<&Extended>,
) -> u16 {
    let mut two = 0;
    let mut names = 0;
    for field in fields {
        let (value, bits) = match field {
            LayoutField::Final => (u16::from(!frame.more), 1),
            LayoutField::More => (u16::from(frame.more), 1),
            LayoutField::Reserved(_) => {
                names += 1;
                (u16::from(frame.reserved >> (names - 1) & 1), 1)
            }
            LayoutField::Opcode(bits) => (u16::from(frame.opcode), *bits),
            LayoutField::Masked => (u16::from(masked), 1),
            LayoutField::Length(bits) => {
                let value = form.map_or(length as u16, |form| u16::from(form.marker));
                (value, *bits)
            }
        };
        two = two << bits | value;
    }
    two
}

fn delimited(frame: &Raw, types: &[TypeRange]) -> Vec<u8> {
    let mut out = vec![frame.opcode];
    let range = types
        .iter()
        .find(|range| (range.from..=range.to).contains(&frame.opcode));
    match range.map(|range| range.payload) {
        Some(Delimiter::Until(end)) => {
            out.extend(&frame.payload);
            out.push(end);
        }
        Some(Delimiter::Counted) | None => {
            let mut encoded = Encoded::new();
            write_counted(frame.payload.len() as u64, &mut encoded);
            out.extend(encoded.bytes());
            out.extend(&frame.payload);
        }
    }
    out
}

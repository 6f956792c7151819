//! Valid and invalid frames, and vectors for rules about frame headers.

use wsdraft::{Role, info::Kind};
use wsdraft_spec::{
    model::Rule,
    requirement::{FrameCondition, FrameTest},
    vocabulary::{CloseBody, Extended, Form},
};

use super::{Case, NoVector, Vectors, senders};

mod wire;

/// The length in bytes of the longest payload in a vector.
const LONGEST: u64 = 1 << 20;

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

/// The frame that a rule is about.
struct Subject {
    /// The unfinished message that the frame continues.
    before: Option<Raw>,
    frame: Raw,
}

impl Subject {
    fn stream(&self) -> Vec<Raw> {
        self.changed(|_| {})
    }

    fn changed(&self, change: impl FnOnce(&mut Raw)) -> Vec<Raw> {
        let mut frame = self.frame.clone();
        change(&mut frame);
        self.before.clone().into_iter().chain([frame]).collect()
    }
}

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
        let before = (kind == Kind::Continuation).then(|| unfinished.clone());
        let subject = Subject {
            before,
            frame: frame.clone(),
        };
        let plain = subject.stream();
        let one = |broken, kept| Ok(vec![(broken, kept, 0)]);
        match test {
            FrameTest::KnownOpcode => {
                let of = |opcode| subject.changed(|frame| frame.opcode = opcode);
                self.opcodes(by, self.unknown_opcodes().map(of).collect())
            }
            FrameTest::ReservedClear => {
                let bits = 0..self.draft.info().reserved_bits.len();
                let set = |bit| subject.changed(|frame| frame.reserved = 1u8 << bit);
                Ok(bits.map(|bit| (set(bit), set(bit), 1 << bit)).collect())
            }
            FrameTest::MinimalLength => Ok(self.long_forms(|form, length| {
                subject.changed(|frame| {
                    frame.payload = vec![b'a'; length as usize];
                    frame.form = Some(form.bits);
                })
            })),
            FrameTest::LengthFits => Ok(vec![self.unused_bits(&subject)?]),
            FrameTest::PayloadAtMost(limit) => Ok(vec![too_long(&subject, *limit)?]),
            FrameTest::Final => one(subject.changed(|frame| frame.more = true), plain),
            FrameTest::Masked => one(subject.changed(|frame| frame.masked = Some(false)), plain),
            FrameTest::Unmasked => one(subject.changed(|frame| frame.masked = Some(true)), plain),
            FrameTest::BeforeClose => {
                let close = self.sound(Kind::Close, by)?;
                one(vec![close.clone(), frame.clone()], vec![frame, close])
            }
            FrameTest::MessageOpen => one(vec![frame.clone(), text], vec![unfinished, frame]),
            FrameTest::NoMessageOpen => one(vec![unfinished, frame.clone()], vec![text, frame]),
            FrameTest::Function(_) => Err(NoVector::unknown_form(test)),
        }
    }

    /// Streams with a length that sets an unused bit of its form, and with one that does not.
    fn unused_bits(&self, subject: &Subject) -> Result<Streams, NoVector> {
        let Some(form) = self.extended().last().filter(|form| form.bits < 64) else {
            return Err(NoVector::Unbreakable("every bit of a length counts".into()));
        };
        let of = |length: Option<u64>| {
            subject.changed(|frame| {
                frame.payload = vec![b'a'; 1 << 16];
                frame.form = Some(form.bits);
                frame.length = length;
            })
        };
        Ok((of(Some(1 << form.bits | 1 << 16)), of(None), 0))
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
}

/// Streams with a payload that is longer than the limit, and with one that is not.
fn too_long(subject: &Subject, limit: u64) -> Result<Streams, NoVector> {
    if limit >= LONGEST {
        let why = "a payload of that length is too long for a vector";
        return Err(NoVector::Unbreakable(why.into()));
    }
    let of = |length: u64| subject.changed(|frame| frame.payload = vec![b'a'; length as usize]);
    Ok((of(limit + 1), of(limit), 0))
}

//! An HTTP message that tests can change.

use wsdraft_spec::{requirement::FieldTest, vocabulary::Grammar};

use super::{Bytes, NoVector, grammar};

/// A request or a response.
#[derive(Clone, Debug, Default)]
pub(super) struct Message {
    /// The words of the first line.
    pub(super) first: [String; 3],
    /// The header fields.
    pub(super) fields: Vec<(String, Vec<u8>)>,
    /// The bytes after the head.
    pub(super) body: Vec<u8>,
}

impl Message {
    /// Parses a message that this crate wrote.
    pub(super) fn read(Bytes { head, body }: &Bytes) -> Self {
        let head = String::from_utf8_lossy(head);
        let mut lines = head.trim_end().split("\r\n");
        let mut words = lines.next().unwrap_or_default().splitn(3, ' ');
        let fields = lines.filter_map(|line| line.split_once(": "));
        Self {
            first: std::array::from_fn(|_| words.next().unwrap_or_default().to_owned()),
            fields: fields
                .map(|(name, value)| (name.to_owned(), value.into()))
                .collect(),
            body: body.clone(),
        }
    }

    /// The bytes on the wire.
    pub(super) fn bytes(&self) -> Bytes {
        let mut head = self.first.join(" ").into_bytes();
        head.extend(b"\r\n");
        for (name, value) in &self.fields {
            head.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        head.extend(b"\r\n");
        Bytes {
            head,
            body: self.body.clone(),
        }
    }

    /// The message after a change.
    pub(super) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut message = self.clone();
        change(&mut message);
        message
    }

    /// Replaces a word of the first line.
    pub(super) fn first(&self, word: usize, text: &str) -> Self {
        self.with(|message| message.first[word] = text.into())
    }

    /// The first value of a field.
    pub(super) fn get(&self, name: &str) -> Option<&[u8]> {
        let at = self.position(name)?;
        Some(&self.fields[at].1)
    }

    fn position(&self, name: &str) -> Option<usize> {
        let mut fields = self.fields.iter();
        fields.position(|(found, _)| found.eq_ignore_ascii_case(name))
    }

    pub(super) fn without(&self, name: &str) -> Self {
        self.with(|message| {
            let other = |(found, _): &(String, _)| !found.eq_ignore_ascii_case(name);
            message.fields.retain(other);
        })
    }

    /// Sets the value of a field, and adds the field if it is missing.
    pub(super) fn set(&self, name: &str, value: &[u8]) -> Self {
        self.with(|message| match message.position(name) {
            Some(at) => message.fields[at].1 = value.into(),
            None => message.fields.push((name.into(), value.into())),
        })
    }

    /// Repeats a field after its first occurrence.
    fn repeated(&self, name: &str) -> Self {
        self.with(|message| {
            if let Some(at) = message.position(name) {
                let field = message.fields[at].clone();
                // After the two fields that some drafts require first.
                let behind = (at + 1).max(2).min(message.fields.len());
                message.fields.insert(behind, field);
            }
        })
    }

    /// Adds the field, with a value that matches its grammar, unless it is present.
    pub(super) fn having(&self, name: &str, form: &Grammar) -> Self {
        if self.position(name).is_some() {
            return self.clone();
        }
        let (good, _) = grammar::values(form).unwrap_or_default();
        self.set(name, &good)
    }

    /// A message that violates a rule about header fields, and a message that only just follows it.
    /// `form` returns the grammar of a field's value.
    pub(super) fn changed(
        &self,
        test: &FieldTest,
        form: impl Fn(&str) -> Grammar,
    ) -> Result<(Self, Self), NoVector> {
        let with_field = |name: &str| self.having(name, &form(name));
        Ok(match test {
            FieldTest::Present(name) => (self.without(name), with_field(name)),
            FieldTest::Absent(name) => (with_field(name), self.without(name)),
            FieldTest::Once(name) => (with_field(name).repeated(name), with_field(name)),
            FieldTest::Distinct { field, separator } => {
                // Items that differ only in letter case are distinct.
                let separator = separator.text().unwrap_or(", ");
                let set = |items: [&str; 3]| self.set(field, items.join(separator).as_bytes());
                (
                    set(["chat", "other", "chat"]),
                    set(["chat", "other", "Chat"]),
                )
            }
            FieldTest::LowerCase(name) => {
                let kept = with_field(name);
                let broken = kept.with(|message| {
                    for (_, value) in message.fields.iter_mut().filter(|(found, _)| found == name) {
                        value.make_ascii_uppercase();
                    }
                });
                (broken, kept)
            }
            FieldTest::Conforms { field, grammar } => {
                let (good, bad) = grammar::values(grammar).ok_or_else(|| {
                    NoVector::Unbreakable("every value of the field is allowed".into())
                })?;
                (self.set(field, &bad), self.set(field, &good))
            }
            FieldTest::First(names) => {
                let shouted = self.with(|message| {
                    for (name, _) in &mut message.fields {
                        if Some(&*name) == names.first() {
                            name.make_ascii_uppercase();
                        }
                    }
                });
                (shouted, self.clone())
            }
            FieldTest::Order(names) => {
                // The last two of the fields that are present swap places.
                let places = names.iter().filter_map(|name| self.position(name));
                let places: Vec<usize> = places.collect();
                let [.., one, other] = places[..] else {
                    return Err(NoVector::Unbreakable("there are no two fields".into()));
                };
                let swapped = self.with(|message| message.fields.swap(one, other));
                (swapped, self.clone())
            }
        })
    }
}

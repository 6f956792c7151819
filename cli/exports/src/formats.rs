//! The wire formats of frames: which drafts, and which of their ends, put the same bytes on the wire.

use wsdraft_spec::{
    Database, Item, ResolvedDraft,
    model::{CloseCode, Opcode},
    sort,
    vocabulary::{CloseBody, Cover, Evidence, Expr, Form, Kind, Role},
};

/// What one end sends after the opening handshake: frames, one after another.
pub(crate) struct WireFormat<'a> {
    /// The layout of a frame.
    pub(crate) form: &'a Form,
    /// What is masked.
    pub(crate) mask: Mask<'a>,
    /// What a close frame holds, where the drafts have close frames.
    pub(crate) body: Option<CloseBody>,
    /// Who sends such frames; the newest draft first, and private dialects last.
    pub(crate) senders: Vec<Sender<'a>>,
}

/// A draft, and the end of it that sends.
#[derive(Clone, Copy)]
pub(crate) struct Sender<'a> {
    /// The draft.
    pub(crate) draft: &'a ResolvedDraft,
    /// The end; `None` if both send the same.
    pub(crate) by: Option<Role>,
    /// Number of newer drafts.
    place: usize,
}

/// What is masked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mask<'a> {
    /// Nothing.
    Nothing,
    /// The payload, in each frame whose masked bit is set.
    Payload,
    /// The whole frame after the four bytes that precede it, with this key.
    Frame(&'a Expr),
}

/// A meaning of a close code in some of a format's drafts.
pub(crate) struct Meaning<'a> {
    /// What the newest of them says.
    pub(crate) item: &'a Item<CloseCode>,
    /// The drafts.
    pub(crate) drafts: Vec<Sender<'a>>,
}

/// The wire formats of all drafts whose layout is known, those of the newest drafts first.
pub(crate) fn formats(database: &Database) -> Vec<WireFormat<'_>> {
    let mut formats: Vec<WireFormat<'_>> = Vec::new();
    let mut drafts = database.drafts();
    sort::by_key(&mut drafts, |draft| !draft.newest);
    for (place, draft) in drafts.into_iter().enumerate() {
        let Some(draft) = database.resolved(&draft.short) else {
            continue;
        };
        let mut both = [Role::Client, Role::Server].map(|by| (Some(by), mask(draft, by)));
        let ends = if both[0].1 == both[1].1 {
            both[0].0 = None;
            &both[..1]
        } else {
            &both[..]
        };
        for &(by, mask) in ends {
            let sender = Sender { draft, by, place };
            add(&mut formats, sender, mask);
        }
    }
    formats
}

fn add<'a>(formats: &mut Vec<WireFormat<'a>>, sender: Sender<'a>, mask: Mask<'a>) {
    let Some(layout) = &sender.draft.layout else {
        return;
    };
    let form = &layout.value.form;
    let body = sender
        .draft
        .closing
        .as_ref()
        .map(|closing| closing.value.body);
    let same = formats.iter_mut().find(|known| {
        let opcodes = meanings(known.newest().draft) == meanings(sender.draft);
        (known.form, known.mask, known.body) == (form, mask, body) && opcodes
    });
    match same {
        Some(known) => known.senders.push(sender),
        None => formats.push(WireFormat {
            form,
            mask,
            body,
            senders: vec![sender],
        }),
    }
}

/// What the opcodes are on the wire, without the evidence.
fn meanings(draft: &ResolvedDraft) -> Vec<(u8, &str, Kind, bool)> {
    let opcodes = values(draft).into_iter();
    opcodes
        .map(|(value, name, opcode)| (value, name, opcode.kind, opcode.only_empty))
        .collect()
}

fn mask(draft: &ResolvedDraft, by: Role) -> Mask<'_> {
    match draft.masking.as_ref().map(|masking| &masking.value) {
        Some(masking) if masking.covers == Cover::Payload => Mask::Payload,
        Some(masking) if masking.by == by => Mask::Frame(&masking.key),
        Some(_) | None => Mask::Nothing,
    }
}

/// The opcodes in ascending order.
fn values(draft: &ResolvedDraft) -> Vec<(u8, &str, &Opcode)> {
    let opcodes = draft.opcodes.iter();
    let opcodes = opcodes.map(|(name, item)| (item.value.value, name.as_str(), &item.value));
    let mut opcodes: Vec<_> = opcodes.collect();
    sort::by_key(&mut opcodes, |(value, ..)| *value);
    opcodes
}

impl<'a> WireFormat<'a> {
    /// The newest draft that has it.
    pub(crate) fn newest(&self) -> Sender<'a> {
        self.senders[0]
    }

    /// The name: that of the newest draft, with `_` between words, and of the end that sends.
    pub(crate) fn name(&self) -> String {
        let Sender { draft, by, .. } = self.newest();
        let end = by.map_or_else(String::new, |by| format!("_{by}"));
        format!("{}{end}", snake(&draft.short))
    }

    /// The opcodes in ascending order.
    pub(crate) fn opcodes(&self) -> Vec<(u8, &'a str, &'a Opcode)> {
        values(self.newest().draft)
    }

    /// The close codes in ascending order, each with its meanings, that of the newest draft first.
    /// None if close frames hold none.
    pub(crate) fn close_codes(&self) -> Vec<(u16, Vec<Meaning<'a>>)> {
        let mut codes: Vec<(u16, Vec<Meaning<'a>>)> = Vec::new();
        if self.body != Some(CloseBody::Status) {
            return codes;
        }
        for &sender in &self.senders {
            for (code, item) in sender.draft.close_codes.iter() {
                let at = codes.iter().position(|(known, _)| known == code);
                let at = at.unwrap_or_else(|| {
                    codes.push((*code, Vec::new()));
                    codes.len() - 1
                });
                let said =
                    |one: &CloseCode| (one.name.clone(), one.meaning.clone(), one.on_wire, one.by);
                let meanings = &mut codes[at].1;
                match meanings
                    .iter_mut()
                    .find(|known| said(&known.item.value) == said(&item.value))
                {
                    Some(known) => known.drafts.push(sender),
                    None => meanings.push(Meaning {
                        item,
                        drafts: vec![sender],
                    }),
                }
            }
        }
        sort::by_key(&mut codes, |(code, _)| *code);
        codes
    }

    /// Whether nothing but memory or reasoning tells the layout of a draft.
    pub(crate) fn unverified(&self) -> Vec<Sender<'a>> {
        let senders = self.senders.iter().copied();
        senders
            .filter(|sender| {
                let layout = sender.draft.layout.as_ref();
                layout
                    .is_some_and(|layout| layout.value.evidence.iter().all(Evidence::is_unverified))
            })
            .collect()
    }
}

/// These drafts in words, the oldest first: `hybi-07 to hybi-09, rfc6455`.
pub(crate) fn span(senders: &[Sender<'_>]) -> String {
    let mut runs: Vec<(Sender<'_>, Sender<'_>)> = Vec::new();
    for &sender in senders.iter().rev() {
        match runs.last_mut() {
            Some((_, last)) if last.by == sender.by && last.place == sender.place + 1 => {
                *last = sender;
            }
            _ => runs.push((sender, sender)),
        }
    }
    let words = runs.iter().map(|(first, last)| {
        let end = first.by.map_or_else(String::new, |by| format!(" ({by})"));
        match (first.place, last.place) {
            (one, other) if one == other => format!("{}{end}", first.draft.short),
            _ => format!("{} to {}{end}", first.draft.short, last.draft.short),
        }
    });
    words.collect::<Vec<_>>().join(", ")
}

/// A name with `_` instead of what is neither a letter nor a digit.
pub(crate) fn snake(name: &str) -> String {
    let letters = name.chars().map(|letter| match letter {
        letter if letter.is_ascii_alphanumeric() => letter.to_ascii_lowercase(),
        _ => '_',
    });
    letters.collect()
}

/// A name in camel case: `WebsocketHybi04`.
pub(crate) fn camel(snake: &str) -> String {
    let words = snake.split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

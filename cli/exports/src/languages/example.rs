//! A program that every module shows in its documentation: it reads a close frame, and names the rule that it breaks.

use wsdraft_spec::vocabulary::{Kind, Role};

use super::{
    frames::Layout,
    model::Model,
    value::{pascal, shout},
};

/// The masking key of the frame.
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// What the program reads: a masked close frame, with a code that no frame may contain.
#[derive(Debug)]
pub(super) struct Example {
    draft: String,
    frame: Vec<u8>,
    code: u16,
}

impl Example {
    /// The close frame in the newest draft; none if it has no such frame or code.
    pub(super) fn of(model: &Model<'_>) -> Option<Self> {
        let draft = model.newest?;
        let layout = Layout::of(draft)?;
        let mut codes = draft.close_codes.iter();
        let (code, _) =
            codes.find(|(_, code)| !code.value.on_wire && code.value.local.is_some())?;
        let mut opcodes = draft.opcodes.values();
        let opcode = opcodes.find(|opcode| opcode.value.kind == Kind::Close)?;
        let sent = layout.masked != 0 && layout.cover.is_none() && layout.types.is_empty();
        let masks = draft.masking.as_ref()?.value.by == Role::Client;
        (sent && masks).then(|| Self {
            draft: draft.short.clone(),
            frame: frame(&layout, opcode.value.value, *code),
            code: *code,
        })
    }

    /// The program as lines of a comment, each with this in front of it.
    pub(super) fn commented(&self, template: &str, before: &str) -> String {
        let program = self.program(template);
        let lines = program.lines();
        lines
            .map(|line| format!("{}\n", format!("{before}{line}").trim_end()))
            .collect()
    }

    /// The program of a language. Words between `@` stand for what the database has.
    fn program(&self, template: &str) -> String {
        let bytes = |one: fn(&u8) -> String| {
            let bytes: Vec<String> = self.frame.iter().map(one).collect();
            bytes.join(", ")
        };
        template
            .replace("@draft@", &self.draft)
            .replace("@Draft@", &pascal(&self.draft))
            .replace("@DRAFT@", &shout(&self.draft))
            .replace("@code@", &self.code.to_string())
            .replace(
                "@hex@",
                &self
                    .frame
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect::<String>(),
            )
            .replace("@bytes@", &bytes(|byte| format!("{byte:#04x}")))
            .replace("@signed@", &bytes(signed))
    }
}

/// A byte in Java, whose bytes have a sign.
fn signed(byte: &u8) -> String {
    match byte {
        0..0x80 => format!("{byte:#04x}"),
        0x80.. => format!("(byte) {byte:#04x}"),
    }
}

/// A masked close frame.
fn frame(layout: &Layout, opcode: u8, code: u16) -> Vec<u8> {
    let body = code.to_be_bytes();
    let place = |mask: u16, value: u16| value.wrapping_shl(mask.trailing_zeros()) & mask;
    let end = if layout.end_is_set { layout.end } else { 0 };
    let head = end
        | place(layout.opcode, u16::from(opcode))
        | layout.masked
        | place(layout.length, body.len() as u16);
    let masked = body.iter().zip(KEY).map(|(byte, key)| byte ^ key);
    head.to_be_bytes()
        .into_iter()
        .chain(KEY)
        .chain(masked)
        .collect()
}

//! TypeScript: a module of constants, types and functions.

use super::{
    Module,
    node::{Node, Style},
    records::{self, Of, RECORDS, Record},
    value::{Definition, Numbers, Value, camel, is_plain, pascal, quoted, shout},
};
use crate::texts::text;

const STYLE: Style = Style {
    indent: "  ",
    last: ",",
    lone_comma: false,
    padding: " ",
};

/// The text of the module.
pub(super) fn module(module: &Module) -> String {
    let mut text = String::new();
    for line in &module.head {
        text.push_str(&format!("// {line}\n"));
    }
    if let Some(example) = &module.example {
        text.push_str(
            "\n/**\n * This program reads a close frame, and names the rule that it breaks.\n *\n * ```ts\n",
        );
        text.push_str(&example.commented(text!("languages/typescript/example.ts"), " * "));
        text.push_str(" * ```\n *\n * @module\n */\n");
    }
    for words in &module.words {
        let of = words.of.iter().map(|word| {
            let value = literal(&word.name);
            (word.name.as_str(), value, word.doc.as_str())
        });
        text.push_str(&constants(words.name, words.doc, of));
    }
    for numbers in &module.numbers {
        text.push_str(&named(numbers));
    }
    for record in &RECORDS {
        text.push_str(&interface(record));
    }
    for part in [
        text!("languages/typescript/types.ts"),
        text!("languages/typescript/sha1.ts"),
    ] {
        text.push_str(&format!("\n{part}"));
    }
    for table in &module.tables {
        text.push_str(&definition(table));
    }
    text.push_str(&format!("\n{}", text!("languages/typescript/functions.ts")));
    text
}

/// Constants with names in an object, and the type of their values.
fn constants<'a>(
    name: &str,
    doc: &str,
    of: impl Iterator<Item = (&'a str, String, &'a str)>,
) -> String {
    let name = pascal(name);
    let mut text = format!("\n{}export const {name} = {{\n", comment("", doc));
    for (name, value, doc) in of {
        text.push_str(&comment("  ", doc));
        text.push_str(&format!("  {}: {value},\n", shout(name)));
    }
    text.push_str("} as const;\n");
    text.push_str(&format!(
        "{}export type {name} = (typeof {name})[keyof typeof {name}];\n",
        comment("", doc)
    ));
    text
}

fn named(numbers: &Numbers) -> String {
    let of = numbers.of.iter().map(|(name, number, doc)| {
        let value = if numbers.hex {
            format!("0x{number:x}")
        } else {
            number.to_string()
        };
        (name.as_str(), value, doc.as_str())
    });
    constants(numbers.name, &numbers.doc, of)
}

fn interface(record: &Record) -> String {
    let (doc, name) = (comment("", record.doc), pascal(record.name));
    let mut text = format!("\n{doc}export interface {name} {{\n");
    for (name, of, doc) in record.fields {
        text.push_str(&comment("  ", doc));
        text.push_str(&format!("  readonly {}: {};\n", camel(name), of_field(*of)));
    }
    text.push_str("}\n");
    text
}

fn of_field(of: Of) -> String {
    match of {
        Of::Text => "string".into(),
        Of::OptionalText => "string | null".into(),
        Of::Number => "number".into(),
        Of::OptionalNumber | Of::OptionalByte => "number | null".into(),
        Of::Wide => "bigint".into(),
        Of::Flag => "boolean".into(),
        Of::Word(of) | Of::Record(of) => pascal(of),
        Of::OptionalWord(of) | Of::OptionalRecord(of) => format!("{} | null", pascal(of)),
        Of::List(of) => format!("readonly {}[]", pascal(of)),
        Of::Texts => "readonly string[]".into(),
    }
}

fn comment(indent: &str, text: &str) -> String {
    format!("{indent}/** {} */\n", text.replace("*/", "* /"))
}

fn definition(table: &Definition) -> String {
    let (doc, export) = match table.doc {
        "" => (String::new(), ""),
        doc => (comment("", doc), "export "),
    };
    let before = format!(
        "{export}const {}: {} = ",
        shout(&table.name),
        of_field(table.of)
    );
    let value = node(&table.value).text(STYLE, 0, before.len());
    format!("\n{doc}{before}{value};\n")
}

/// A text as a literal, which is one of JavaScript too.
pub(crate) fn literal(text: &str) -> String {
    quoted(text, |one| {
        if is_plain(one) {
            one.into()
        } else {
            format!("\\u{{{:x}}}", u32::from(one))
        }
    })
}

fn node(value: &Value) -> Node {
    let leaf = |text: String| Node::Leaf(text);
    match value {
        Value::Text(text) | Value::OptionalText(Some(text)) => leaf(literal(text)),
        Value::Number(number) | Value::OptionalNumber(Some(number)) => leaf(number.to_string()),
        Value::Wide(number) => leaf(format!("{number}n")),
        Value::Hex(number, digits) | Value::OptionalHex(Some(number), digits) => {
            leaf(format!("0x{number:0digits$x}"))
        }
        Value::Flag(flag) => leaf(flag.to_string()),
        Value::Word(_, word) | Value::OptionalWord(_, Some(word)) => leaf(literal(word)),
        Value::Record(of, fields) | Value::OptionalRecord(of, Some(fields)) => object(of, fields),
        Value::List(_, items) => Node::group("[", items.iter().map(node), "]"),
        Value::Texts(texts) => {
            let texts = texts.iter().map(|text| Node::Leaf(literal(text)));
            Node::group("[", texts, "]")
        }
        Value::Shared(name) | Value::SharedList(name) => leaf(shout(name)),
        Value::OptionalText(None)
        | Value::OptionalNumber(None)
        | Value::OptionalHex(None, _)
        | Value::OptionalWord(_, None)
        | Value::OptionalRecord(_, None) => leaf("null".into()),
    }
}

fn object(of: &str, values: &[Value]) -> Node {
    let fields = records::named(of).map_or(&[][..], |record| record.fields);
    let items = fields.iter().zip(values).map(|((name, ..), value)| {
        let name = format!("{}: ", camel(name));
        node(value).after(name)
    });
    Node::group("{", items, "}")
}

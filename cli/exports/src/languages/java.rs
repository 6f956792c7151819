//! Java 11: a class with what others use, and one with the tables.

use super::{
    Module,
    node::{Node, Style},
    records::{Of, RECORDS, Record},
    value::{Definition, Numbers, Value, camel, pascal, quoted, shout},
    words::Words,
};
use crate::texts::text;

const STYLE: Style = Style {
    indent: "    ",
    last: ",",
    lone_comma: false,
    padding: "",
};

/// The text of the class that others use.
pub(super) fn class(module: &Module) -> String {
    let mut text = head(module);
    text.push_str(text!("languages/java/start.java"));
    text.push_str("/**\n * The tables of a protocol, and functions that judge close codes and the heads of frames by them.\n");
    if let Some(example) = &module.example {
        text.push_str(
            " *\n * <p>This program reads a close frame, and names the rule that it breaks:\n *\n * <pre>{@code\n",
        );
        text.push_str(&example.commented(text!("languages/java/Example.java"), " * "));
        text.push_str(" * }</pre>\n");
    }
    text.push_str(" */\npublic final class Wsdraft {\n");
    for table in module.tables.iter().filter(|table| !table.doc.is_empty()) {
        let (of, name) = (of_field(table.of), shout(&table.name));
        text.push_str(&comment("    ", table.doc));
        text.push_str(&format!(
            "    public static final {of} {name} = {}.ALL;\n\n",
            holder(table)
        ));
    }
    text.push_str("    private Wsdraft() {}\n");
    for words in &module.words {
        text.push_str(&enumeration(words));
    }
    for numbers in &module.numbers {
        text.push_str(&named(numbers));
    }
    for record in &RECORDS {
        text.push_str(&class_of(record));
    }
    text.push('\n');
    text.push_str(text!("languages/java/functions.java"));
    text.push_str("}\n");
    text
}

/// The text of the class with the tables.
pub(super) fn tables(module: &Module) -> String {
    let mut text = head(module);
    text.push_str(text!("languages/java/tables.java"));
    for table in &module.tables {
        text.push_str(&definition(table));
    }
    text.push_str("}\n");
    text
}

fn head(module: &Module) -> String {
    module
        .head
        .iter()
        .map(|line| format!("// {line}\n"))
        .collect()
}

/// A comment. A backslash in it would start a character, and HTML has signs of its own.
fn comment(indent: &str, text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('@', "&#64;")
        .replace('\\', "&#92;")
        .replace("*/", "*&#47;");
    let text = ascii(&text);
    format!("{indent}/** {text} */\n")
}

/// A text whose other characters are escaped, in units of UTF-16.
fn ascii(text: &str) -> String {
    let mut units = [0; 2];
    let escaped = text.chars().map(|one| match one {
        ' '..='~' => one.to_string(),
        _ => one
            .encode_utf16(&mut units)
            .iter()
            .map(|unit| format!("\\u{unit:04x}"))
            .collect(),
    });
    escaped.collect()
}

fn enumeration(words: &Words) -> String {
    let name = pascal(words.name);
    let mut text = format!(
        "\n{}    public enum {name} {{\n",
        comment("    ", words.doc)
    );
    let last = words.of.len().saturating_sub(1);
    for (at, word) in words.of.iter().enumerate() {
        let end = if at == last { ";" } else { "," };
        text.push_str(&comment("        ", &word.doc));
        let value = literal(&word.name);
        text.push_str(&format!("        {}({value}){end}\n", shout(&word.name)));
    }
    text.push_str(&format!(
        "\n        private final String word;\n\n        {name}(String word) {{\n            this.word = word;\n        }}\n"
    ));
    text.push_str("\n        /** The word itself. */\n        @Override\n        public String toString() {\n            return word;\n        }\n    }\n");
    text
}

fn named(numbers: &Numbers) -> String {
    let name = pascal(numbers.name);
    let mut text = format!(
        "\n{}    public static final class {name} {{\n",
        comment("    ", &numbers.doc)
    );
    for (name, number, doc) in &numbers.of {
        let number = if numbers.hex {
            format!("{number:#x}")
        } else {
            number.to_string()
        };
        text.push_str(&comment("        ", doc));
        text.push_str(&format!(
            "        public static final int {} = {number};\n\n",
            shout(name)
        ));
    }
    text.push_str(&format!("        private {name}() {{}}\n    }}\n"));
    text
}

fn class_of(record: &Record) -> String {
    let name = pascal(record.name);
    let mut text = format!(
        "\n{}    public static final class {name} {{\n",
        comment("    ", record.doc)
    );
    for (name, of, doc) in record.fields {
        text.push_str(&comment("        ", doc));
        text.push_str(&format!(
            "        public final {} {};\n\n",
            of_field(*of),
            camel(name)
        ));
    }
    let fields = record.fields.iter();
    let parameters =
        fields.map(|(name, of, _)| Node::Leaf(format!("{} {}", of_field(*of), camel(name))));
    let style = Style { last: "", ..STYLE };
    let parameters = Node::group(format!("{name}("), parameters, ")").text(style, 2, 2);
    text.push_str(&format!("        {parameters} {{\n"));
    for (name, ..) in record.fields {
        let name = camel(name);
        text.push_str(&format!("            this.{name} = {name};\n"));
    }
    text.push_str("        }\n\n        @Override\n        public String toString() {\n");
    text.push_str(&format!("            return \"{name}[\""));
    for (at, (name, ..)) in record.fields.iter().enumerate() {
        let (name, gap) = (camel(name), if at == 0 { "" } else { ", " });
        text.push_str(&format!(
            "\n                    + \"{gap}{name}=\" + {name}"
        ));
    }
    text.push_str("\n                    + \"]\";\n        }\n    }\n");
    text
}

fn of_field(of: Of) -> String {
    match of {
        Of::Text => "String".into(),
        Of::OptionalText => "Optional<String>".into(),
        Of::Number => "int".into(),
        Of::OptionalNumber | Of::OptionalByte => "OptionalInt".into(),
        Of::Wide => "long".into(),
        Of::Flag => "boolean".into(),
        Of::Word(of) | Of::Record(of) => pascal(of),
        Of::OptionalWord(of) | Of::OptionalRecord(of) => format!("Optional<{}>", pascal(of)),
        Of::List(of) => format!("List<{}>", pascal(of)),
        Of::Texts => "List<String>".into(),
    }
}

/// The class that holds a table: a class is initialised alone, within the limit that Java has for it.
fn holder(table: &Definition) -> String {
    format!("Tables.{}", pascal(&table.name))
}

fn definition(table: &Definition) -> String {
    let (name, of) = (pascal(&table.name), of_field(table.of));
    let before = format!("static final {of} ALL = ");
    let style = Style { last: "", ..STYLE };
    let value = node(&table.value).after(before).text(style, 2, 1);
    format!(
        "\n    static final class {name} {{\n        {value};\n\n        private {name}() {{}}\n    }}\n"
    )
}

fn literal(text: &str) -> String {
    quoted(text, |one| ascii(&one.to_string()))
}

fn node(value: &Value) -> Node {
    let leaf = |text: String| Node::Leaf(text);
    let record = |of: &str, fields: &[Value]| {
        let open = format!("new Wsdraft.{}(", pascal(of));
        Node::group(open, fields.iter().map(node), ")")
    };
    let optional = |value: Node| Node::group("Optional.of(", [value], ")");
    match value {
        Value::Text(text) => leaf(literal(text)),
        Value::OptionalText(Some(text)) => optional(Node::Leaf(literal(text))),
        Value::Number(number) => leaf(number.to_string()),
        Value::OptionalNumber(Some(number)) => leaf(format!("OptionalInt.of({number})")),
        // Java has no numbers of 64 bits without a sign, but writes them in hexadecimal.
        Value::Wide(number) if *number >> 63 == 1 => leaf(format!("{number:#x}L")),
        Value::Wide(number) => leaf(format!("{number}L")),
        Value::Hex(number, digits) => leaf(format!("0x{number:0digits$x}")),
        Value::OptionalHex(Some(number), digits) => {
            leaf(format!("OptionalInt.of(0x{number:0digits$x})"))
        }
        Value::Flag(flag) => leaf(flag.to_string()),
        Value::Word(of, word) => leaf(format!("{}.{}", pascal(of), shout(word))),
        Value::OptionalWord(of, Some(word)) => {
            optional(Node::Leaf(format!("{}.{}", pascal(of), shout(word))))
        }
        Value::Record(of, fields) => record(of, fields),
        Value::OptionalRecord(of, Some(fields)) => optional(record(of, fields)),
        Value::List(_, items) => Node::group("List.of(", items.iter().map(node), ")"),
        Value::Texts(texts) => {
            let texts = texts.iter().map(|text| Node::Leaf(literal(text)));
            Node::group("List.of(", texts, ")")
        }
        Value::Shared(name) | Value::SharedList(name) => leaf(format!("{}.ALL", pascal(name))),
        Value::OptionalNumber(None) | Value::OptionalHex(None, _) => {
            leaf("OptionalInt.empty()".into())
        }
        Value::OptionalText(None)
        | Value::OptionalWord(_, None)
        | Value::OptionalRecord(_, None) => leaf("Optional.empty()".into()),
    }
}

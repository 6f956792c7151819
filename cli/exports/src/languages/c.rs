//! C99: a header and a source.

use super::{
    Module,
    node::{Node, Style},
    records::{Of, RECORDS, Record},
    value::{Definition, Numbers, Value, quoted, shout, snake},
    words::{self, Words},
};
use crate::texts::text;

const STYLE: Style = Style {
    indent: "    ",
    last: ",",
    lone_comma: false,
    padding: "",
};

/// The text of the header.
pub(super) fn header(module: &Module) -> String {
    let mut text = head(module);
    if let Some(example) = &module.example {
        text.push_str(
            "\n/*\n * This program reads a close frame, and names the rule that it breaks:\n *\n",
        );
        text.push_str(&example.commented(text!("languages/c/example.c"), " *     "));
        text.push_str(" */\n");
    }
    text.push_str(text!("languages/c/start.h"));
    for words in &module.words {
        let name = snake(words.name);
        text.push_str(&enumeration(words));
        text.push_str(&format!(
            "\n/* The word itself. */\nconst char *wsdraft_{name}_name(enum wsdraft_{name} {name});\n"
        ));
    }
    for numbers in &module.numbers {
        text.push_str(&named(numbers));
    }
    for record in &RECORDS {
        text.push_str(&structure(record));
    }
    for table in module.tables.iter().filter(|table| !table.doc.is_empty()) {
        let (name, of) = (snake(&table.name), element(table));
        text.push_str(&format!(
            "\n{}extern const {of} wsdraft_{name}[];\nextern const size_t wsdraft_{name}_count;\n",
            comment("", table.doc)
        ));
    }
    let most = most(module);
    text.push_str(&format!(
        "\n/* The most rules that a head can break. */\n#define WSDRAFT_MOST_RULES {most}\n\n"
    ));
    text.push_str(text!("languages/c/end.h"));
    text
}

/// The text of the source.
pub(super) fn source(module: &Module) -> String {
    let mut text = head(module);
    text.push_str(text!("languages/c/start.c"));
    for words in &module.words {
        text.push_str(&names(words));
    }
    for table in &module.tables {
        text.push_str(&definition(table, &module.tables));
    }
    text.push('\n');
    text.push_str(text!("languages/c/sha1.c"));
    text.push('\n');
    text.push_str(text!("languages/c/functions.c"));
    text
}

fn head(module: &Module) -> String {
    let mut text = String::from("/*\n");
    for line in &module.head {
        text.push_str(&format!(" * {line}\n"));
    }
    text.push_str(" */\n");
    text
}

/// The length of the longest list of checks, which no array can be shorter than.
fn most(module: &Module) -> usize {
    let lists = module.tables.iter().filter_map(|table| match &table.value {
        Value::List("check", checks) => Some(checks.len()),
        _ => None,
    });
    lists.max().unwrap_or_default().max(1)
}

fn comment(indent: &str, text: &str) -> String {
    format!("{indent}/* {} */\n", text.replace("*/", "* /"))
}

fn enumeration(words: &Words) -> String {
    let (name, prefix) = (snake(words.name), shout(words.name));
    let mut text = format!("\n{}enum wsdraft_{name} {{\n", comment("", words.doc));
    if let Some(missing) = words.missing {
        let missing = shout(missing);
        text.push_str(&comment("    ", "No value."));
        text.push_str(&format!("    WSDRAFT_{prefix}_{missing},\n"));
    }
    for word in &words.of {
        let name = shout(&word.name);
        text.push_str(&comment("    ", &word.doc));
        text.push_str(&format!("    WSDRAFT_{prefix}_{name},\n"));
    }
    close_enumeration(text)
}

/// The last enumerator has no comma, which old compilers of C++ refuse.
fn close_enumeration(mut text: String) -> String {
    text.truncate(text.trim_end_matches(",\n").len());
    text.push_str("\n};\n");
    text
}

fn named(numbers: &Numbers) -> String {
    let (name, prefix) = (snake(numbers.name), shout(numbers.name));
    let mut text = format!("\n{}enum wsdraft_{name} {{\n", comment("", &numbers.doc));
    for (name, number, doc) in &numbers.of {
        let number = if numbers.hex {
            format!("0x{number:x}")
        } else {
            number.to_string()
        };
        text.push_str(&comment("    ", doc));
        text.push_str(&format!(
            "    WSDRAFT_{prefix}_{} = {number},\n",
            shout(name)
        ));
    }
    close_enumeration(text)
}

fn names(words: &Words) -> String {
    let name = snake(words.name);
    let missing = words.missing.into_iter();
    let all = missing.chain(words.of.iter().map(|word| word.name.as_str()));
    let all = all.map(|word| Node::Leaf(literal(word)));
    let list = Node::group("static const char *const names[] = {", all, "}").text(STYLE, 1, 4);
    let mut text = format!("\nconst char *wsdraft_{name}_name(enum wsdraft_{name} {name})\n{{\n");
    text.push_str(&format!(
        "    {list};\n\n    return NAME(names, {name});\n}}\n"
    ));
    text
}

fn structure(record: &Record) -> String {
    let (doc, name) = (comment("", record.doc), snake(record.name));
    let mut text = format!("\n{doc}struct wsdraft_{name} {{\n");
    for (name, of, doc) in record.fields {
        text.push_str(&comment("    ", doc));
        text.push_str(&of_field(&snake(name), *of));
    }
    text.push_str("};\n");
    text
}

fn of_field(name: &str, of: Of) -> String {
    let list = |of: String| format!("    const {of}*{name};\n    size_t {name}_count;\n");
    match of {
        Of::Text | Of::OptionalText => format!("    const char *{name};\n"),
        Of::Number => format!("    uint16_t {name};\n"),
        Of::OptionalNumber | Of::OptionalByte => format!("    int {name};\n"),
        Of::Wide => format!("    uint64_t {name};\n"),
        Of::Flag => format!("    bool {name};\n"),
        Of::Word(of) | Of::OptionalWord(of) => format!("    enum wsdraft_{} {name};\n", snake(of)),
        Of::Record(of) | Of::OptionalRecord(of) => {
            format!("    const struct wsdraft_{} *{name};\n", snake(of))
        }
        Of::List(of) => list(format!("struct wsdraft_{} ", snake(of))),
        Of::Texts => list("char *const ".into()),
    }
}

/// The type of a table, or of its elements.
fn element(table: &Definition) -> String {
    let (Of::List(of) | Of::Record(of)) = table.of else {
        return String::new();
    };
    format!("struct wsdraft_{}", snake(of))
}

/// A table. C has no empty arrays, so an empty one has no definition.
fn definition(table: &Definition, all: &[Definition]) -> String {
    let (name, of) = (snake(&table.name), element(table));
    let (before, items) = match &table.value {
        Value::List(_, items) if items.is_empty() && table.doc.is_empty() => return String::new(),
        Value::List(_, items) if table.doc.is_empty() => {
            (format!("static const {of} {name}[] = {{"), items)
        }
        Value::List(_, items) => (format!("const {of} wsdraft_{name}[] = {{"), items),
        Value::Record(_, fields) => (format!("static const {of} {name} = {{"), fields),
        _ => return String::new(),
    };
    let nodes = items.iter().flat_map(|item| nodes(item, all));
    let text = Node::group(before, nodes, "}").text(STYLE, 0, 0);
    if table.doc.is_empty() {
        format!("\n{text};\n")
    } else {
        format!("\n{text};\nconst size_t wsdraft_{name}_count = COUNT(wsdraft_{name});\n")
    }
}

/// A text of ASCII: other characters are escaped, byte by byte, and so are question marks, which can be trigraphs.
fn literal(text: &str) -> String {
    let text = quoted(text, |one| {
        let mut bytes = [0; 4];
        let bytes = one.encode_utf8(&mut bytes).bytes();
        bytes.map(|byte| format!("\\{byte:03o}")).collect()
    });
    text.replace('?', "\\?")
}

/// The two initializers of a list: its start and its length.
fn list(of: &str, items: Vec<Node>) -> Vec<Node> {
    let count = Node::Leaf(items.len().to_string());
    let start = match items.len() {
        0 => Node::Leaf("NULL".into()),
        _ => Node::group(format!("(const {of}[]){{"), items, "}"),
    };
    vec![start, count]
}

/// An initializer; a list has two, its start and its length.
fn nodes(value: &Value, all: &[Definition]) -> Vec<Node> {
    let leaf = |text: String| vec![Node::Leaf(text)];
    let of = |items: &[Value]| {
        items
            .iter()
            .flat_map(|item| nodes(item, all))
            .collect::<Vec<_>>()
    };
    match value {
        Value::Text(text) | Value::OptionalText(Some(text)) => leaf(literal(text)),
        Value::Number(number) | Value::OptionalNumber(Some(number)) => leaf(number.to_string()),
        Value::Hex(number, digits) | Value::OptionalHex(Some(number), digits) => {
            leaf(format!("0x{number:0digits$x}"))
        }
        Value::Wide(number) => leaf(format!("UINT64_C({number})")),
        Value::Flag(flag) => leaf(flag.to_string()),
        Value::Word(of, word) | Value::OptionalWord(of, Some(word)) => {
            leaf(format!("WSDRAFT_{}_{}", shout(of), shout(word)))
        }
        Value::OptionalWord(of, None) => leaf(format!(
            "WSDRAFT_{}_{}",
            shout(of),
            shout(words::missing(of))
        )),
        Value::Record(_, fields) => vec![Node::group("{", of(fields), "}")],
        Value::OptionalRecord(name, Some(fields)) => {
            let open = format!("&(const struct wsdraft_{}){{", snake(name));
            vec![Node::group(open, of(fields), "}")]
        }
        Value::List(name, items) => {
            let each = items.iter().flat_map(|item| nodes(item, all)).collect();
            list(&format!("struct wsdraft_{}", snake(name)), each)
        }
        Value::Texts(texts) => {
            let texts = texts.iter().map(|text| Node::Leaf(literal(text))).collect();
            list("char *const ", texts)
        }
        Value::Shared(name) => leaf(format!("&{}", snake(name))),
        Value::SharedList(name) => {
            let mut tables = all.iter().filter(|table| table.name == *name);
            let is_empty = tables
                .any(|table| matches!(&table.value, Value::List(_, items) if items.is_empty()));
            if is_empty {
                return list("", Vec::new());
            }
            let name = snake(name);
            vec![
                Node::Leaf(name.clone()),
                Node::Leaf(format!("COUNT({name})")),
            ]
        }
        Value::OptionalText(None) | Value::OptionalRecord(_, None) => leaf("NULL".into()),
        Value::OptionalNumber(None) | Value::OptionalHex(None, _) => leaf("-1".into()),
    }
}

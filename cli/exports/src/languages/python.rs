//! Python: a module with types.

use wsdraft_spec::sort;

use super::{
    Module,
    node::{Node, Style},
    records::{Of, RECORDS, Record},
    value::{Definition, Numbers, Value, is_plain, pascal, quoted, shout, snake},
    words::Words,
};
use crate::texts::text;

const STYLE: Style = Style {
    indent: "    ",
    last: ",",
    lone_comma: true,
    padding: "",
};

/// How the module names things.
const WORDS: &str = "The functions take drafts and ends of a connection as members of `Draft` and `Role`, or as words.";

/// The text of the module.
pub(super) fn module(module: &Module) -> String {
    let [licence, title, rest @ ..] = module.head.as_slice() else {
        return String::new();
    };
    let mut text = format!("# {licence}\n");
    for line in rest {
        text.push_str(&format!("# {line}\n"));
    }
    text.push_str(&format!("\"\"\"{title}\n\n{WORDS}\n"));
    if let Some(example) = &module.example {
        text.push_str(
            "\nThis program reads a close frame, and names the rule that it breaks::\n\n",
        );
        text.push_str(&example.commented(text!("languages/python/example.py"), "    "));
    }
    text.push_str("\"\"\"\n\n");
    text.push_str(text!("languages/python/imports.py"));
    text.push_str(&exported(module));
    text.push_str(text!("languages/python/word.py"));
    for words in &module.words {
        text.push_str(&enumeration(words));
    }
    for numbers in &module.numbers {
        text.push_str(&named(numbers));
    }
    for record in &RECORDS {
        text.push_str(&class(record));
    }
    text.push_str("\n\n");
    text.push_str(text!("languages/python/types.py"));
    text.push('\n');
    for table in &module.tables {
        text.push_str(&definition(table));
    }
    text.push_str("\n\n");
    text.push_str(text!("languages/python/functions.py"));
    text
}

/// The names that others may use.
fn exported(module: &Module) -> String {
    let mut names = vec!["FIRST".to_owned()];
    let code = [
        text!("languages/python/types.py"),
        text!("languages/python/functions.py"),
    ];
    for line in code.into_iter().flat_map(str::lines) {
        let class = line
            .strip_prefix("class ")
            .or_else(|| line.strip_prefix("def "));
        let alias = line.split_once(" = Union[").map(|(name, _)| name);
        let name = class
            .and_then(|rest| rest.split(['(', ':']).next())
            .or(alias);
        names.extend(name.map(ToOwned::to_owned));
    }
    names.extend(module.words.iter().map(|words| pascal(words.name)));
    names.extend(module.numbers.iter().map(|numbers| pascal(numbers.name)));
    names.extend(RECORDS.iter().map(|record| pascal(record.name)));
    names.extend(module.tables.iter().map(name));
    names.retain(|name| !name.starts_with('_'));
    // Constants first, then classes, then functions: the order of the linters of the language.
    sort::by_key(&mut names, |name| {
        let is_constant = !name.contains(|one: char| one.is_ascii_lowercase());
        let is_class = name.starts_with(|one: char| one.is_ascii_uppercase());
        (!is_constant, !is_class, name.clone())
    });
    let items = names.iter().map(|name| Node::Leaf(literal(name)));
    let list = Node::group("__all__ = [", items, "]").text(STYLE, 0, 0);
    format!("\n{list}\n")
}

fn enumeration(words: &Words) -> String {
    let name = pascal(words.name);
    let mut text = format!(
        "\n\nclass {name}(_Word):\n    \"\"\"{}\"\"\"\n\n",
        words.doc
    );
    for word in &words.of {
        text.push_str(&format!("    {} = \"{}\"\n", shout(&word.name), word.name));
        text.push_str(&format!("    {}\n", docstring(&word.doc)));
    }
    text
}

fn named(numbers: &Numbers) -> String {
    let name = pascal(numbers.name);
    let doc = docstring(&numbers.doc);
    let mut text = format!("\n\nclass {name}(IntEnum):\n    {doc}\n\n");
    for (name, number, doc) in &numbers.of {
        let number = if numbers.hex {
            format!("{number:#X}").replace("0X", "0x")
        } else {
            number.to_string()
        };
        text.push_str(&format!("    {} = {number}\n", shout(name)));
        text.push_str(&format!("    {}\n", docstring(doc)));
    }
    text
}

fn class(record: &Record) -> String {
    let name = pascal(record.name);
    let mut text = format!(
        "\n\nclass {name}(NamedTuple):\n    {}\n\n",
        docstring(record.doc)
    );
    for (name, of, doc) in record.fields {
        text.push_str(&format!("    {}: {}\n", snake(name), of_field(*of)));
        text.push_str(&format!("    {}\n", docstring(doc)));
    }
    text
}

fn of_field(of: Of) -> String {
    match of {
        Of::Text => "str".into(),
        Of::OptionalText => "str | None".into(),
        Of::Number | Of::Wide => "int".into(),
        Of::OptionalNumber | Of::OptionalByte => "int | None".into(),
        Of::Flag => "bool".into(),
        Of::Word(of) | Of::Record(of) => pascal(of),
        Of::OptionalWord(of) | Of::OptionalRecord(of) => format!("{} | None", pascal(of)),
        Of::List(of) => format!("tuple[{}, ...]", pascal(of)),
        Of::Texts => "tuple[str, ...]".into(),
    }
}

/// A text between three quotes.
fn docstring(text: &str) -> String {
    format!("\"\"{}\"\"", literal(text))
}

fn definition(table: &Definition) -> String {
    let of = of_field(table.of);
    let name = name(table);
    let before = format!("{name}: Final[{of}] = ");
    let value = node(&table.value).text(STYLE, 0, before.len());
    let mut text = format!("\n{before}{value}\n");
    if !table.doc.is_empty() {
        text.push_str(&format!("{}\n", docstring(table.doc)));
    }
    text
}

/// The name of a table; one that only the module uses starts with an underscore.
fn name(table: &Definition) -> String {
    let hidden = if table.doc.is_empty() { "_" } else { "" };
    format!("{hidden}{}", shout(&table.name))
}

/// A text as a literal.
pub(crate) fn literal(text: &str) -> String {
    quoted(text, |one| match u32::from(one) {
        _ if is_plain(one) => one.into(),
        code @ ..=0xffff => format!("\\u{code:04x}"),
        code => format!("\\U{code:08x}"),
    })
}

fn node(value: &Value) -> Node {
    let leaf = |text: String| Node::Leaf(text);
    let none = || Node::Leaf("None".into());
    let record = |of: &str, fields: &[Value]| {
        Node::group(format!("{}(", pascal(of)), fields.iter().map(node), ")")
    };
    match value {
        Value::Text(text) | Value::OptionalText(Some(text)) => leaf(literal(text)),
        Value::Number(number) | Value::Wide(number) | Value::OptionalNumber(Some(number)) => {
            leaf(number.to_string())
        }
        Value::Hex(number, digits) | Value::OptionalHex(Some(number), digits) => {
            leaf(format!("0x{number:0digits$X}"))
        }
        Value::Flag(true) => leaf("True".into()),
        Value::Flag(false) => leaf("False".into()),
        Value::Word(of, word) | Value::OptionalWord(of, Some(word)) => {
            leaf(format!("{}.{}", pascal(of), shout(word)))
        }
        Value::Record(of, fields) | Value::OptionalRecord(of, Some(fields)) => record(of, fields),
        Value::List(_, items) => Node::group("(", items.iter().map(node), ")"),
        Value::Texts(texts) => {
            let texts = texts.iter().map(|text| Node::Leaf(literal(text)));
            Node::group("(", texts, ")")
        }
        Value::Shared(name) | Value::SharedList(name) => leaf(format!("_{}", shout(name))),
        Value::OptionalText(None)
        | Value::OptionalNumber(None)
        | Value::OptionalHex(None, _)
        | Value::OptionalWord(_, None)
        | Value::OptionalRecord(_, None) => none(),
    }
}

//! Items: modules, types, functions, constants.

use super::{Place, TAB, WIDTH, blank, expr, import, new_line, statement, width, words::words};
use crate::syntax::{Attribute, Body, Expr, Import, Item, Member, Tokens};

/// Items separated by blank lines, except for adjacent imports of one group.
pub(super) fn items(items: &[Item<'_>], indent: usize, out: &mut String) {
    let mut at = 0;
    while let Some(item) = items.get(at) {
        if at > 0 {
            out.push('\n');
        }
        if imports(item).is_some() {
            let run: Vec<_> = items[at..].iter().map_while(imports).collect();
            at += run.len();
            imported(&run, indent, out);
            continue;
        }
        at += 1;
        blank(indent, out);
        self::item(item, indent, out);
        out.push('\n');
    }
}

/// A declaration and its attributes.
type Declaration<'e, 'a> = (&'e Import<'a>, &'e [Attribute<'a>]);

fn imports<'e, 'a>(item: &'e Item<'a>) -> Option<Declaration<'e, 'a>> {
    match &item.body {
        Body::Use(import) => Some((import, &item.attributes)),
        _ => None,
    }
}

/// Declarations in groups: other crates, this crate, this module.
fn imported(run: &[Declaration<'_, '_>], indent: usize, out: &mut String) {
    let group = |import: &Import<'_>| match import::root(import) {
        _ if import.visibility.joined() == "pub" => 2,
        "super" | "crate" | "self" => 1,
        _ => 0,
    };
    let mark = out.len();
    for number in 0..3 {
        let members = run.iter().filter(|(import, _)| group(import) == number);
        let mut members: Vec<_> = members.collect();
        members.sort_by(|(one, _), (other, _)| import::order(one, other));
        if !members.is_empty() && out.len() > mark {
            out.push('\n');
        }
        for (import, attributes) in members {
            blank(indent, out);
            self::attributes(attributes, indent, out);
            out.push_str(&import::import(import, indent));
            out.push('\n');
        }
    }
}

/// An item without the indentation of its first line.
fn item(item: &Item<'_>, indent: usize, out: &mut String) {
    attributes(&item.attributes, indent, out);
    match &item.body {
        Body::Use(import) => out.push_str(&import::import(import, indent)),
        Body::Module(head, inner) => {
            head_of_braces(*head, out);
            if !inner.is_empty() {
                out.push('\n');
                items(inner, indent + TAB, out);
                blank(indent, out);
            }
            out.push('}');
        }
        Body::Struct(head, fields) => members(*head, fields, indent, out),
        Body::Enum(head, variants) => members(*head, variants, indent, out),
        Body::Impl(head, inner) => implementation(*head, inner, indent, out),
        Body::Function {
            head,
            inputs,
            output,
            block,
        } => {
            signature(*head, inputs, *output, indent, out);
            statement::block(block, indent, out);
        }
        Body::Constant(head, value) => constant(*head, value, indent, out),
        Body::Comment(text) => {
            out.push_str("// ");
            out.push_str(text);
        }
        Body::Line(tokens) => out.push_str(&words(*tokens)),
    }
}

fn head_of_braces(head: Tokens<'_>, out: &mut String) {
    out.push_str(&words(head));
    out.push_str(" {");
}

/// Attributes and doc comments, each followed by a line break and the indentation.
fn attributes(attributes: &[Attribute<'_>], indent: usize, out: &mut String) {
    for attribute in attributes {
        match attribute {
            Attribute::Doc(text) => {
                out.push_str("///");
                out.push_str(text);
            }
            Attribute::Comment(text) => {
                out.push_str("// ");
                out.push_str(text);
            }
            Attribute::Other(tokens) => out.push_str(&words(*tokens)),
        }
        new_line(indent, out);
    }
}

fn constant(head: Tokens<'_>, value: &Expr<'_>, indent: usize, out: &mut String) {
    let start = words(head) + " =";
    out.push_str(&start);
    let place = Place::line(indent, 1).behind(width(&start));
    expr::right_side(value, place, out);
    out.push(';');
}

/// Fields or variants.
fn members(head: Tokens<'_>, members: &[Member<'_>], indent: usize, out: &mut String) {
    head_of_braces(head, out);
    for member in members {
        new_line(indent + TAB, out);
        attributes(&member.attributes, indent + TAB, out);
        out.push_str(&words(member.text));
        out.push(',');
    }
    if !members.is_empty() {
        new_line(indent, out);
    }
    out.push('}');
}

fn implementation(head: Tokens<'_>, items: &[Item<'_>], indent: usize, out: &mut String) {
    head_of_braces(head, out);
    for (at, member) in items.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        new_line(indent + TAB, out);
        item(member, indent + TAB, out);
    }
    if !items.is_empty() {
        new_line(indent, out);
    }
    out.push('}');
}

/// The part before a function's body: the parameters on one line if they fit, otherwise one per
/// line.
fn signature(
    head: Tokens<'_>,
    inputs: &[Tokens<'_>],
    output: Tokens<'_>,
    indent: usize,
    out: &mut String,
) {
    let mark = out.len();
    out.push_str(&words(head));
    out.push('(');
    let inputs: Vec<String> = inputs.iter().map(|input| words(*input)).collect();
    let end = match words(output) {
        output if output.is_empty() => String::from(" "),
        output => format!(" {output} "),
    };
    let used = width(&out[mark..]) + ")".len() + width(&end);
    let joined = inputs.join(", ");
    if indent + used + width(&joined) < WIDTH {
        out.push_str(&joined);
    } else {
        for input in &inputs {
            new_line(indent + TAB, out);
            out.push_str(input);
            out.push(',');
        }
        new_line(indent, out);
    }
    out.push(')');
    out.push_str(&end);
}

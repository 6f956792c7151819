//! Items.

use super::{
    Attribute, Body, Import, Item, Member, Tokens, UseTree,
    parser::{block, comment, expr},
};
use crate::comment;

/// All tokens as items. `None` means a syntax that is not known here.
pub(crate) fn items(mut tokens: Tokens<'_>) -> Option<Vec<Item<'_>>> {
    let mut items = Vec::new();
    while !tokens.is_empty() {
        items.push(item(&mut tokens)?);
    }
    Some(items)
}

fn item<'a>(tokens: &mut Tokens<'a>) -> Option<Item<'a>> {
    let attributes = attributes(tokens)?;
    let body = body(tokens)?;
    Some(Item { attributes, body })
}

fn attributes<'a>(tokens: &mut Tokens<'a>) -> Option<Vec<Attribute<'a>>> {
    let mut attributes = Vec::new();
    while tokens.is_sign("#") {
        let mut rest = *tokens;
        rest.take(1);
        let group = rest.take_group("[")?;
        let whole = tokens.take(tokens.len() - rest.len());
        attributes.push(attribute(whole, group));
    }
    Some(attributes)
}

fn attribute<'a>(whole: Tokens<'a>, mut group: Tokens<'a>) -> Attribute<'a> {
    let name = group.take_name();
    let text = match group.take_sign("=") {
        true if group.len() == 1 => group.first().and_then(|(_, text)| comment::line(text)),
        _ => None,
    };
    match (name, text) {
        (Some("doc"), Some(text)) => Attribute::Doc(text),
        (Some(comment::MARKER), Some(text)) => Attribute::Comment(text),
        _ => Attribute::Other(whole),
    }
}

/// The keyword of an item, after its visibility.
fn keyword<'a>(mut tokens: Tokens<'a>) -> Option<&'a str> {
    if tokens.take_word("pub") {
        tokens.take_group("(");
    }
    match tokens.take_name()? {
        "const" if tokens.is_word("fn") => Some("fn"),
        word => Some(word),
    }
}

fn body<'a>(tokens: &mut Tokens<'a>) -> Option<Body<'a>> {
    if let Some(text) = comment(tokens) {
        return Some(Body::Comment(text));
    }
    match keyword(*tokens)? {
        "use" => import(tokens).map(Body::Use),
        "fn" => function(tokens),
        "const" | "static" => constant(tokens),
        keyword @ ("mod" | "struct" | "enum" | "impl") => braced(keyword, tokens),
        _ => line(tokens),
    }
}

fn constant<'a>(tokens: &mut Tokens<'a>) -> Option<Body<'a>> {
    let head = tokens.take_until(|rest| rest.is_sign("="))?;
    tokens.take(1);
    let value = tokens.take_until(|rest| rest.is_sign(";"))?;
    tokens.take(1);
    expr(value).map(|value| Body::Constant(head, value))
}

/// An item that ends with braces, or with a semicolon if it has none.
fn braced<'a>(keyword: &str, tokens: &mut Tokens<'a>) -> Option<Body<'a>> {
    let mut whole = *tokens;
    let head = tokens.take_until(|rest| rest.is_open("{") || rest.is_sign(";"))?;
    if tokens.take_sign(";") {
        return Some(Body::Line(whole.take(whole.len() - tokens.len())));
    }
    let inner = tokens.take_group("{")?;
    Some(match keyword {
        "mod" => Body::Module(head, items(inner)?),
        "struct" => Body::Struct(head, members(inner)?),
        "enum" => Body::Enum(head, members(inner)?),
        _ => Body::Impl(head, items(inner)?),
    })
}

/// The call of a macro.
fn line<'a>(tokens: &mut Tokens<'a>) -> Option<Body<'a>> {
    let mut rest = *tokens;
    rest.take_name()?;
    rest.take_sign("!").then_some(())?;
    rest.take_group("(")?;
    rest.take_sign(";").then_some(())?;
    Some(Body::Line(tokens.take(tokens.len() - rest.len())))
}

fn function<'a>(tokens: &mut Tokens<'a>) -> Option<Body<'a>> {
    let mut start = *tokens;
    // That of the visibility comes before the name.
    tokens.take_until(|rest| rest.is_word("fn"))?;
    tokens.take_until(|rest| rest.is_open("("))?;
    let head = start.take(start.len() - tokens.len());
    let inputs = tokens.take_group("(")?.parts();
    let output = tokens.take_until(|rest| rest.is_open("{"))?;
    (output.is_empty() || output.is_sign("->")).then_some(())?;
    let block = block(tokens.take_group("{")?)?;
    Some(Body::Function {
        head,
        inputs,
        output,
        block,
    })
}

/// Fields or variants.
fn members(mut tokens: Tokens<'_>) -> Option<Vec<Member<'_>>> {
    let mut members = Vec::new();
    while !tokens.is_empty() {
        let attributes = attributes(&mut tokens)?;
        let text = tokens.take_part();
        members.push(Member { attributes, text });
    }
    Some(members)
}

fn import<'a>(tokens: &mut Tokens<'a>) -> Option<Import<'a>> {
    let visibility = tokens.take_until(|rest| rest.is_word("use"))?;
    tokens.take(1);
    let is_absolute = tokens.take_sign("::");
    let tree = use_tree(tokens)?;
    tokens.take_sign(";").then_some(Import {
        visibility,
        is_absolute,
        tree,
    })
}

fn use_tree<'a>(tokens: &mut Tokens<'a>) -> Option<UseTree<'a>> {
    if tokens.take_sign("*") {
        return Some(UseTree::Glob);
    }
    if let Some(mut inner) = tokens.take_group("{") {
        let mut trees = Vec::new();
        while !inner.is_empty() {
            trees.push(use_tree(&mut inner)?);
            (inner.take_sign(",") || inner.is_empty()).then_some(())?;
        }
        return Some(UseTree::Group(trees));
    }
    let name = tokens.take_name()?;
    if tokens.take_sign("::") {
        return Some(UseTree::Path(name, Box::new(use_tree(tokens)?)));
    }
    if tokens.take_word("as") {
        return Some(UseTree::Rename(name, tokens.take_name()?));
    }
    Some(UseTree::Name(name))
}

//! Items: modules, types, functions, constants.

use quote::ToTokens;
use syn::{
    Attribute, Expr, ExprLit, Field, Fields, FnArg, ImplItem, Item, ItemEnum, ItemImpl, ItemStruct,
    ItemUse, Lit, Meta, Signature, Type, Visibility, punctuated::Punctuated, token::Comma,
};

use super::{Place, TAB, WIDTH, expr, import, line, statement, width, words::words};
use crate::comment;

/// Items separated by blank lines, except for adjacent imports of one group.
pub(super) fn items(items: &[Item], indent: usize) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some(item) = items.get(at) {
        if !out.is_empty() {
            out.push('\n');
        }
        if let Item::Use(_) = item {
            let run: Vec<&ItemUse> = items[at..].iter().map_while(imports).collect();
            at += run.len();
            out += &imported(&run, indent);
            continue;
        }
        at += 1;
        out += &" ".repeat(indent);
        out += &self::item(item, indent);
        out.push('\n');
    }
    out
}

fn imports(item: &Item) -> Option<&ItemUse> {
    match item {
        Item::Use(item) => Some(item),
        _ => None,
    }
}

/// Declarations in groups: other crates, this crate, this module.
fn imported(run: &[&ItemUse], indent: usize) -> String {
    let group = |item: &ItemUse| match import::root(item).as_str() {
        _ if matches!(item.vis, Visibility::Public(_)) => 2,
        "super" | "crate" | "self" => 1,
        _ => 0,
    };
    let mut out = String::new();
    for number in 0..3 {
        let mut members: Vec<&ItemUse> = run
            .iter()
            .copied()
            .filter(|item| group(item) == number)
            .collect();
        members.sort_by(|one, other| import::order(one, other));
        if !members.is_empty() && !out.is_empty() {
            out.push('\n');
        }
        for item in members {
            out += &" ".repeat(indent);
            out += &attributes(&item.attrs, indent);
            out += &import::import(item, indent);
            out.push('\n');
        }
    }
    out
}

/// An item without the indentation of its first line.
pub(super) fn item(item: &Item, indent: usize) -> String {
    match item {
        Item::Use(item) => attributes(&item.attrs, indent) + &import::import(item, indent),
        Item::Mod(module) => {
            let start = format!("{}mod {} ", visible(&module.vis), module.ident);
            let inner = module.content.as_ref().map_or(&[][..], |(_, items)| items);
            let body = if inner.is_empty() {
                "{}".into()
            } else {
                format!("{{\n{}{}}}", items(inner, indent + TAB), " ".repeat(indent))
            };
            attributes(&module.attrs, indent) + &start + &body
        }
        Item::Struct(item) => attributes(&item.attrs, indent) + &structure(item, indent),
        Item::Enum(item) => attributes(&item.attrs, indent) + &enumeration(item, indent),
        Item::Impl(item) => attributes(&item.attrs, indent) + &implementation(item, indent),
        Item::Fn(item) => {
            let start = attributes(&item.attrs, indent)
                + &signature(&visible(&item.vis), &item.sig, indent);
            start + &statement::block(&item.block, indent)
        }
        Item::Const(item) => {
            let start = format!("{}const {}", visible(&item.vis), item.ident);
            attributes(&item.attrs, indent) + &constant(start, &item.ty, &item.expr, indent)
        }
        Item::Static(item) => {
            let start = format!("{}static {}", visible(&item.vis), item.ident);
            attributes(&item.attrs, indent) + &constant(start, &item.ty, &item.expr, indent)
        }
        Item::Macro(item) => match comment::text(&item.mac) {
            Some(text) => format!("// {text}"),
            None => words(item),
        },
        other => words(other),
    }
}

fn visible(visibility: &Visibility) -> String {
    match words(visibility) {
        text if text.is_empty() => text,
        text => text + " ",
    }
}

/// Attributes and doc comments, each followed by a line break and the indentation.
fn attributes(attributes: &[Attribute], indent: usize) -> String {
    let mut out = String::new();
    for attribute in attributes {
        out += &self::attribute(attribute);
        out += &line(indent);
    }
    out
}

fn attribute(attribute: &Attribute) -> String {
    let path = attribute.path();
    if let Meta::NameValue(pair) = &attribute.meta {
        if let Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) = &pair.value
        {
            if path.is_ident("doc") {
                return format!("///{}", comment::line(text));
            }
            if path.is_ident(comment::MARKER) {
                return format!("// {}", comment::line(text));
            }
        }
    }
    words(attribute)
}

fn constant(start: String, kind: &Type, value: &Expr, indent: usize) -> String {
    let start = format!("{start}: {} =", words(kind));
    let place = Place::line(indent, 1).behind(width(&start));
    let value = expr::right_side(value, place);
    format!("{start}{value};")
}

fn structure(item: &ItemStruct, indent: usize) -> String {
    let start = format!("{}struct {}", visible(&item.vis), item.ident);
    match &item.fields {
        Fields::Unit => start + ";",
        Fields::Unnamed(fields) => {
            let fields: Vec<String> = fields.unnamed.iter().map(words).collect();
            format!("{start}({});", fields.join(", "))
        }
        Fields::Named(fields) => start + &named(&fields.named, indent),
    }
}

fn named(fields: &Punctuated<Field, Comma>, indent: usize) -> String {
    if fields.is_empty() {
        return " {}".into();
    }
    let deeper = indent + TAB;
    let mut out = String::from(" {");
    for field in fields {
        out += &line(deeper);
        out += &attributes(&field.attrs, deeper);
        let name = field
            .ident
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        out += &format!("{}{name}: {},", visible(&field.vis), words(&field.ty));
    }
    out + &line(indent) + "}"
}

fn enumeration(item: &ItemEnum, indent: usize) -> String {
    let mut out = format!("{}enum {} {{", visible(&item.vis), item.ident);
    if item.variants.is_empty() {
        return out + "}";
    }
    let deeper = indent + TAB;
    for variant in &item.variants {
        out += &line(deeper);
        out += &attributes(&variant.attrs, deeper);
        out += &variant.ident.to_string();
        if let Some((_, value)) = &variant.discriminant {
            out += " = ";
            out += &words(value);
        }
        out.push(',');
    }
    out + &line(indent) + "}"
}

fn implementation(item: &ItemImpl, indent: usize) -> String {
    let generics = words(&item.generics);
    let of = match &item.trait_ {
        Some((path, _)) => format!("{} for ", words(path)),
        None => String::new(),
    };
    let start = format!("impl{generics} {of}{} {{", words(&item.self_ty));
    if item.items.is_empty() {
        return start + "}";
    }
    let deeper = indent + TAB;
    let mut out = start;
    for (at, member) in item.items.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        out += &line(deeper);
        out += &self::member(member, deeper);
    }
    out + &line(indent) + "}"
}

fn member(member: &ImplItem, indent: usize) -> String {
    match member {
        ImplItem::Fn(item) => {
            let start = attributes(&item.attrs, indent)
                + &signature(&visible(&item.vis), &item.sig, indent);
            start + &statement::block(&item.block, indent)
        }
        ImplItem::Const(item) => {
            let start = format!("{}const {}", visible(&item.vis), item.ident);
            attributes(&item.attrs, indent) + &constant(start, &item.ty, &item.expr, indent)
        }
        other => words(other),
    }
}

/// The part before a function's body: the parameters on one line if they fit, otherwise one per
/// line.
fn signature(visibility: &str, signature: &Signature, indent: usize) -> String {
    let constness = if signature.constness.is_some() {
        "const "
    } else {
        ""
    };
    let generics = words(&signature.generics);
    let start = format!("{visibility}{constness}fn {}{generics}", signature.ident);
    let output = words(&signature.output);
    let end = if output.is_empty() {
        String::new()
    } else {
        format!(" {output}")
    };
    let inputs: Vec<String> = signature.inputs.iter().map(parameter).collect();
    let whole = format!("{start}({}){end} ", inputs.join(", "));
    if indent + width(&whole) < WIDTH {
        return whole;
    }
    let mut out = start + "(";
    for input in &inputs {
        out += &line(indent + TAB);
        out += input;
        out.push(',');
    }
    out + &line(indent) + ")" + &end + " "
}

fn parameter(input: &FnArg) -> String {
    let tokens = input.to_token_stream();
    words(&tokens)
}

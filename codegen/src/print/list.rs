//! Arguments, elements and fields between delimiters.

use syn::{Expr, ExprStruct, FieldValue, Member, Token, punctuated::Punctuated};

use super::{
    ARRAY, CALL, Place, SHORT, STRUCT, TAB, WIDTH, expr, line, width,
    words::{path, words},
};

/// Expressions separated by commas.
type Elements = Punctuated<Expr, Token![,]>;

/// Elements on one line, if they are not wider than `most`. A single element may be wider, unless
/// it can continue on further lines.
fn narrow<'a>(elements: impl Iterator<Item = &'a Expr> + Clone, most: usize) -> Option<String> {
    let mut first = elements.clone();
    let alone = match (first.next(), first.next()) {
        (Some(element), None) => !can_overflow(element, 1),
        _ => false,
    };
    let most = if alone { usize::MAX } else { most };
    within(elements.map(expr::one_line), most)
}

fn joined<'a>(elements: impl Iterator<Item = &'a Expr>) -> Option<String> {
    within(elements.map(expr::one_line), usize::MAX)
}

/// Texts with commas between them, on one line, if they are not wider than `most`. Most lines are
/// too wide, so those that follow are then not made.
fn within(texts: impl Iterator<Item = Option<String>>, most: usize) -> Option<String> {
    let mut line = String::new();
    for (at, text) in texts.enumerate() {
        if at > 0 {
            line += ", ";
        }
        line += &text?;
        if most < usize::MAX && width(&line) > most {
            return None;
        }
    }
    Some(line)
}

/// A call on one line.
pub(super) fn call_line<'a>(
    head: &str,
    arguments: impl Iterator<Item = &'a Expr> + Clone,
) -> Option<String> {
    Some(format!("{head}({})", narrow(arguments, CALL)?))
}

/// A tuple on one line.
pub(super) fn tuple_line(elements: &Elements) -> Option<String> {
    let comma = if elements.len() == 1 { "," } else { "" };
    Some(format!("({}{comma})", narrow(elements.iter(), CALL)?))
}

/// An array on one line.
pub(super) fn array_line(elements: &Elements) -> Option<String> {
    Some(format!("[{}]", narrow(elements.iter(), ARRAY)?))
}

/// A struct literal on one line.
pub(super) fn struct_line(value: &ExprStruct) -> Option<String> {
    let fields = value.fields.iter().map(field_line);
    let rest = value.rest.iter();
    let rest = rest.map(|rest| Some(format!("..{}", expr::one_line(rest)?)));
    let text = within(fields.chain(rest), STRUCT)?;
    let name = path(&value.path);
    if text.is_empty() {
        return Some(format!("{name} {{}}"));
    }
    Some(format!("{name} {{ {text} }}"))
}

fn field_line(field: &FieldValue) -> Option<String> {
    let name = match &field.member {
        Member::Named(name) => name.to_string(),
        other @ Member::Unnamed(_) => words(other),
    };
    match field.colon_token {
        Some(_) => Some(format!("{name}: {}", expr::one_line(&field.expr)?)),
        None => Some(name),
    }
}

/// A call on several lines: only the last argument spans lines, or each argument has its own line.
pub(super) fn call(head: &str, arguments: &[&Expr], at: Place) -> String {
    if arguments.is_empty() {
        return format!("{head}()");
    }
    let head = format!("{head}(");
    overflowing(&head, arguments, CALL, at)
        .map_or_else(|| separate(&head, arguments, at) + ")", |text| text + ")")
}

/// Elements with one line each, up to the closing delimiter.
fn separate(head: &str, elements: &[&Expr], at: Place) -> String {
    let below = at.deeper(1);
    let mut out = head.to_owned();
    for element in elements {
        out += &line(below.indent);
        out += &expr::expr(element, below);
        out.push(',');
    }
    out + &line(at.indent)
}

/// Elements of which only the last one spans several lines.
fn overflowing(head: &str, elements: &[&Expr], most: usize, at: Place) -> Option<String> {
    let (last, others) = elements.split_last()?;
    if !can_overflow(last, elements.len()) {
        return None;
    }
    let mut start = joined(others.iter().copied())?;
    if !others.is_empty() {
        start += ", ";
    }
    let place = at.behind(width(head) + width(&start)).before(1);
    let mut text = expr::expr(last, place);
    if !text.contains('\n') && width(&start) + width(&text) > most {
        text = match last {
            Expr::Closure(closure) => expr::in_braces(closure, place),
            _ => expr::several_lines(last, place),
        };
    }
    let first = text.lines().next().unwrap_or_default();
    // A chain that would be broken between its links gets its own line.
    let broken = matches!(last, Expr::MethodCall(_) | Expr::Try(_) | Expr::Field(_))
        && width(head) > TAB
        && text
            .lines()
            .nth(1)
            .is_some_and(|line| line.trim_start().starts_with('.'));
    let fits = width(&start) + width(first) <= most && place.fits(&text);
    (fits && !broken).then(|| format!("{head}{start}{text}"))
}

/// Whether the last argument may continue on further lines (`can_be_overflowed_expr`).
fn can_overflow(argument: &Expr, count: usize) -> bool {
    match argument {
        Expr::Block(_) | Expr::Closure(_) => true,
        Expr::Match(_)
        | Expr::Array(_)
        | Expr::Struct(_)
        | Expr::Macro(_)
        | Expr::Call(_)
        | Expr::MethodCall(_)
        | Expr::Tuple(_) => count == 1,
        Expr::Reference(inner) => can_overflow(&inner.expr, count),
        Expr::Try(inner) => can_overflow(&inner.expr, count),
        Expr::Unary(inner) => can_overflow(&inner.expr, count),
        Expr::Cast(inner) => can_overflow(&inner.expr, count),
        _ => false,
    }
}

/// An array on several lines; short elements share lines.
pub(super) fn array(elements: &Elements, at: Place) -> String {
    let below = at.deeper(1);
    let elements: Vec<&Expr> = elements.iter().collect();
    if let Some(text) = overflowing("[", &elements, ARRAY, at) {
        return text + "]";
    }
    let texts = elements.iter().map(|element| expr::one_line(element));
    let texts = texts.map(|text| text.filter(|text| width(text) <= SHORT));
    let Some(texts) = texts.collect::<Option<Vec<String>>>() else {
        return separate("[", &elements, at) + "]";
    };
    let mut out = String::from("[");
    let mut used = 0;
    for text in &texts {
        if used == 0 || used + 1 + width(text) + 1 > WIDTH - below.indent {
            out += &line(below.indent);
            used = width(text) + 1;
        } else {
            out.push(' ');
            used += width(text) + 2;
        }
        out += text;
        out.push(',');
    }
    out + &line(at.indent) + "]"
}

/// A struct literal with one line per field.
pub(super) fn value(value: &ExprStruct, at: Place) -> String {
    let below = at.deeper(1);
    let mut out = path(&value.path) + " {";
    for field in &value.fields {
        out += &line(below.indent);
        let name = words(&field.member);
        out += &name;
        if field.colon_token.is_some() {
            out += ": ";
            out += &expr::expr(&field.expr, below.behind(width(&name) + 2));
        }
        out.push(',');
    }
    if let Some(rest) = &value.rest {
        out += &line(below.indent);
        out += "..";
        out += &expr::expr(rest, below.behind(2));
    }
    out + &line(at.indent) + "}"
}

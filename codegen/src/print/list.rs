//! Arguments, elements and fields between delimiters.

use super::{
    ARRAY, CALL, Place, SHORT, TAB, WIDTH, expr,
    line::{self, can_overflow, columns},
    new_line, width,
};
use crate::syntax::{Expr, Node, Struct};

/// A call on several lines, after its opening parenthesis: only the last argument spans lines, or
/// each argument has its own line. The place is that of the call's head, which has `head` columns.
pub(super) fn call(head: usize, arguments: &[Expr<'_>], at: Place, out: &mut String) {
    if !arguments.is_empty() && !overflowing(head, arguments, CALL, at, out) {
        separate(arguments, at, out);
    }
    out.push(')');
}

/// Elements with one line each, up to the closing delimiter.
fn separate(elements: &[Expr<'_>], at: Place, out: &mut String) {
    let below = at.deeper(1);
    for element in elements {
        new_line(below.indent, out);
        expr::expr(element, below, out);
        out.push(',');
    }
    new_line(at.indent, out);
}

/// Elements of which only the last one spans several lines; whether that is possible.
fn overflowing(
    head: usize,
    elements: &[Expr<'_>],
    most: usize,
    at: Place,
    out: &mut String,
) -> bool {
    let Some((last, others)) = elements.split_last() else {
        return false;
    };
    if !can_overflow(last, elements.len()) {
        return false;
    }
    let others_width = others.iter().map(|other| columns(other).map(|own| own + 2));
    let Some(start) = others_width.sum::<Option<usize>>() else {
        return false;
    };
    let place = at.behind(head + start).before(1);
    if start > most || place.column > WIDTH {
        return false;
    }
    let mark = out.len();
    for other in others {
        line::write(other, out);
        out.push_str(", ");
    }
    let text = out.len();
    expr::expr(last, place, out);
    if !out[text..].contains('\n') && start + width(&out[text..]) > most {
        out.truncate(text);
        match &last.node {
            Node::Closure(closure) => expr::in_braces(closure, place, out),
            _ => expr::several_lines(last, place, out),
        }
    }
    let text = &out[text..];
    let first = text.lines().next().unwrap_or_default();
    // A chain that would be broken between its links gets its own line.
    let broken = head > TAB && is_method(last) && has_link(text, at.indent);
    let fits = start + width(first) <= most && place.fits(text);
    if !fits || broken {
        out.truncate(mark);
    }
    fits && !broken
}

/// Whether an expression is a chain that ends with a method.
fn is_method(expr: &Expr<'_>) -> bool {
    match &expr.node {
        Node::Method(_) => true,
        Node::Reference(_, inner)
        | Node::Try(inner)
        | Node::Unary(_, inner)
        | Node::Cast(inner, _) => is_method(inner),
        _ => false,
    }
}

/// Whether one of a chain's links is at the start of a line.
fn has_link(text: &str, indent: usize) -> bool {
    let mut lines = text.lines().skip(1);
    let next = lines.next().unwrap_or_default();
    let links = |line: &str| line.trim_start().starts_with('.');
    // Below a root that ends with its closing delimiter, links are indented as it is.
    links(next) || lines.any(|line| links(line) && line.find('.') == Some(indent))
}

/// An array on several lines; short elements share lines.
pub(super) fn array(elements: &[Expr<'_>], at: Place, out: &mut String) {
    out.push('[');
    let is_short = |element: &Expr<'_>| columns(element).is_some_and(|own| own <= SHORT);
    if !overflowing(1, elements, ARRAY, at, out) {
        if elements.iter().all(is_short) {
            filled(elements, at, out);
        } else {
            separate(elements, at, out);
        }
    }
    out.push(']');
}

/// Elements that share lines, up to the closing delimiter.
fn filled(elements: &[Expr<'_>], at: Place, out: &mut String) {
    let below = at.deeper(1);
    // rustfmt keeps a column free, as for a comma after the last element.
    let room = (WIDTH - 1).saturating_sub(below.indent);
    let mut used = 0;
    for element in elements {
        let own = columns(element).unwrap_or_default();
        if used == 0 || used + 1 + own + 1 > room {
            new_line(below.indent, out);
            used = own + 1;
        } else {
            out.push(' ');
            used += own + 2;
        }
        line::write(element, out);
        out.push(',');
    }
    new_line(at.indent, out);
}

/// A struct literal with one line per field.
pub(super) fn fields(value: &Struct<'_>, at: Place, out: &mut String) {
    let below = at.deeper(1);
    out.push_str(value.path);
    out.push_str(" {");
    for field in &value.fields {
        new_line(below.indent, out);
        out.push_str(field.name);
        if let Some(value) = &field.value {
            out.push_str(": ");
            expr::expr(value, below.behind(width(field.name) + 2), out);
        }
        out.push(',');
    }
    if let Some(rest) = &value.rest {
        new_line(below.indent, out);
        out.push_str("..");
        expr::expr(rest, below.behind(2), out);
    }
    new_line(at.indent, out);
    out.push('}');
}

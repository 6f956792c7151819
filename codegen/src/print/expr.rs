//! Expressions: on one line if rustfmt puts them on one line, otherwise on several.

use super::{
    Place, TAB, chain,
    line::{self, closure_start, columns, lone},
    list, new_line, statement, width,
    words::words,
};
use crate::syntax::{Closure, Expr, Node};

/// An expression in its best layout.
pub(super) fn expr(expr: &Expr<'_>, at: Place, out: &mut String) {
    if columns(expr).is_some_and(|own| at.has_room(own)) {
        line::write(expr, out);
    } else {
        several_lines(expr, at, out);
    }
}

/// An expression, broken into lines wherever possible.
pub(super) fn several_lines(expr: &Expr<'_>, at: Place, out: &mut String) {
    let nests = matches!(
        expr.node,
        Node::Call(..) | Node::Array(_) | Node::Method(_) | Node::Try(_)
    );
    if !nests {
        return broken(expr, at, out);
    }
    // Each level of a nest tries several places for the next one. Without the texts from earlier
    // tries, the time would grow exponentially with the levels.
    let layouts = expr.layouts.get_or_init(Box::default);
    if let Some((_, text)) = layouts.borrow().iter().find(|(key, _)| *key == at.key()) {
        return out.push_str(text);
    }
    let mark = out.len();
    broken(expr, at, out);
    let layout = (at.key(), out[mark..].to_owned());
    layouts.borrow_mut().push(layout);
}

fn broken(expr: &Expr<'_>, at: Place, out: &mut String) {
    let mark = out.len();
    match &expr.node {
        Node::Call(function, arguments) => {
            self::expr(function, at.before(1), out);
            out.push('(');
            list::call(width(&out[mark..]), arguments, at, out);
        }
        Node::Macro(..) if columns(expr).is_some_and(|own| at.has_room(own)) => {
            line::write(expr, out);
        }
        Node::Macro(path, arguments) => {
            out.push_str(path);
            out.push_str("!(");
            list::call(width(path) + 2, arguments, at, out);
        }
        Node::Tuple(elements) => {
            out.push('(');
            list::call(1, elements, at, out);
        }
        Node::Array(elements) => list::array(elements, at, out),
        Node::Struct(value) => list::fields(value, at, out),
        Node::Method(_) | Node::Field(..) | Node::Try(_) => chain::chain(expr, at, out),
        Node::Unary(sign, inner) => prefixed(sign, inner, at, out),
        Node::Reference(sign, inner) => prefixed(sign, inner, at, out),
        Node::Paren(inner) => {
            prefixed("(", inner, at.before(1), out);
            out.push(')');
        }
        Node::Cast(inner, kind) => {
            self::expr(inner, at.before(" as ".len() + width(kind)), out);
            out.push_str(" as ");
            out.push_str(kind);
        }
        Node::Binary(_, sign, _) => pairs(expr, sign, at, out),
        Node::Assign(left, sign, right) => {
            self::expr(left, at, out);
            out.push(' ');
            out.push_str(sign);
            right_side(right, at.behind(width(&out[mark..])), out);
        }
        Node::Closure(closure) => self::closure(closure, at, out),
        Node::Let(pattern, value) => {
            out.push_str("let ");
            out.push_str(&words(*pattern));
            out.push_str(" =");
            right_side(value, at.behind(width(&out[mark..])), out);
        }
        Node::Return(Some(value)) => prefixed("return ", value, at, out),
        Node::If(choice) => statement::choice(choice, at, out),
        Node::Match(cases) => statement::cases(cases, at, out),
        Node::Block(block) => statement::block(block, at.indent, out),
        node => whole(node, at, out),
    }
}

/// What no line break helps.
fn whole(node: &Node<'_>, at: Place, out: &mut String) {
    let mut put = |parts: [Option<&Expr<'_>>; 2], signs: [&str; 3]| {
        for (part, sign) in parts.into_iter().zip(signs) {
            out.push_str(sign);
            if let Some(part) = part {
                expr(part, at, out);
            }
        }
        out.push_str(signs[2]);
    };
    match node {
        Node::Range(from, sign, to) => put([from.as_deref(), to.as_deref()], ["", sign, ""]),
        Node::Index(inner, index) => put([Some(inner), Some(index)], ["", "[", "]"]),
        Node::Repeat(element, length) => put([Some(element), Some(length)], ["[", "; ", "]"]),
        Node::Word(text) => out.push_str(text),
        Node::Tokens(tokens) => out.push_str(&words(*tokens)),
        _ => out.push_str("return"),
    }
}

fn prefixed(sign: &str, inner: &Expr<'_>, at: Place, out: &mut String) {
    out.push_str(sign);
    expr(inner, at.behind(width(sign)), out);
}

/// The right side of a `=`: on the same line, or on the next line if that is better.
pub(super) fn right_side(value: &Expr<'_>, at: Place, out: &mut String) {
    let mark = out.len();
    out.push(' ');
    let beside = at.behind(1);
    expr(value, beside, out);
    let text = &out[mark + 1..];
    let fits = beside.fits(text);
    if fits && (is_table(value) || !text.contains('\n')) {
        return;
    }
    let below = at.deeper(at.after);
    let mut next = String::new();
    expr(value, below, &mut next);
    if below.fits(&next) && (!fits || is_better(text, &next)) {
        out.truncate(mark);
        new_line(below.indent, out);
        out.push_str(&next);
    }
}

/// Whether a value has a line for each of its parts wherever it starts, so that further to the
/// right it has no fewer.
fn is_table(value: &Expr<'_>) -> bool {
    match &value.node {
        Node::Struct(_) => columns(value).is_none(),
        Node::Array(elements) => elements.len() > 1 && elements.iter().all(is_table),
        _ => false,
    }
}

/// Whether the text is better on the next line (`prefer_next_line`).
pub(super) fn is_better(beside: &str, next: &str) -> bool {
    let breaks = |text: &str| text.matches('\n').count();
    let opens =
        |text: &str, sign: char| text.lines().next().is_some_and(|line| line.ends_with(sign));
    breaks(next) == 0
        || breaks(beside) > breaks(next) + 1
        || ['(', '{', '[']
            .iter()
            .any(|&sign| opens(beside, sign) && !opens(next, sign))
}

/// Operands of the same operator, each on its own line after the operator.
fn pairs(pair: &Expr<'_>, sign: &str, at: Place, out: &mut String) {
    let mut operands = Vec::new();
    let mut first = pair;
    while let Node::Binary(left, own, right) = &first.node {
        if *own != sign {
            break;
        }
        operands.push(&**right);
        first = left;
    }
    expr(first, Place { after: 0, ..at }, out);
    let indent = at.indent + TAB;
    for (left, operand) in operands.iter().enumerate().rev() {
        let after = if left == 0 { at.after } else { 0 };
        new_line(indent, out);
        out.push_str(sign);
        out.push(' ');
        let below = Place::line(indent, after).behind(width(sign) + 1);
        expr(operand, below, out);
    }
}

/// A closure on several lines; its body gets braces unless it has its own.
fn closure(closure: &Closure<'_>, at: Place, out: &mut String) {
    let body = lone(&closure.body);
    match &body.node {
        Node::Match(_) | Node::If(_) | Node::Struct(_) => {
            let start = closure_start(closure);
            prefixed(&start, body, at, out);
        }
        _ => in_braces(closure, at, out),
    }
}

/// A closure whose body gets braces.
pub(super) fn in_braces(closure: &Closure<'_>, at: Place, out: &mut String) {
    out.push_str(&closure_start(closure));
    let body = lone(&closure.body);
    if let Node::Block(block) = &body.node {
        return statement::block(block, at.indent, out);
    }
    let below = at.deeper(0);
    out.push('{');
    new_line(below.indent, out);
    expr(body, below, out);
    new_line(at.indent, out);
    out.push('}');
}

//! Expressions: on one line if rustfmt puts them on one line, otherwise on several.

use syn::{
    BinOp, Block, Expr, ExprBinary, ExprClosure, ExprIf, Macro, Stmt, Token, parse::Parser,
    punctuated::Punctuated,
};

use super::{
    IF_ELSE, Place, TAB, chain, line, list, statement, width,
    words::{path, words},
};

/// An expression on one line; `None` if rustfmt always breaks it.
pub(super) fn one_line(expr: &Expr) -> Option<String> {
    Some(match expr {
        Expr::Unary(unary) => words(&unary.op) + &one_line(&unary.expr)?,
        Expr::Reference(reference) => {
            let sign = if reference.mutability.is_some() {
                "&mut "
            } else {
                "&"
            };
            sign.to_owned() + &one_line(&reference.expr)?
        }
        Expr::Paren(paren) => format!("({})", one_line(&paren.expr)?),
        Expr::Cast(cast) => format!("{} as {}", one_line(&cast.expr)?, words(&cast.ty)),
        Expr::Range(range) => {
            let end = |end: &Option<Box<Expr>>| match end {
                Some(end) => one_line(end),
                None => Some(String::new()),
            };
            end(&range.start)? + &words(&range.limits) + &end(&range.end)?
        }
        Expr::Binary(binary) => {
            let (left, right) = (one_line(&binary.left)?, one_line(&binary.right)?);
            format!("{left} {} {right}", words(&binary.op))
        }
        Expr::Assign(assign) => {
            format!("{} = {}", one_line(&assign.left)?, one_line(&assign.right)?)
        }
        Expr::Index(index) => {
            format!("{}[{}]", one_line(&index.expr)?, one_line(&index.index)?)
        }
        Expr::Repeat(repeat) => {
            format!("[{}; {}]", one_line(&repeat.expr)?, one_line(&repeat.len)?)
        }
        Expr::Array(array) => list::array_line(&array.elems)?,
        Expr::Tuple(tuple) => list::tuple_line(&tuple.elems)?,
        Expr::Struct(value) => list::struct_line(value)?,
        Expr::Call(call) => list::call_line(&one_line(&call.func)?, call.args.iter())?,
        Expr::Macro(call) => macro_line(&call.mac)?,
        Expr::MethodCall(_) | Expr::Field(_) | Expr::Try(_) => chain::one_line(expr)?,
        Expr::Closure(closure) => closure_start(closure) + &closure_line(closure)?,
        Expr::If(choice) => if_line(choice)?,
        Expr::Let(binding) => {
            format!("let {} = {}", words(&binding.pat), one_line(&binding.expr)?)
        }
        Expr::Return(back) => match &back.expr {
            Some(value) => format!("return {}", one_line(value)?),
            None => "return".into(),
        },
        Expr::Block(block) if block.block.stmts.is_empty() => "{}".into(),
        Expr::Path(name) if name.attrs.is_empty() && name.qself.is_none() => path(&name.path),
        Expr::Block(_) | Expr::Match(_) => return None,
        other => words(other),
    })
}

/// An expression in its best layout.
pub(super) fn expr(expr: &Expr, at: Place) -> String {
    match one_line(expr) {
        Some(text) if at.fits(&text) => text,
        _ => several_lines(expr, at),
    }
}

/// An expression, broken into lines wherever possible.
pub(super) fn several_lines(expr: &Expr, at: Place) -> String {
    match expr {
        Expr::Call(call) => {
            let head = self::expr(&call.func, at.before(1));
            list::call(&head, &call.args.iter().collect::<Vec<_>>(), at)
        }
        Expr::Macro(call) => macro_call(&call.mac, at),
        Expr::MethodCall(_) | Expr::Field(_) | Expr::Try(_) => chain::chain(expr, at),
        Expr::Tuple(tuple) => list::call("", &tuple.elems.iter().collect::<Vec<_>>(), at),
        Expr::Array(array) => list::array(&array.elems, at),
        Expr::Struct(value) => list::value(value, at),
        Expr::Unary(unary) => prefixed(&words(&unary.op), &unary.expr, at),
        Expr::Reference(reference) => {
            let sign = if reference.mutability.is_some() {
                "&mut "
            } else {
                "&"
            };
            prefixed(sign, &reference.expr, at)
        }
        Expr::Paren(paren) => prefixed("(", &paren.expr, at.before(1)) + ")",
        Expr::Cast(cast) => {
            let kind = format!(" as {}", words(&cast.ty));
            self::expr(&cast.expr, at.before(width(&kind))) + &kind
        }
        Expr::Binary(pair) if is_assigning(&pair.op) => {
            let start = format!("{} {}", self::expr(&pair.left, at), words(&pair.op));
            let value = right_side(&pair.right, at.behind(width(&start)));
            start + &value
        }
        Expr::Binary(pair) => pairs(pair, at),
        Expr::Assign(assign) => {
            let start = self::expr(&assign.left, at) + " =";
            let value = right_side(&assign.right, at.behind(width(&start)));
            start + &value
        }
        Expr::Closure(closure) => self::closure(closure, at),
        Expr::Let(binding) => {
            let start = format!("let {} =", words(&binding.pat));
            let value = right_side(&binding.expr, at.behind(width(&start)));
            start + &value
        }
        Expr::Return(back) => match &back.expr {
            Some(value) => prefixed("return ", value, at),
            None => "return".into(),
        },
        Expr::If(choice) => statement::choice(choice, at),
        Expr::Match(cases) => statement::cases(cases, at),
        Expr::Block(block) => statement::block(&block.block, at.indent),
        other => one_line(other).unwrap_or_else(|| words(other)),
    }
}

fn prefixed(sign: &str, inner: &Expr, at: Place) -> String {
    sign.to_owned() + &expr(inner, at.behind(width(sign)))
}

/// The right side of a `=`: on the same line, or on the next line if that is better.
pub(super) fn right_side(value: &Expr, at: Place) -> String {
    let beside = expr(value, at.behind(1));
    let fits = at.behind(1).fits(&beside);
    if fits && !beside.contains('\n') {
        return format!(" {beside}");
    }
    let below = at.deeper(at.after);
    let next = expr(value, below);
    if below.fits(&next) && (!fits || is_better(&beside, &next)) {
        return line(below.indent) + &next;
    }
    format!(" {beside}")
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

const fn is_assigning(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitXorAssign(_)
    )
}

/// Operands of the same operator, each on its own line after the operator.
fn pairs(pair: &ExprBinary, at: Place) -> String {
    let op = words(&pair.op);
    let mut operands = vec![&*pair.right];
    let mut left = &*pair.left;
    while let Expr::Binary(inner) = left {
        if words(&inner.op) != op {
            break;
        }
        operands.push(&inner.right);
        left = &inner.left;
    }
    operands.push(left);
    operands.reverse();
    let indent = at.indent + TAB;
    let last = operands.len() - 1;
    let mut out = String::new();
    for (place, operand) in operands.into_iter().enumerate() {
        if place == 0 {
            out = expr(operand, Place { after: 0, ..at });
            continue;
        }
        let after = if place == last { at.after } else { 0 };
        let below = Place::line(indent, after).behind(width(&op) + 1);
        out += &line(indent);
        out += &op;
        out.push(' ');
        out += &expr(operand, below);
    }
    out
}

fn closure_start(closure: &ExprClosure) -> String {
    let capture = if closure.capture.is_some() {
        "move "
    } else {
        ""
    };
    let inputs: Vec<String> = closure.inputs.iter().map(words).collect();
    let output = words(&closure.output);
    let space = if output.is_empty() { "" } else { " " };
    format!("{capture}|{}|{space}{output} ", inputs.join(", "))
}

fn closure_line(closure: &ExprClosure) -> Option<String> {
    one_line(lone(&closure.body))
}

/// The only expression of a block, without the braces that rustfmt removes.
fn lone(expr: &Expr) -> &Expr {
    match expr {
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [Stmt::Expr(inner, None)] => lone(inner),
            _ => expr,
        },
        _ => expr,
    }
}

/// A closure on several lines; its body gets braces unless it has its own.
fn closure(closure: &ExprClosure, at: Place) -> String {
    let start = closure_start(closure);
    let body = lone(&closure.body);
    match body {
        Expr::Block(block) => start + &statement::block(&block.block, at.indent),
        Expr::Match(_) | Expr::If(_) | Expr::Struct(_) => {
            let at = at.behind(width(&start));
            start + &expr(body, at)
        }
        _ => in_braces(closure, at),
    }
}

/// A closure whose body gets braces.
pub(super) fn in_braces(closure: &ExprClosure, at: Place) -> String {
    let (start, body) = (closure_start(closure), lone(&closure.body));
    if let Expr::Block(block) = body {
        return start + &statement::block(&block.block, at.indent);
    }
    let below = at.deeper(0);
    let text = expr(body, below);
    format!("{start}{{{}{text}{}}}", line(below.indent), line(at.indent))
}

/// `if a { b } else { c }`, as a value.
fn if_line(choice: &ExprIf) -> Option<String> {
    let value = |block: &Block| match block.stmts.as_slice() {
        [Stmt::Expr(value, None)] => one_line(value),
        _ => None,
    };
    let otherwise = match choice.else_branch.as_ref() {
        Some((_, otherwise)) => match &**otherwise {
            Expr::Block(block) => value(&block.block)?,
            _ => return None,
        },
        None => return None,
    };
    let (condition, then) = (one_line(&choice.cond)?, value(&choice.then_branch)?);
    let text = format!("if {condition} {{ {then} }} else {{ {otherwise} }}");
    (width(&text) <= IF_ELSE).then_some(text)
}

fn macro_name(call: &Macro) -> String {
    words(&call.path) + "!"
}

fn macro_line(call: &Macro) -> Option<String> {
    list::call_line(&macro_name(call), arguments(call).iter())
}

/// A call of a macro.
pub(super) fn macro_call(call: &Macro, at: Place) -> String {
    if let Some(text) = macro_line(call).filter(|text| at.fits(text)) {
        return text;
    }
    let arguments = arguments(call);
    list::call(&macro_name(call), &arguments.iter().collect::<Vec<_>>(), at)
}

/// The arguments of a macro call, as expressions.
fn arguments(call: &Macro) -> Vec<Expr> {
    let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
    match parser.parse2(call.tokens.clone()) {
        Ok(arguments) => arguments.into_iter().collect(),
        Err(_) => vec![Expr::Verbatim(call.tokens.clone())],
    }
}

//! Computed values: what they depend on.

use wsdraft_spec::vocabulary::Expr;

use crate::model::{Sha1, Value};

/// Lowers an expression.
pub(super) fn value(expr: &Expr) -> Value<'_> {
    let mut value = Value {
        expr,
        request: false,
        response: false,
        session: false,
    };
    note(expr, &mut value);
    value
}

/// Lowers a key; `None` if it is not a hash. The checks of the spec permit no other computed key.
pub(super) fn key(expr: &Expr) -> Option<Sha1<'_>> {
    expr.sha1_of().map(|of| Sha1 { of: value(of) })
}

fn note(expr: &Expr, value: &mut Value<'_>) {
    match expr {
        Expr::Base64(inner) | Expr::Sha1(inner) | Expr::Md5(inner) => note(inner, value),
        Expr::Concat(parts) => parts.iter().for_each(|part| note(part, value)),
        Expr::Header(_) | Expr::SpacedNumber(_) | Expr::Body => value.request = true,
        Expr::ResponseHeader(_) => value.response = true,
        Expr::SessionKey => value.session = true,
        Expr::Text(_) | Expr::FrameNonce => {}
    }
}

//! Evaluation of expressions.

use wsdraft::{
    digest,
    frame::Session,
    grammar,
    handshake::{Request, Response},
};
use wsdraft_spec::vocabulary::Expr;

/// The values that an expression may use.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scope<'a> {
    pub(super) request: Option<&'a Request<'a>>,
    pub(super) response: Option<&'a Response<'a>>,
    pub(super) nonce: [u8; 4],
    pub(super) session: Session,
}

impl<'a> Scope<'a> {
    /// A handshake without a response.
    pub(super) fn request(request: &'a Request<'a>) -> Self {
        Self {
            request: Some(request),
            ..Self::default()
        }
    }
}

/// The bytes of an expression. A missing value counts as empty.
pub(super) fn evaluate(expr: &Expr, scope: &Scope<'_>) -> Vec<u8> {
    let request = |name: &str| {
        scope
            .request
            .map_or(&[][..], |request| request.fields.value(name))
    };
    match expr {
        Expr::Base64(inner) => digest::base64(&evaluate(inner, scope)).into_bytes(),
        Expr::Sha1(inner) => digest::sha1(&[&evaluate(inner, scope)]).to_vec(),
        Expr::Md5(inner) => digest::md5(&[&evaluate(inner, scope)]).to_vec(),
        Expr::Concat(parts) => parts
            .iter()
            .flat_map(|part| evaluate(part, scope))
            .collect(),
        Expr::Text(text) => text.as_bytes().to_vec(),
        Expr::Header(name) => request(name).to_vec(),
        Expr::ResponseHeader(name) => scope
            .response
            .map_or(&[][..], |response| response.fields.value(name))
            .to_vec(),
        Expr::SpacedNumber(name) => grammar::spaced_number(request(name))
            .unwrap_or_default()
            .to_be_bytes()
            .to_vec(),
        Expr::Body => scope
            .request
            .map_or(&[][..], |request| request.body)
            .to_vec(),
        Expr::FrameNonce => scope.nonce.to_vec(),
        Expr::SessionKey => scope.session.masking_key.unwrap_or_default().to_vec(),
    }
}

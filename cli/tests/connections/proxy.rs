//! `wsdraft proxy`.

#[cfg(target_os = "linux")]
mod bounds;
mod passing;
mod requests;

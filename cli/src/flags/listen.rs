//! Addresses to listen on: for subcommands that listen.

/// Reads an address with a port. A port alone is one of this machine.
pub(crate) fn listen(text: &str) -> Result<String, String> {
    if text.parse::<u16>().is_ok() {
        return Ok(format!("127.0.0.1:{text}"));
    }
    let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
    if host.is_empty() {
        return Err(format!(
            "it has no address: 127.0.0.1:{port} is for this machine alone, 0.0.0.0:{port} for all"
        ));
    }
    let is_bare_ipv6 = host.contains(':') && !host.starts_with('[');
    if is_bare_ipv6 || port.parse::<u16>().is_err() {
        return Err("it is no address with a port, as in 127.0.0.1:9001 or [::1]:9001".into());
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::listen;

    #[test]
    fn a_port_alone_is_one_of_this_machine() {
        assert_eq!(listen("8080").as_deref(), Ok("127.0.0.1:8080"));
        for whole in ["127.0.0.1:0", "[::1]:9001", "localhost:80", "0.0.0.0:80"] {
            assert_eq!(listen(whole).as_deref(), Ok(whole));
        }
        assert!(listen(":8080").unwrap_err().contains("127.0.0.1:8080"));
        for wrong in [
            "",
            "localhost",
            "127.0.0.1:",
            "127.0.0.1:65536",
            "::1",
            "70000",
        ] {
            assert!(listen(wrong).is_err(), "{wrong}");
        }
    }
}

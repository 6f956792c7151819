#![no_main]

libfuzzer_sys::fuzz_target!(init: wsdraft_fuzz::prepare("server_handshake"), |data: &[u8]| wsdraft_fuzz::handshakes::server(data));

#![no_main]

libfuzzer_sys::fuzz_target!(init: wsdraft_fuzz::prepare("client_handshake"), |data: &[u8]| wsdraft_fuzz::handshakes::client(data));

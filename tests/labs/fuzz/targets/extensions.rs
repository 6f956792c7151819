#![no_main]

libfuzzer_sys::fuzz_target!(init: wsdraft_fuzz::prepare("extensions"), |data: &[u8]| wsdraft_fuzz::extensions::run(data));

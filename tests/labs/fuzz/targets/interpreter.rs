#![no_main]

libfuzzer_sys::fuzz_target!(init: wsdraft_fuzz::prepare("interpreter"), |data: &[u8]| wsdraft_fuzz::interpreter::run(data));

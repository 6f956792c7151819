#![no_main]

libfuzzer_sys::fuzz_target!(init: wsdraft_fuzz::prepare("channels"), |data: &[u8]| wsdraft_fuzz::channels::run(data));

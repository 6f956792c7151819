#![no_main]

libfuzzer_sys::fuzz_target!(init: wsdraft_fuzz::prepare("compressed"), |data: &[u8]| wsdraft_fuzz::compressed::run(data));

#![no_main]

libfuzzer_sys::fuzz_target!(init: wsdraft_fuzz::prepare("spec_file"), |data: &[u8]| wsdraft_fuzz::spec_file::run(data));

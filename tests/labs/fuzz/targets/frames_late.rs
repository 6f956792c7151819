#![no_main]

libfuzzer_sys::fuzz_target!(init: wsdraft_fuzz::prepare("frames_late"), |data: &[u8]| wsdraft_fuzz::frames::late(data));

//! What the compiler says about a faulty attribute or a faulty spec.

#[test]
fn faults_are_explained_where_they_are() {
    trybuild::TestCases::new().compile_fail("data/compile-fail/*.rs");
}

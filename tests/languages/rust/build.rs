//! Generates the client from the description.

use std::{env, fs, path::Path};

use progenitor::Generator;
use serde_json::Value;

fn main() {
    println!("cargo:rerun-if-changed=suger-open.json");
    let text = fs::read_to_string("suger-open.json").expect("the description is beside this file");
    let mut description: Value = serde_json::from_str(&text).expect("it is JSON");
    keep_what_progenitor_can(&mut description["paths"]);

    let description = serde_json::from_value(description).expect("it is OpenAPI");
    let code = Generator::default()
        .generate_tokens(&description)
        .expect("it can be generated from");
    let out_dir = env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out_dir).join("suger.rs"), code.to_string()).expect("it can be written");
}

/// Takes out what progenitor does not generate: bodies that are forms, and a type for each kind of error. An error with
/// a status that has no type of its own comes as `Error::UnexpectedResponse`.
fn keep_what_progenitor_can(paths: &mut Value) {
    for item in paths
        .as_object_mut()
        .expect("paths is an object")
        .values_mut()
    {
        let item = item.as_object_mut().expect("so is each of them");
        item.retain(|_, operation| {
            operation
                .pointer("/requestBody/content/multipart~1form-data")
                .is_none()
        });
        for operation in item
            .values_mut()
            .filter(|operation| operation["responses"].is_object())
        {
            operation["responses"]
                .as_object_mut()
                .expect("it is an object")
                .remove("default");
        }
    }
}

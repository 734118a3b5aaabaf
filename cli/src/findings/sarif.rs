//! Findings as a log in the Static Analysis Results Interchange Format (SARIF 2.1.0, OASIS).

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::place::Region;
use super::{Finding, Level, What};

/// What comes before the results. The rules come after them, when they are known: the members of a JSON
/// object have no order.
pub(super) const HEAD: &str = concat!(
    r#"{"$schema":"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json","#,
    r#""version":"2.1.0","runs":[{"columnKind":"unicodeCodePoints","results":["#,
    "\n"
);
/// What parts two results.
pub(super) const BETWEEN: &str = ",\n";

/// The rules that findings fell under.
#[derive(Default)]
pub(super) struct Rules(BTreeMap<String, (Level, String)>);

impl Rules {
    pub(super) fn add(&mut self, finding: &Finding<'_>) {
        self.0.entry(finding.rule()).or_insert_with(|| (finding.level(), about(finding)));
    }

    /// What comes after the results.
    pub(super) fn tail(&self, successful: bool) -> String {
        let rule = |(id, (level, about)): (&String, &(Level, String))| {
            json!({
                "id": id,
                "shortDescription": { "text": about },
                "defaultConfiguration": { "level": name(*level) },
            })
        };
        let rules: Vec<Value> = self.0.iter().map(rule).collect();
        let version = env!("CARGO_PKG_VERSION");
        let tool = json!({ "driver": { "name": "qingwen", "version": version, "rules": rules } });
        let invocations = json!([{ "executionSuccessful": successful }]);
        format!("\n],\"tool\":{tool},\"invocations\":{invocations}}}]}}\n")
    }
}

/// What a rule is about.
fn about(finding: &Finding<'_>) -> String {
    match &finding.what {
        What::Edit(qingwen::edit::Stage::Repair, edit) => {
            format!("Garbled text whose wrong decoding can be undone ({})", edit.cause)
        }
        What::Edit(stage, edit) => {
            format!("Text that the stage {} writes otherwise ({})", super::stage_name(*stage), edit.cause)
        }
        What::Left(why) => format!("Damage that is left as it is ({})", crate::detect::reason(*why)),
    }
}

/// Writes one result.
pub(super) fn result(out: &mut Vec<u8>, finding: &Finding<'_>) -> io::Result<()> {
    let artifact = json!({ "uri": uri(finding.value.file) });
    let mut place = Map::new();
    place.insert("artifactLocation".into(), artifact.clone());
    place.extend(region(finding).map(|region| ("region".into(), region)));
    let mut location = json!({ "physicalLocation": place });
    if let Some(field) = finding.value.field {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": field, "kind": "member" }]);
    }
    let mut result = json!({
        "ruleId": finding.rule(),
        "level": name(finding.level()),
        "message": { "text": finding.message() },
        "locations": [location],
    });
    if let Some(new) = finding.fix() {
        result["fixes"] = json!([{
            "description": { "text": "Undo the damage" },
            "artifactChanges": [{
                "artifactLocation": artifact,
                "replacements": [{ "deletedRegion": span(&finding.region), "insertedContent": { "text": new } }],
            }],
        }]);
        if !matches!(finding.what, What::Edit(qingwen::edit::Stage::Repair, _)) {
            result["fixes"][0]["description"]["text"] = json!("Write it as the stage does");
        }
    }
    if let What::Edit(_, edit) = finding.what {
        result["rank"] = json!(edit.confidence * 100.0);
        result["properties"] = json!({
            "confidence": edit.confidence,
            "layers": edit.layers,
            "reversible": edit.reversible,
            "old": edit.old,
            "new": edit.new,
        });
    }
    if !finding.value.is_plain() {
        // The region is the record's line at best; these are counted in the field.
        if let Some(record) = finding.value.record {
            result["properties"]["record"] = json!(record);
        }
        result["properties"]["chars"] = json!(finding.region.chars);
        result["properties"]["bytes"] = json!(finding.region.bytes);
    }
    serde_json::to_writer(out, &result).map_err(io::Error::from)
}

fn region(finding: &Finding<'_>) -> Option<Value> {
    if !finding.value.is_plain() {
        return finding.line.map(|line| json!({ "startLine": line }));
    }
    let mut region = span(&finding.region);
    region["snippet"] = json!({ "text": finding.text });
    Some(region)
}

fn span(region: &Region) -> Value {
    let &Region { line, column, end_line, end_column, chars, bytes } = region;
    json!({
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
        "charOffset": chars[0],
        "charLength": chars[1] - chars[0],
        "byteOffset": bytes[0],
        "byteLength": bytes[1] - bytes[0],
    })
}

fn name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

/// The path as a reference to be resolved where the program ran (RFC 3986).
fn uri(path: &str) -> String {
    let mut out = String::new();
    if Path::new(path).is_absolute() {
        out.push_str(if path.starts_with('/') { "file://" } else { "file:///" });
    } else if path.split(['/', '\\']).next().is_some_and(|first| first.contains(':')) {
        // Not to be taken for a scheme.
        out.push_str("./");
    }
    for byte in path.bytes() {
        match byte {
            b'\\' if cfg!(windows) => out.push('/'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b':' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_references() {
        assert_eq!(uri("a b/文.txt"), "a%20b/%E6%96%87.txt");
        assert_eq!(uri("a:b"), "./a:b");
        #[cfg(unix)]
        assert_eq!(uri("/tmp/a"), "file:///tmp/a");
    }
}

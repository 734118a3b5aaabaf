//! Findings as commands to the runner of GitHub Actions, which shows them beside the lines of a change.

use std::io::{self, Write};

use super::place::Region;
use super::{Finding, Level};

pub(super) fn line(out: &mut Vec<u8>, finding: &Finding<'_>) -> io::Result<()> {
    let command = match finding.level() {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let mut properties = Vec::new();
    if finding.value.file != "-" {
        properties.push(format!("file={}", property(finding.value.file)));
    }
    let mut message = finding.message();
    match (finding.value.record, finding.value.field) {
        // Columns are counted in the record's field.
        (Some(record), field) => {
            properties.extend(finding.line.map(|line| format!("line={line}")));
            let field = field.unwrap_or_default();
            message = match finding.line {
                Some(_) => format!("{field}: {message}"),
                None => format!("record {record}, {field}: {message}"),
            };
        }
        (None, Some(field)) => message = format!("{field}: {message}"),
        (None, None) => {
            let Region { line, column, end_line, end_column, .. } = finding.region;
            properties.push(format!("line={line},endLine={end_line}"));
            // Columns have a meaning within one line only.
            if line == end_line {
                properties.push(format!("col={column},endColumn={end_column}"));
            }
        }
    }
    properties.push(format!("title={}", property(&finding.rule())));
    writeln!(out, "::{command} {}::{}", properties.join(","), data(&message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_or_a_property_is_escaped() {
        assert_eq!(data("100%\r\n::"), "100%25%0D%0A::");
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
    }
}

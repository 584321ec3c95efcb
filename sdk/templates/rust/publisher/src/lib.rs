//! A publisher that appends each record to a file, one line each.
mod leat_abi;
#[macro_use]
mod leat;
use leat::*;
use leat_abi::{LEAT_DENIED, LEAT_UNCERTAIN};
use std::fs::OpenOptions;
use std::io::Write;

struct Append {
    path: String,
}

fn append(path: &str, lines: &str) -> Done {
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .map_err(|error| fail(LEAT_DENIED, format!("{}: {}", path, error)))?;
    // What failed half way may be in the file.
    file.write_all(lines.as_bytes())
        .and_then(|_| file.sync_all())
        .map_err(|error| fail(LEAT_UNCERTAIN, format!("{}: {}", path, error)))
}

impl Component for Append {
    const SCHEMA: &'static str = concat!(
        r#"{"type": "object", "additionalProperties": false, "required": ["path"], "properties": {
            "path": {"type": "string", "x-leat": "file", "description": "The file to append to."}}}"#,
        "\0"
    );
    fn create(options: Node, _: &Context) -> Done<Self> {
        let path = options.get("path").string().ok_or_else(|| invalid("path: a string is expected"))?;
        Ok(Append { path })
    }
}
impl Publisher for Append {
    fn publish(&mut self, batch: &mut Batch, context: &Context) -> Done {
        let mut lines = String::new();
        for i in 0..batch.len() {
            if let Some(record) = batch.at(i) {
                lines += &record.json(context)?;
                lines.push('\n');
            }
        }
        append(&self.path, &lines)
    }
}

leat_plugin!("@NAME@", "0.1.0", "", publisher Append "@NAME@" "@NAME@" "Appends records to a file.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_to_the_end_of_the_file() {
        let path = std::env::temp_dir().join(format!("append-{}", std::process::id()));
        let name = path.to_str().unwrap();
        append(name, "1\n").unwrap();
        append(name, "2\n").unwrap();
        let content = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(content, "1\n2\n");
    }
    #[test]
    fn a_file_that_cannot_be_opened_pauses_the_route() {
        assert_eq!(append("/dev/null/file", "1\n").unwrap_err().kind, LEAT_DENIED);
    }
}

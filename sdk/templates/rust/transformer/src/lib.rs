//! A transformer that greets: it adds a member made of another one.
mod leat_abi;
#[macro_use]
mod leat;
use leat::*;

struct Greet {
    greeting: String,
}

fn greeting_for(greeting: &str, name: &str) -> String {
    format!("{} {}", greeting, name.trim())
}

impl Component for Greet {
    const SCHEMA: &'static str = concat!(
        r#"{"type": "object", "additionalProperties": false, "properties": {
            "greeting": {"type": "string", "description": "The word before the name.", "default": "Hello"}}}"#,
        "\0"
    );
    fn create(options: Node, _: &Context) -> Done<Self> {
        Ok(Greet { greeting: options.get("greeting").string().unwrap_or_else(|| "Hello".to_string()) })
    }
}
impl Transformer for Greet {
    fn transform(&mut self, record: Record, _: &Context) -> Done<bool> {
        let root = record.root();
        let name = root.get("name").string().ok_or_else(|| invalid("name: a string is expected"))?;
        root.put("greeting")?.set_str(&greeting_for(&self.greeting, &name))?;
        Ok(true)
    }
}

leat_plugin!("@NAME@", "0.1.0", "", transformer Greet "@NAME@" "@NAME@" "Greets by name.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_has_the_name_without_blanks_around_it() {
        assert_eq!(greeting_for("Hello", " Ina "), "Hello Ina");
    }
}

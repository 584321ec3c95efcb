//! The matrix transformer in Rust: see README.md. Stands on leat_abi.rs and leat.rs of the SDK's templates.
mod leat_abi;
#[macro_use]
mod leat;
use leat::*;

struct Edit {
    step: i64,
}

impl Edit {
    fn edit(&self, ticket: Node) -> Done {
        let company = ticket.get("company").get("name").string();
        let company = company.ok_or_else(|| invalid("company.name: a string is expected"))?;
        let origin = ticket.put("origin")?;
        origin.set_object()?;
        origin.put("company")?.set_str(&company)?;
        origin.put("number")?.set_i64(9007199254740993)?;

        let status = ticket.get("status");
        let name = status.get("name").string().unwrap_or_default();
        status.put("name")?.set_str(&name.to_ascii_uppercase())?;
        let rank = status.get("code").get("rank");
        rank.set_i64(rank.i64().unwrap_or(0) + self.step)?;
        ticket.get("tags").push()?.set_str("seen")?;
        ticket.erase("severity");
        Ok(())
    }
}

impl Component for Edit {
    const SCHEMA: &'static str = concat!(
        r#"{"type": "object", "additionalProperties": false, "properties": {
            "step": {"type": "integer", "description": "What the rank grows by.", "default": 1}}}"#,
        "\0"
    );
    fn create(options: Node, _: &Context) -> Done<Self> {
        Ok(Edit { step: options.get("step").i64().unwrap_or(1) })
    }
}
impl Transformer for Edit {
    fn process(&mut self, batch: &mut Batch, context: &Context) -> Done {
        for i in 0..batch.len() {
            let ticket = match batch.at(i) {
                Some(record) => record.root(),
                None => continue,
            };
            if ticket.get("spam").bool() == Some(true) {
                batch.drop_record(i);
                continue;
            }
            if let Err(why) = self.edit(ticket) {
                batch.reject(i, &why);
            } else if ticket.get("split").bool() == Some(true) {
                let id = ticket.get("id").i64().unwrap_or(0);
                batch.append(&format!("{{\"id\":{},\"part\":2}}", id), context)?;
            }
        }
        Ok(())
    }
}

leat_plugin!("matrix", "1.0.0", "", transformer Edit "matrix" "Matrix" "Edits a ticket.");

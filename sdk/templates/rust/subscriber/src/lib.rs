//! A subscriber that counts: {"number": 1}, {"number": 2}, ... Its cursor is the last number given.
mod leat_abi;
#[macro_use]
mod leat;
use leat::*;

struct Count {
    to: i64,
    next: i64,
}

// The number to go on with; the cursor is empty the first time.
fn next_after(cursor: &str) -> Done<i64> {
    if cursor.is_empty() {
        return Ok(1);
    }
    let last = cursor.parse::<i64>().ok().filter(|&last| (0..i64::MAX).contains(&last));
    last.map(|last| last + 1).ok_or_else(|| invalid("the cursor is no number; `leat cursor reset` begins anew"))
}

impl Component for Count {
    const SCHEMA: &'static str = concat!(
        r#"{"type": "object", "additionalProperties": false, "properties": {
            "to": {"type": "integer", "minimum": 0, "description": "The last number.", "default": 10}}}"#,
        "\0"
    );
    fn create(options: Node, _: &Context) -> Done<Self> {
        Ok(Count { to: options.get("to").i64().unwrap_or(10), next: 1 })
    }
}
impl Subscriber for Count {
    fn open(&mut self, cursor: &str, _: &Context) -> Done {
        self.next = next_after(cursor)?;
        Ok(())
    }
    fn poll(&mut self, batch: &mut Batch, max: u32, context: &Context) -> Done {
        for _ in 0..max {
            if self.next > self.to || context.cancelled() {
                break;
            }
            batch.append(&format!("{{\"number\":{}}}", self.next), context)?;
            batch.set_cursor(&self.next.to_string());
            self.next += 1;
        }
        if self.next > self.to {
            batch.end();
        }
        Ok(())
    }
}

leat_plugin!("@NAME@", "0.1.0", "", subscriber Count "@NAME@" "@NAME@" "Counts to a number.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_goes_on_behind_the_cursor() {
        assert_eq!(next_after(""), Ok(1));
        assert_eq!(next_after("41"), Ok(42));
    }
    #[test]
    fn a_cursor_that_is_no_number_is_refused() {
        assert!(next_after("x").is_err());
    }
}

//! An HTTP client for an API with a bearer token: it completes requests and says what answers mean.
mod leat_abi;
#[macro_use]
mod leat;
use leat::*;
use leat_abi::*;

struct Api {
    base_uri: String,
    token: String,
}

// What the caller does next after an answer with this status.
fn meaning(method: &str, status: i32) -> leat_kind {
    match status {
        200..=299 => LEAT_OK,
        401 | 403 => LEAT_DENIED,
        404 => LEAT_NOT_FOUND,
        429 | 503 => LEAT_BUSY,
        500.. if method == "POST" || method == "PATCH" => LEAT_UNCERTAIN,
        500.. => LEAT_UNREACHABLE,
        _ => LEAT_INVALID,
    }
}

fn absolute(base_uri: &str, path: &str) -> String {
    format!("{}/{}", base_uri.trim_end_matches('/'), path.trim_start_matches('/'))
}

impl Component for Api {
    const SCHEMA: &'static str = concat!(
        r#"{"type": "object", "additionalProperties": false, "required": ["base_uri", "token"], "properties": {
            "base_uri": {"type": "string", "description": "Where the API is.", "examples": ["https://api.example"]},
            "token": {"type": "string", "writeOnly": true, "description": "The bearer token."}}}"#,
        "\0"
    );
    fn create(options: Node, context: &Context) -> Done<Self> {
        let base_uri = options.get("base_uri").string().ok_or_else(|| invalid("base_uri: a string is expected"))?;
        Ok(Api { base_uri, token: secret(options.get("token"), context)? })
    }
}
impl Client for Api {
    fn prepare(&self, request: &mut Request) -> Done {
        request.url = absolute(&self.base_uri, &request.url);
        request.headers.push(("Authorization".to_string(), format!("Bearer {}", self.token)));
        Ok(())
    }
    fn classify(&self, method: &str, status: i32) -> Done {
        match meaning(method, status) {
            LEAT_OK => Ok(()),
            kind => Err(fail(kind, format!("{}: HTTP status {}", method, status))),
        }
    }
}

leat_plugin!("@NAME@", "0.1.0", "", client Api "@NAME@" "@NAME@" "An API with a bearer token.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_joined_to_the_base_with_one_slash() {
        assert_eq!(absolute("https://api.example/v1/", "/items?page=2"), "https://api.example/v1/items?page=2");
        assert_eq!(absolute("https://api.example", "items"), "https://api.example/items");
    }
    #[test]
    fn an_answer_says_what_to_do_next() {
        for (method, status, kind) in [
            ("GET", 204, LEAT_OK),
            ("GET", 401, LEAT_DENIED),
            ("GET", 404, LEAT_NOT_FOUND),
            ("POST", 400, LEAT_INVALID),
            ("POST", 429, LEAT_BUSY),
            ("GET", 502, LEAT_UNREACHABLE),
            ("POST", 502, LEAT_UNCERTAIN),
        ] {
            assert_eq!(meaning(method, status), kind, "{} {}", method, status);
        }
    }
}

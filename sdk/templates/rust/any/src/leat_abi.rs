// leat/abi.h in Rust, made from it by sdk/tools/rust_abi.py. What each item means stands there.
#![allow(non_camel_case_types, dead_code)]

use std::os::raw::{c_char, c_void};

pub const LEAT_ABI_MAJOR: u32 = 1;
pub const LEAT_ABI_MINOR: u32 = 1;
pub const LEAT_PLUGIN_SYMBOL: &str = "leat_plugin_v1";
pub const LEAT_OK: i32 = 0;
pub const LEAT_INVALID: i32 = 1;
pub const LEAT_DENIED: i32 = 2;
pub const LEAT_NOT_FOUND: i32 = 3;
pub const LEAT_BUSY: i32 = 4;
pub const LEAT_UNREACHABLE: i32 = 5;
pub const LEAT_UNCERTAIN: i32 = 6;
pub const LEAT_CANCELLED: i32 = 7;
pub const LEAT_UNSUPPORTED: i32 = 8;
pub const LEAT_BROKEN: i32 = 9;
pub const LEAT_TRACE: i32 = 0;
pub const LEAT_DEBUG: i32 = 1;
pub const LEAT_INFO: i32 = 2;
pub const LEAT_WARN: i32 = 3;
pub const LEAT_ERROR: i32 = 4;
pub const LEAT_CTX_SERVICE: &str = "leat.ctx/1";
pub const LEAT_BUFFER_SERVICE: &str = "leat.buffer/1";
pub const LEAT_PADDING: i32 = 64;
pub const LEAT_RECORD_SERVICE: &str = "leat.record/1";
pub const LEAT_MISSING: i32 = -1;
pub const LEAT_NULL: i32 = 0;
pub const LEAT_BOOL: i32 = 1;
pub const LEAT_NUMBER: i32 = 2;
pub const LEAT_STRING: i32 = 3;
pub const LEAT_ARRAY: i32 = 4;
pub const LEAT_OBJECT: i32 = 5;
pub const LEAT_BATCH_SERVICE: &str = "leat.batch/1";
pub const LEAT_HTTP_IDEMPOTENT: u32 = 1;
pub const LEAT_HTTP_PRIORITY: u32 = 12;
pub const LEAT_HTTP_NORMAL: u32 = 0;
pub const LEAT_HTTP_BACKGROUND: u32 = 4;
pub const LEAT_HTTP_SOON: u32 = 8;
pub const LEAT_HTTP_INTERACTIVE: u32 = 12;
pub const LEAT_CLIENT_SERVICE: &str = "leat.client/1";
pub const LEAT_TRANSPORT_SERVICE: &str = "leat.transport/1";
pub const LEAT_SECRET_SERVICE: &str = "leat.secret/1";
pub const LEAT_CHAIN_SERVICE: &str = "leat.chain/1";
pub const LEAT_METRIC_SERVICE: &str = "leat.metric/1";
pub const LEAT_KV_SERVICE: &str = "leat.kv/1";
pub const LEAT_EVENTS_SERVICE: &str = "leat.events/1";
pub const LEAT_XREF_SERVICE: &str = "leat.xref/1";
pub const LEAT_KIND_CLIENT: u32 = 1;
pub const LEAT_KIND_SUBSCRIBER: u32 = 2;
pub const LEAT_KIND_PUBLISHER: u32 = 3;
pub const LEAT_KIND_TRANSFORMER: u32 = 4;
pub const LEAT_PARALLEL: u32 = 1;
pub const LEAT_REHEARSABLE: u32 = 2;
pub const LEAT_CATALOG_EXTENSION: &str = "leat.catalog/1";
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_str {
    pub ptr: *const c_char,
    pub len: usize,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_bytes {
    pub ptr: *const u8,
    pub len: usize,
}
pub type leat_kind = i32;
#[repr(C)]
pub struct leat_ctx {
    _private: [u8; 0],
}
#[repr(C)]
pub struct leat_batch {
    _private: [u8; 0],
}
#[repr(C)]
pub struct leat_rec {
    _private: [u8; 0],
}
#[repr(C)]
pub struct leat_node {
    _private: [u8; 0],
}
#[repr(C)]
pub struct leat_buffer {
    _private: [u8; 0],
}
#[repr(C)]
pub struct leat_client {
    _private: [u8; 0],
}
#[repr(C)]
pub struct leat_transport {
    _private: [u8; 0],
}
#[repr(C)]
pub struct leat_chain {
    _private: [u8; 0],
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_host {
    pub struct_size: u32,
    pub abi_minor: u32,
    pub r#impl: *mut c_void,
    pub name: leat_str,
    pub version: leat_str,
    pub service: Option<unsafe extern "C" fn(host: *const leat_host, id: *const c_char) -> *const c_void>,
    pub log: Option<unsafe extern "C" fn(host: *const leat_host, ctx: *mut leat_ctx, level: i32, line: leat_str)>,
    pub log_enabled: Option<unsafe extern "C" fn(host: *const leat_host, level: i32) -> i32>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_ctx_api {
    pub struct_size: u32,
    pub reserved: u32,
    pub cancelled: Option<unsafe extern "C" fn(ctx: *const leat_ctx) -> i32>,
    pub wait_ms: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, ms: u32) -> i32>,
    pub remaining_ms: Option<unsafe extern "C" fn(ctx: *const leat_ctx) -> u64>,
    pub now_ms: Option<unsafe extern "C" fn(ctx: *const leat_ctx) -> i64>,
    pub on_cancel: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, hook: Option<unsafe extern "C" fn(user: *mut c_void)>, user: *mut c_void) -> u64>,
    pub off_cancel: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, ticket: u64)>,
    pub fail: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, kind: leat_kind, retry_after_ms: u64, message: leat_str) -> leat_kind>,
    pub failure: Option<unsafe extern "C" fn(ctx: *const leat_ctx, retry_after_ms: *mut u64, message: *mut leat_str) -> leat_kind>,
    pub place: Option<unsafe extern "C" fn(ctx: *const leat_ctx) -> leat_str>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_buffer_api {
    pub struct_size: u32,
    pub reserved: u32,
    pub create: Option<unsafe extern "C" fn(size: usize) -> *mut leat_buffer>,
    pub retain: Option<unsafe extern "C" fn(buffer: *mut leat_buffer) -> *mut leat_buffer>,
    pub release: Option<unsafe extern "C" fn(buffer: *mut leat_buffer)>,
    pub data: Option<unsafe extern "C" fn(buffer: *mut leat_buffer, size: *mut usize) -> *mut u8>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_record_api {
    pub struct_size: u32,
    pub reserved: u32,
    pub create: Option<unsafe extern "C" fn() -> *mut leat_rec>,
    pub clone: Option<unsafe extern "C" fn(record: *const leat_rec) -> *mut leat_rec>,
    pub release: Option<unsafe extern "C" fn(record: *mut leat_rec)>,
    pub json: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, record: *mut leat_rec, out: *mut leat_str) -> leat_kind>,
    pub set_json: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, record: *mut leat_rec, text: leat_str) -> leat_kind>,
    pub attr: Option<unsafe extern "C" fn(record: *const leat_rec, key: leat_str, out: *mut leat_str) -> leat_kind>,
    pub set_attr: Option<unsafe extern "C" fn(record: *mut leat_rec, key: leat_str, value: leat_str) -> leat_kind>,
    pub root: Option<unsafe extern "C" fn(record: *mut leat_rec) -> *mut leat_node>,
    pub r#type: Option<unsafe extern "C" fn(node: *mut leat_node) -> i32>,
    pub size: Option<unsafe extern "C" fn(node: *mut leat_node) -> usize>,
    pub get: Option<unsafe extern "C" fn(object: *mut leat_node, key: leat_str) -> *mut leat_node>,
    pub at: Option<unsafe extern "C" fn(node: *mut leat_node, index: usize, key: *mut leat_str) -> *mut leat_node>,
    pub as_str: Option<unsafe extern "C" fn(node: *mut leat_node, out: *mut leat_str) -> leat_kind>,
    pub as_i64: Option<unsafe extern "C" fn(node: *mut leat_node, out: *mut i64) -> leat_kind>,
    pub as_f64: Option<unsafe extern "C" fn(node: *mut leat_node, out: *mut f64) -> leat_kind>,
    pub as_bool: Option<unsafe extern "C" fn(node: *mut leat_node, out: *mut i32) -> leat_kind>,
    pub as_number: Option<unsafe extern "C" fn(node: *mut leat_node, out: *mut leat_str) -> leat_kind>,
    pub node_json: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, node: *mut leat_node, out: *mut leat_str) -> leat_kind>,
    pub put: Option<unsafe extern "C" fn(object: *mut leat_node, key: leat_str) -> *mut leat_node>,
    pub push: Option<unsafe extern "C" fn(array: *mut leat_node) -> *mut leat_node>,
    pub erase: Option<unsafe extern "C" fn(object: *mut leat_node, key: leat_str) -> leat_kind>,
    pub erase_at: Option<unsafe extern "C" fn(array: *mut leat_node, index: usize) -> leat_kind>,
    pub set_null: Option<unsafe extern "C" fn(node: *mut leat_node) -> leat_kind>,
    pub set_bool: Option<unsafe extern "C" fn(node: *mut leat_node, value: i32) -> leat_kind>,
    pub set_i64: Option<unsafe extern "C" fn(node: *mut leat_node, value: i64) -> leat_kind>,
    pub set_f64: Option<unsafe extern "C" fn(node: *mut leat_node, value: f64) -> leat_kind>,
    pub set_number: Option<unsafe extern "C" fn(node: *mut leat_node, text: leat_str) -> leat_kind>,
    pub set_str: Option<unsafe extern "C" fn(node: *mut leat_node, value: leat_str) -> leat_kind>,
    pub set_array: Option<unsafe extern "C" fn(node: *mut leat_node) -> leat_kind>,
    pub set_object: Option<unsafe extern "C" fn(node: *mut leat_node) -> leat_kind>,
    pub set_node_json: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, node: *mut leat_node, text: leat_str) -> leat_kind>,
    pub copy: Option<unsafe extern "C" fn(to: *mut leat_node, from: *mut leat_node) -> leat_kind>,
    pub attr_at: Option<unsafe extern "C" fn(record: *const leat_rec, index: usize, key: *mut leat_str, value: *mut leat_str) -> leat_kind>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_batch_api {
    pub struct_size: u32,
    pub reserved: u32,
    pub create: Option<unsafe extern "C" fn() -> *mut leat_batch>,
    pub release: Option<unsafe extern "C" fn(batch: *mut leat_batch)>,
    pub count: Option<unsafe extern "C" fn(batch: *const leat_batch) -> usize>,
    pub at: Option<unsafe extern "C" fn(batch: *mut leat_batch, index: usize) -> *mut leat_rec>,
    pub append: Option<unsafe extern "C" fn(batch: *mut leat_batch, record: *mut leat_rec) -> leat_kind>,
    pub append_array: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, batch: *mut leat_batch, text: leat_bytes, owner: *mut leat_buffer, count: *mut usize) -> leat_kind>,
    pub drop: Option<unsafe extern "C" fn(batch: *mut leat_batch, index: usize) -> leat_kind>,
    pub reject: Option<unsafe extern "C" fn(batch: *mut leat_batch, index: usize, kind: leat_kind, retry_after_ms: u64, message: leat_str) -> leat_kind>,
    pub deliver: Option<unsafe extern "C" fn(batch: *mut leat_batch, index: usize, answer: leat_str) -> leat_kind>,
    pub set_cursor: Option<unsafe extern "C" fn(batch: *mut leat_batch, cursor: leat_bytes) -> leat_kind>,
    pub end: Option<unsafe extern "C" fn(batch: *mut leat_batch) -> leat_kind>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_header {
    pub name: leat_str,
    pub value: leat_str,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_http_request {
    pub struct_size: u32,
    pub flags: u32,
    pub method: leat_str,
    pub url: leat_str,
    pub headers: *const leat_header,
    pub header_count: usize,
    pub body: leat_bytes,
    pub timeout_ms: u32,
    pub reserved: u32,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_http_response {
    pub struct_size: u32,
    pub http_status: i32,
    pub headers: *const leat_header,
    pub header_count: usize,
    pub body: leat_bytes,
    pub owner: *mut leat_buffer,
    pub attempts: u32,
    pub elapsed_ms: u32,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_outcome {
    pub struct_size: u32,
    pub kind: leat_kind,
    pub retry_after_ms: u64,
    pub message: leat_str,
}
pub type leat_http_done = Option<unsafe extern "C" fn(user: *mut c_void, outcome: *const leat_outcome, response: *const leat_http_response)>;
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_client_api {
    pub struct_size: u32,
    pub reserved: u32,
    pub open: Option<unsafe extern "C" fn(host: *const leat_host, ctx: *mut leat_ctx, name: leat_str, out: *mut *mut leat_client) -> leat_kind>,
    pub close: Option<unsafe extern "C" fn(client: *mut leat_client)>,
    pub send: Option<unsafe extern "C" fn(client: *mut leat_client, ctx: *mut leat_ctx, request: *const leat_http_request, done: leat_http_done, user: *mut c_void, call: *mut u64) -> leat_kind>,
    pub cancel: Option<unsafe extern "C" fn(client: *mut leat_client, call: u64)>,
    pub call: Option<unsafe extern "C" fn(client: *mut leat_client, ctx: *mut leat_ctx, request: *const leat_http_request, done: leat_http_done, user: *mut c_void) -> leat_kind>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_transport_api {
    pub struct_size: u32,
    pub reserved: u32,
    pub open: Option<unsafe extern "C" fn(host: *const leat_host, ctx: *mut leat_ctx, options: leat_str, out: *mut *mut leat_transport) -> leat_kind>,
    pub close: Option<unsafe extern "C" fn(transport: *mut leat_transport)>,
    pub send: Option<unsafe extern "C" fn(transport: *mut leat_transport, ctx: *mut leat_ctx, request: *const leat_http_request, done: leat_http_done, user: *mut c_void, call: *mut u64) -> leat_kind>,
    pub cancel: Option<unsafe extern "C" fn(transport: *mut leat_transport, call: u64)>,
    pub quiesce: Option<unsafe extern "C" fn(transport: *mut leat_transport)>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_secret_api {
    pub struct_size: u32,
    pub reserved: u32,
    pub resolve: Option<unsafe extern "C" fn(host: *const leat_host, ctx: *mut leat_ctx, reference: leat_str, out: *mut leat_str) -> leat_kind>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_chain_api {
    pub struct_size: u32,
    pub reserved: u32,
    pub open: Option<unsafe extern "C" fn(host: *const leat_host, ctx: *mut leat_ctx, reference: leat_str, out: *mut *mut leat_chain) -> leat_kind>,
    pub close: Option<unsafe extern "C" fn(chain: *mut leat_chain)>,
    pub process: Option<unsafe extern "C" fn(chain: *mut leat_chain, ctx: *mut leat_ctx, batch: *mut leat_batch) -> leat_kind>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_metric_api {
    pub struct_size: u32,
    pub reserved: u32,
    pub add: Option<unsafe extern "C" fn(host: *const leat_host, ctx: *mut leat_ctx, name: leat_str, delta: i64)>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_kv_api {
    pub struct_size: u32,
    pub reserved: u32,
    pub get: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, key: leat_str, out: *mut leat_bytes) -> leat_kind>,
    pub set: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, key: leat_str, value: leat_bytes) -> leat_kind>,
    pub erase: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, key: leat_str) -> leat_kind>,
    pub keys: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, prefix: leat_str, out: *mut leat_rec) -> leat_kind>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_events_api {
    pub struct_size: u32,
    pub reserved: u32,
    pub url: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, out: *mut leat_str) -> leat_kind>,
    pub next: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, out: *mut leat_rec) -> leat_kind>,
    pub woken: Option<unsafe extern "C" fn(ctx: *mut leat_ctx) -> i32>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_xref_api {
    pub struct_size: u32,
    pub reserved: u32,
    pub find: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, set: leat_str, source: leat_str, target: *mut leat_str) -> leat_kind>,
    pub source_of: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, set: leat_str, target: leat_str, source: *mut leat_str) -> leat_kind>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_http_client {
    pub struct_size: u32,
    pub reserved: u32,
    pub send: Option<unsafe extern "C" fn(self_: *mut c_void, ctx: *mut leat_ctx, request: *const leat_http_request, done: leat_http_done, user: *mut c_void, call: *mut u64) -> leat_kind>,
    pub cancel: Option<unsafe extern "C" fn(self_: *mut c_void, call: u64)>,
    pub quiesce: Option<unsafe extern "C" fn(self_: *mut c_void)>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_webhook {
    pub struct_size: u32,
    pub reserved: u32,
    pub method: leat_str,
    pub target: leat_str,
    pub headers: *const leat_header,
    pub header_count: usize,
    pub body: leat_bytes,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_subscriber {
    pub struct_size: u32,
    pub reserved: u32,
    pub open: Option<unsafe extern "C" fn(self_: *mut c_void, ctx: *mut leat_ctx, cursor: leat_bytes) -> leat_kind>,
    pub poll: Option<unsafe extern "C" fn(self_: *mut c_void, ctx: *mut leat_ctx, max: u32, wait_ms: u32, out: *mut leat_batch) -> leat_kind>,
    pub settle: Option<unsafe extern "C" fn(self_: *mut c_void, ctx: *mut leat_ctx, cursor: leat_bytes, stored: i32) -> leat_kind>,
    pub close: Option<unsafe extern "C" fn(self_: *mut c_void, ctx: *mut leat_ctx) -> leat_kind>,
    pub webhook: Option<unsafe extern "C" fn(self_: *mut c_void, ctx: *mut leat_ctx, request: *const leat_webhook, out: *mut leat_batch) -> leat_kind>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_publisher {
    pub struct_size: u32,
    pub reserved: u32,
    pub open: Option<unsafe extern "C" fn(self_: *mut c_void, ctx: *mut leat_ctx) -> leat_kind>,
    pub publish: Option<unsafe extern "C" fn(self_: *mut c_void, ctx: *mut leat_ctx, batch: *mut leat_batch) -> leat_kind>,
    pub close: Option<unsafe extern "C" fn(self_: *mut c_void, ctx: *mut leat_ctx) -> leat_kind>,
    pub replay_safe: Option<unsafe extern "C" fn(self_: *mut c_void) -> i32>,
    pub batch_max: Option<unsafe extern "C" fn(self_: *mut c_void) -> u32>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_transformer {
    pub struct_size: u32,
    pub reserved: u32,
    pub process: Option<unsafe extern "C" fn(self_: *mut c_void, ctx: *mut leat_ctx, batch: *mut leat_batch) -> leat_kind>,
    pub constants: Option<unsafe extern "C" fn(self_: *mut c_void, ctx: *mut leat_ctx, known: *mut leat_rec) -> leat_kind>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_component {
    pub struct_size: u32,
    pub kind: u32,
    pub flags: u32,
    pub reserved: u32,
    pub id: *const c_char,
    pub title: *const c_char,
    pub summary: *const c_char,
    pub config_schema: *const c_char,
    pub vtable: *const c_void,
    pub create: Option<unsafe extern "C" fn(host: *const leat_host, ctx: *mut leat_ctx, config_json: leat_str, self_: *mut *mut c_void) -> leat_kind>,
    pub destroy: Option<unsafe extern "C" fn(self_: *mut c_void)>,
    pub doctor: Option<unsafe extern "C" fn(self_: *mut c_void, ctx: *mut leat_ctx, known: *mut leat_rec, out: *mut leat_rec) -> leat_kind>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_plugin {
    pub struct_size: u32,
    pub abi_minor: u32,
    pub need_minor: u32,
    pub component_count: u32,
    pub id: *const c_char,
    pub version: *const c_char,
    pub vendor: *const c_char,
    pub built_with: *const c_char,
    pub components: *const *const leat_component,
    pub init: Option<unsafe extern "C" fn(host: *const leat_host, ctx: *mut leat_ctx) -> leat_kind>,
    pub deinit: Option<unsafe extern "C" fn()>,
    pub extension: Option<unsafe extern "C" fn(id: *const c_char) -> *const c_void>,
}
#[repr(C)]
#[derive(Clone, Copy)]
pub struct leat_catalog {
    pub struct_size: u32,
    pub reserved: u32,
    pub search: Option<unsafe extern "C" fn(ctx: *mut leat_ctx, words: leat_str, limit: u32, out: *mut leat_rec) -> leat_kind>,
}

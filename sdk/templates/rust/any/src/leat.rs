//! A thin safe layer over leat_abi.rs: implement one of the four traits and name it in `leat_plugin!`.
//! What each call may do, on which threads, and what an error kind means is said in leat/abi.h.
//! A panic never leaves the library: it fails the call as `broken`, with its text.
#![allow(dead_code)]

use crate::leat_abi::*;
use std::any::Any;
use std::ffi::c_void;
use std::marker::PhantomData;
use std::os::raw::c_char;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicPtr, Ordering};

// The descriptor and its tables are constants; the host only reads them.
unsafe impl Sync for leat_plugin {}

// ---- errors ---------------------------------------------------------------------------------------------------------

/// Why a call, or one record, failed. `message` is one line for a person, without secrets.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    pub kind: leat_kind,
    pub message: String,
    pub retry_after_ms: u64,
}
pub type Done<T = ()> = Result<T, Failure>;

pub fn fail(kind: leat_kind, message: impl Into<String>) -> Failure {
    Failure { kind, message: message.into(), retry_after_ms: 0 }
}
/// Fails again unchanged: a person changes the record or the configuration.
pub fn invalid(message: impl Into<String>) -> Failure {
    fail(LEAT_INVALID, message)
}

// ---- text over the ABI ----------------------------------------------------------------------------------------------

pub fn text(from: &str) -> leat_str {
    leat_str { ptr: from.as_ptr() as *const c_char, len: from.len() }
}
pub fn bytes(from: &[u8]) -> leat_bytes {
    leat_bytes { ptr: from.as_ptr(), len: from.len() }
}
unsafe fn slice<'a>(ptr: *const u8, len: usize) -> &'a [u8] {
    if len == 0 {
        return &[];
    }
    std::slice::from_raw_parts(ptr, len)
}
unsafe fn string(from: leat_str) -> String {
    String::from_utf8_lossy(slice(from.ptr as *const u8, from.len)).into_owned()
}

// ---- the host -------------------------------------------------------------------------------------------------------

/// The host's tables. They live as long as the process.
pub struct Services {
    pub host: *const leat_host,
    pub ctx: *const leat_ctx_api,
    pub record: *const leat_record_api,
    pub batch: *const leat_batch_api,
    pub transport: *const leat_transport_api, // null: not offered
    pub secret: *const leat_secret_api,       // null: not offered
}
static SERVICES: AtomicPtr<Services> = AtomicPtr::new(std::ptr::null_mut());

fn services() -> &'static Services {
    unsafe { &*SERVICES.load(Ordering::Acquire) }
}
/// Calls a function of a table: `api!(record, get, node, key)`. The host fills every function of a table it offers.
macro_rules! api {
    ($table:ident, $function:ident $(, $argument:expr)*) => {
        ((*services().$table).$function.expect("a function of the host"))($($argument),*)
    };
}

pub unsafe extern "C" fn init(host: *const leat_host, ctx: *mut leat_ctx) -> leat_kind {
    let find = |id: &str| {
        let name = format!("{}\0", id);
        ((*host).service.expect("a function of the host"))(host, name.as_ptr() as *const c_char)
    };
    let found = Services {
        host,
        ctx: find(LEAT_CTX_SERVICE) as *const leat_ctx_api,
        record: find(LEAT_RECORD_SERVICE) as *const leat_record_api,
        batch: find(LEAT_BATCH_SERVICE) as *const leat_batch_api,
        transport: find(LEAT_TRANSPORT_SERVICE) as *const leat_transport_api,
        secret: find(LEAT_SECRET_SERVICE) as *const leat_secret_api,
    };
    if found.ctx.is_null() {
        return LEAT_UNSUPPORTED;
    }
    let complete = !found.record.is_null() && !found.batch.is_null();
    // Never freed: components of this library use it until the process ends.
    SERVICES.store(Box::into_raw(Box::new(found)), Ordering::Release);
    if complete {
        return LEAT_OK;
    }
    let message = "the host does not offer leat.record/1 and leat.batch/1; this plugin needs them";
    api!(ctx, fail, ctx, LEAT_UNSUPPORTED, 0, text(message))
}

/// The call one is in.
pub struct Context(*mut leat_ctx);
impl Context {
    /// True once the host wants the call to return: within a second.
    pub fn cancelled(&self) -> bool {
        unsafe { api!(ctx, cancelled, self.0) != 0 }
    }
    /// Sleeps; true at once when cancelled.
    pub fn wait_ms(&self, ms: u32) -> bool {
        unsafe { api!(ctx, wait_ms, self.0, ms) != 0 }
    }
    /// Wall clock: milliseconds since 1970-01-01 UTC.
    pub fn now_ms(&self) -> i64 {
        unsafe { api!(ctx, now_ms, self.0) }
    }
    pub fn info(&self, line: &str) {
        unsafe { api!(host, log, services().host, self.0, LEAT_INFO, text(line)) }
    }
    pub fn warn(&self, line: &str) {
        unsafe { api!(host, log, services().host, self.0, LEAT_WARN, text(line)) }
    }
    fn failure(&self, kind: leat_kind) -> Failure {
        let mut made = fail(kind, "");
        let mut message = text("");
        unsafe {
            if api!(ctx, failure, self.0, &mut made.retry_after_ms, &mut message) == kind {
                made.message = string(message);
            }
        }
        made
    }
    fn done(&self, kind: leat_kind) -> Done {
        if kind == LEAT_OK { Ok(()) } else { Err(self.failure(kind)) }
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<&str>().map(|s| s.to_string()).or_else(|| panic.downcast_ref::<String>().cloned());
    format!("the plugin panicked: {}", said.unwrap_or_else(|| "without a text".to_string()))
}
fn guarded_result<R>(body: impl FnOnce() -> Done<R>) -> Done<R> {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| Err(fail(LEAT_BROKEN, panic_text(panic.as_ref()))))
}
fn guarded(ctx: *mut leat_ctx, body: impl FnOnce(&Context) -> Done) -> leat_kind {
    match guarded_result(|| body(&Context(ctx))) {
        Ok(()) => LEAT_OK,
        Err(error) => unsafe { api!(ctx, fail, ctx, error.kind, error.retry_after_ms, text(&error.message)) },
    }
}

// ---- records --------------------------------------------------------------------------------------------------------

/// A value inside a record, or a missing one: look-ups chain without checks.
#[derive(Clone, Copy)]
pub struct Node(*mut leat_node);
impl Node {
    pub fn get(self, key: &str) -> Node {
        unsafe { Node(api!(record, get, self.0, text(key))) }
    }
    pub fn at(self, index: usize) -> Node {
        unsafe { Node(api!(record, at, self.0, index, std::ptr::null_mut())) }
    }
    pub fn len(self) -> usize {
        unsafe { api!(record, size, self.0) }
    }
    pub fn is_missing(self) -> bool {
        self.0.is_null()
    }
    pub fn string(self) -> Option<String> {
        let mut out = text("");
        unsafe { (api!(record, as_str, self.0, &mut out) == LEAT_OK).then(|| string(out)) }
    }
    pub fn i64(self) -> Option<i64> {
        let mut out = 0;
        unsafe { (api!(record, as_i64, self.0, &mut out) == LEAT_OK).then(|| out) }
    }
    pub fn bool(self) -> Option<bool> {
        let mut out = 0;
        unsafe { (api!(record, as_bool, self.0, &mut out) == LEAT_OK).then(|| out != 0) }
    }
    /// The member, made (as null) when absent.
    pub fn put(self, key: &str) -> Done<Node> {
        let made = unsafe { api!(record, put, self.0, text(key)) };
        if made.is_null() { Err(invalid(format!("only an object has a member {}", key))) } else { Ok(Node(made)) }
    }
    pub fn push(self) -> Done<Node> {
        let made = unsafe { api!(record, push, self.0) };
        if made.is_null() { Err(invalid("only an array has elements")) } else { Ok(Node(made)) }
    }
    /// True when there was such a member.
    pub fn erase(self, key: &str) -> bool {
        unsafe { api!(record, erase, self.0, text(key)) == LEAT_OK }
    }
    pub fn set_str(self, value: &str) -> Done {
        set(unsafe { api!(record, set_str, self.0, text(value)) })
    }
    pub fn set_i64(self, value: i64) -> Done {
        set(unsafe { api!(record, set_i64, self.0, value) })
    }
    pub fn set_object(self) -> Done {
        set(unsafe { api!(record, set_object, self.0) })
    }
    pub fn set_array(self) -> Done {
        set(unsafe { api!(record, set_array, self.0) })
    }
    pub fn set_bool(self, value: bool) -> Done {
        set(unsafe { api!(record, set_bool, self.0, value as i32) })
    }
}
fn set(kind: leat_kind) -> Done {
    if kind == LEAT_OK { Ok(()) } else { Err(invalid("the value cannot be set here")) }
}

/// A record of a batch.
#[derive(Clone, Copy)]
pub struct Record(*mut leat_rec);
impl Record {
    pub fn root(self) -> Node {
        unsafe { Node(api!(record, root, self.0)) }
    }
    /// The document as compact JSON text.
    pub fn json(self, context: &Context) -> Done<String> {
        let mut out = text("");
        context.done(unsafe { api!(record, json, context.0, self.0, &mut out) })?;
        Ok(unsafe { string(out) })
    }
}

/// Records in order, each with its own fate.
pub struct Batch(*mut leat_batch);
impl Batch {
    pub fn len(&self) -> usize {
        unsafe { api!(batch, count, self.0) }
    }
    /// Nothing for dropped and rejected records.
    pub fn at(&self, index: usize) -> Option<Record> {
        let record = unsafe { api!(batch, at, self.0, index) };
        (!record.is_null()).then(|| Record(record))
    }
    /// Appends a document; `json` is its text.
    pub fn append(&mut self, json: &str, context: &Context) -> Done {
        unsafe {
            let record = api!(record, create);
            let mut kind = if record.is_null() { LEAT_BUSY } else { LEAT_OK };
            if kind == LEAT_OK {
                kind = api!(record, set_json, context.0, record, text(json));
            }
            if kind == LEAT_OK {
                kind = api!(batch, append, self.0, record);
            }
            if kind != LEAT_OK {
                api!(record, release, record);
                return Err(context.failure(kind));
            }
            Ok(())
        }
    }
    pub fn drop_record(&mut self, index: usize) {
        unsafe { api!(batch, drop, self.0, index) };
    }
    pub fn reject(&mut self, index: usize, why: &Failure) {
        unsafe { api!(batch, reject, self.0, index, why.kind, why.retry_after_ms, text(&why.message)) };
    }
    /// Publishers: this record is stored at the far side. `answer` is JSON text kept with its task, or empty.
    pub fn deliver(&mut self, index: usize, answer: &str) {
        unsafe { api!(batch, deliver, self.0, index, text(answer)) };
    }
    /// Subscribers: where to go on behind this batch.
    pub fn set_cursor(&mut self, cursor: &str) {
        unsafe { api!(batch, set_cursor, self.0, bytes(cursor.as_bytes())) };
    }
    /// Subscribers: nothing more for now.
    pub fn end(&mut self) {
        unsafe { api!(batch, end, self.0) };
    }
}

// ---- the four kinds -------------------------------------------------------------------------------------------------

/// What all kinds share: `SCHEMA` is JSON Schema text of the options, `create` reads them, checked and with defaults.
pub trait Component: Sized + Send + 'static {
    const SCHEMA: &'static str; // ends with \0
    fn create(options: Node, context: &Context) -> Done<Self>;
}
/// Implement one of the two functions.
pub trait Transformer: Component {
    /// Changes one record; false drops it, an error rejects it.
    fn transform(&mut self, _record: Record, _context: &Context) -> Done<bool> {
        Ok(true)
    }
    /// Changes a whole batch; what it appends goes to the next transformer. An error is that of every record.
    fn process(&mut self, batch: &mut Batch, context: &Context) -> Done {
        for i in 0..batch.len() {
            if context.cancelled() {
                return Err(fail(LEAT_CANCELLED, "asked to stop"));
            }
            if let Some(record) = batch.at(i) {
                match guarded_result(|| self.transform(record, context)) {
                    Ok(true) => (),
                    Ok(false) => batch.drop_record(i),
                    Err(why) => batch.reject(i, &why),
                }
            }
        }
        Ok(())
    }
}
pub trait Publisher: Component {
    /// Delivers the live records: `deliver` or `reject` each. Ok means stored, for all it did not reject.
    fn publish(&mut self, batch: &mut Batch, context: &Context) -> Done;
    /// A record published twice leaves the far side as if published once.
    const REPLAY_SAFE: bool = false;
}
pub trait Subscriber: Component {
    /// `cursor`: of the last batch that was stored; empty the first time.
    fn open(&mut self, cursor: &str, context: &Context) -> Done;
    /// Appends about `max` records and sets the cursor behind them.
    fn poll(&mut self, batch: &mut Batch, max: u32, context: &Context) -> Done;
}
/// A request on its way, to be completed by a client.
pub struct Request {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
}
/// Called from many threads at the same time.
pub trait Client: Component + Sync {
    /// JSON text of the options of leat.transport/1.
    fn transport(&self) -> String {
        "{}".to_string()
    }
    /// Completes a relative request: absolute URL, authentication, headers.
    fn prepare(&self, request: &mut Request) -> Done;
    /// What an answer means.
    fn classify(&self, method: &str, status: i32) -> Done;
}

unsafe fn make<T: Component, S>(
    host: *const leat_host,
    ctx: *mut leat_ctx,
    config: leat_str,
    out: *mut *mut c_void,
    wrap: impl FnOnce(T, &Context) -> Done<S>,
) -> leat_kind {
    if SERVICES.load(Ordering::Acquire).is_null() && init(host, ctx) != LEAT_OK {
        return LEAT_UNSUPPORTED;
    }
    guarded(ctx, |context| {
        let record = api!(record, create);
        if record.is_null() {
            return Err(fail(LEAT_BUSY, "no memory"));
        }
        let made = guarded_result(|| {
            context.done(api!(record, set_json, context.0, record, config))?;
            T::create(Record(record).root(), context)
        });
        api!(record, release, record);
        *out = Box::into_raw(Box::new(wrap(made?, context)?)) as *mut c_void;
        Ok(())
    })
}
unsafe extern "C" fn create<T: Component>(
    host: *const leat_host,
    ctx: *mut leat_ctx,
    config: leat_str,
    out: *mut *mut c_void,
) -> leat_kind {
    make::<T, T>(host, ctx, config, out, |made, _| Ok(made))
}
unsafe extern "C" fn destroy<T>(this: *mut c_void) {
    let _ = catch_unwind(AssertUnwindSafe(|| drop(Box::from_raw(this as *mut T))));
}

/// The tables of a kind for one type.
pub struct Table<T>(PhantomData<T>);

pub const fn component(kind: u32, schema: &'static str, vtable: *const c_void) -> leat_component {
    leat_component {
        struct_size: std::mem::size_of::<leat_component>() as u32,
        kind,
        flags: 0,
        reserved: 0,
        id: std::ptr::null(),
        title: std::ptr::null(),
        summary: std::ptr::null(),
        config_schema: schema.as_ptr() as *const c_char,
        vtable,
        create: None,
        destroy: None,
        doctor: None,
    }
}

unsafe extern "C" fn process<T: Transformer>(this: *mut c_void, ctx: *mut leat_ctx, batch: *mut leat_batch) -> leat_kind {
    guarded(ctx, |context| (*(this as *mut T)).process(&mut Batch(batch), context))
}
impl<T: Transformer> Table<T> {
    const TRANSFORMER: leat_transformer = leat_transformer {
        struct_size: std::mem::size_of::<leat_transformer>() as u32,
        reserved: 0,
        process: Some(process::<T>),
        constants: None,
    };
    pub const fn transformer() -> leat_component {
        leat_component {
            create: Some(create::<T>),
            destroy: Some(destroy::<T>),
            ..component(LEAT_KIND_TRANSFORMER, T::SCHEMA, &Self::TRANSFORMER as *const _ as *const c_void)
        }
    }
}

unsafe extern "C" fn publish<T: Publisher>(this: *mut c_void, ctx: *mut leat_ctx, batch: *mut leat_batch) -> leat_kind {
    guarded(ctx, |context| (*(this as *mut T)).publish(&mut Batch(batch), context))
}
unsafe extern "C" fn replay_safe<T: Publisher>(_: *mut c_void) -> i32 {
    T::REPLAY_SAFE as i32
}
impl<T: Publisher> Table<T> {
    const PUBLISHER: leat_publisher = leat_publisher {
        struct_size: std::mem::size_of::<leat_publisher>() as u32,
        reserved: 0,
        open: None,
        publish: Some(publish::<T>),
        close: None,
        replay_safe: Some(replay_safe::<T>),
        batch_max: None,
    };
    pub const fn publisher() -> leat_component {
        leat_component {
            create: Some(create::<T>),
            destroy: Some(destroy::<T>),
            ..component(LEAT_KIND_PUBLISHER, T::SCHEMA, &Self::PUBLISHER as *const _ as *const c_void)
        }
    }
}

unsafe extern "C" fn open<T: Subscriber>(this: *mut c_void, ctx: *mut leat_ctx, cursor: leat_bytes) -> leat_kind {
    guarded(ctx, |context| {
        let cursor = std::str::from_utf8(slice(cursor.ptr, cursor.len));
        (*(this as *mut T)).open(cursor.map_err(|_| invalid("the cursor is not UTF-8"))?, context)
    })
}
unsafe extern "C" fn poll<T: Subscriber>(
    this: *mut c_void,
    ctx: *mut leat_ctx,
    max: u32,
    _wait_ms: u32,
    out: *mut leat_batch,
) -> leat_kind {
    guarded(ctx, |context| (*(this as *mut T)).poll(&mut Batch(out), max, context))
}
impl<T: Subscriber> Table<T> {
    const SUBSCRIBER: leat_subscriber = leat_subscriber {
        struct_size: std::mem::size_of::<leat_subscriber>() as u32,
        reserved: 0,
        open: Some(open::<T>),
        poll: Some(poll::<T>),
        settle: None,
        close: None,
        webhook: None,
    };
    pub const fn subscriber() -> leat_component {
        leat_component {
            create: Some(create::<T>),
            destroy: Some(destroy::<T>),
            ..component(LEAT_KIND_SUBSCRIBER, T::SCHEMA, &Self::SUBSCRIBER as *const _ as *const c_void)
        }
    }
}

// ---- HTTP clients ---------------------------------------------------------------------------------------------------

struct ClientHolder<T> {
    author: T,
    transport: *mut leat_transport,
}
impl<T> Drop for ClientHolder<T> {
    fn drop(&mut self) {
        unsafe { api!(transport, close, self.transport) }
    }
}
// One call between its user's done and the transport's.
struct ClientCall<T> {
    client: *const ClientHolder<T>,
    method: String,
    done: leat_http_done,
    user: *mut c_void,
}

unsafe extern "C" fn create_client<T: Client>(
    host: *const leat_host,
    ctx: *mut leat_ctx,
    config: leat_str,
    out: *mut *mut c_void,
) -> leat_kind {
    make::<T, ClientHolder<T>>(host, ctx, config, out, |author, context| {
        if services().transport.is_null() {
            return Err(fail(LEAT_UNSUPPORTED, "the host does not offer leat.transport/1"));
        }
        let mut transport = std::ptr::null_mut();
        let options = author.transport();
        context.done(api!(transport, open, services().host, context.0, text(&options), &mut transport))?;
        Ok(ClientHolder { author, transport })
    })
}
unsafe extern "C" fn client_done<T: Client>(
    user: *mut c_void,
    outcome: *const leat_outcome,
    response: *const leat_http_response,
) {
    let call = Box::from_raw(user as *mut ClientCall<T>);
    let done = call.done.expect("a function of the host");
    if (*outcome).kind != LEAT_OK || response.is_null() {
        return done(call.user, outcome, response);
    }
    match guarded_result(|| (*call.client).author.classify(&call.method, (*response).http_status)) {
        Ok(()) => done(call.user, outcome, response),
        Err(why) => {
            let said = leat_outcome {
                struct_size: std::mem::size_of::<leat_outcome>() as u32,
                kind: why.kind,
                retry_after_ms: why.retry_after_ms,
                message: text(&why.message),
            };
            done(call.user, &said, response)
        }
    }
}
unsafe extern "C" fn client_send<T: Client>(
    this: *mut c_void,
    ctx: *mut leat_ctx,
    raw: *const leat_http_request,
    done: leat_http_done,
    user: *mut c_void,
    call: *mut u64,
) -> leat_kind {
    guarded(ctx, |context| {
        let client = this as *const ClientHolder<T>;
        let given = if (*raw).header_count == 0 {
            &[]
        } else {
            std::slice::from_raw_parts((*raw).headers, (*raw).header_count)
        };
        let mut request = Request {
            method: string((*raw).method),
            url: string((*raw).url),
            headers: given.iter().map(|header| (string(header.name), string(header.value))).collect(),
        };
        (*client).author.prepare(&mut request)?;
        let headers: Vec<leat_header> = request
            .headers
            .iter()
            .map(|(name, value)| leat_header { name: text(name), value: text(value) })
            .collect();
        // Only as much as the caller's struct has: it may be of an older host.
        let mut full: leat_http_request = std::mem::zeroed();
        let size = std::mem::size_of::<leat_http_request>();
        let known = size.min((*raw).struct_size as usize);
        std::ptr::copy_nonoverlapping(raw as *const u8, &mut full as *mut _ as *mut u8, known);
        full.struct_size = size as u32;
        full.method = text(&request.method);
        full.url = text(&request.url);
        full.headers = headers.as_ptr();
        full.header_count = headers.len();
        // From here on the call may end on another thread before send returns: it is no longer ours.
        let mine = ClientCall::<T> { client, method: request.method.clone(), done, user };
        let mine = Box::into_raw(Box::new(mine)) as *mut c_void;
        let transport = (*client).transport;
        let kind = api!(transport, send, transport, context.0, &full, Some(client_done::<T>), mine, call);
        if kind != LEAT_OK {
            drop(Box::from_raw(mine as *mut ClientCall<T>));
        }
        context.done(kind)
    })
}
unsafe extern "C" fn client_cancel<T>(this: *mut c_void, call: u64) {
    api!(transport, cancel, (*(this as *const ClientHolder<T>)).transport, call)
}
unsafe extern "C" fn client_quiesce<T>(this: *mut c_void) {
    api!(transport, quiesce, (*(this as *const ClientHolder<T>)).transport)
}
impl<T: Client> Table<T> {
    const CLIENT: leat_http_client = leat_http_client {
        struct_size: std::mem::size_of::<leat_http_client>() as u32,
        reserved: 0,
        send: Some(client_send::<T>),
        cancel: Some(client_cancel::<T>),
        quiesce: Some(client_quiesce::<T>),
    };
    pub const fn client() -> leat_component {
        leat_component {
            create: Some(create_client::<T>),
            destroy: Some(destroy::<ClientHolder<T>>),
            flags: LEAT_PARALLEL,
            ..component(LEAT_KIND_CLIENT, T::SCHEMA, &Self::CLIENT as *const _ as *const c_void)
        }
    }
}

/// The value of an option marked writeOnly: `secret(options.get("token"), context)?`. Never log it.
pub fn secret(option: Node, context: &Context) -> Done<String> {
    let reference = option.get("$secret").string().ok_or_else(|| invalid("a secret is given by reference"))?;
    if services().secret.is_null() {
        return Err(fail(LEAT_UNSUPPORTED, "the host does not offer leat.secret/1"));
    }
    let mut out = text("");
    context.done(unsafe { api!(secret, resolve, services().host, context.0, text(&reference), &mut out) })?;
    Ok(unsafe { string(out) })
}

/// What the library offers: `leat_plugin!("acme.greet", "1.0.0", "Acme", transformer Greet "greet" "Greet" "Greets.");`
#[macro_export]
macro_rules! leat_plugin {
    ($id:literal, $version:literal, $vendor:literal, $($kind:ident $type:ident $name:literal $title:literal $summary:literal);+) => {
        const COMPONENTS: &[&$crate::leat_abi::leat_component] = &[$(&$crate::leat_abi::leat_component {
            id: concat!($name, "\0").as_ptr() as *const std::os::raw::c_char,
            title: concat!($title, "\0").as_ptr() as *const std::os::raw::c_char,
            summary: concat!($summary, "\0").as_ptr() as *const std::os::raw::c_char,
            ..$crate::leat::Table::<$type>::$kind()
        }),+];
        #[no_mangle]
        #[allow(non_upper_case_globals)]
        pub static leat_plugin_v1: $crate::leat_abi::leat_plugin = $crate::leat_abi::leat_plugin {
            struct_size: std::mem::size_of::<$crate::leat_abi::leat_plugin>() as u32,
            abi_minor: $crate::leat_abi::LEAT_ABI_MINOR,
            need_minor: 0,
            component_count: COMPONENTS.len() as u32,
            id: concat!($id, "\0").as_ptr() as *const std::os::raw::c_char,
            version: concat!($version, "\0").as_ptr() as *const std::os::raw::c_char,
            vendor: concat!($vendor, "\0").as_ptr() as *const std::os::raw::c_char,
            built_with: "rustc\0".as_ptr() as *const std::os::raw::c_char,
            components: COMPONENTS.as_ptr() as *const *const $crate::leat_abi::leat_component,
            init: Some($crate::leat::init),
            deinit: None,
            extension: None,
        };
    };
}

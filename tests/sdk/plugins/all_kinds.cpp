// One component of each kind, in each form an author may choose: must compile without a warning everywhere.
#include <leat/sdk.hpp>

namespace {

struct Upper {
  std::string from;
  std::string to = "upper";
  static auto options() {
    return leat::options<Upper>()
        .field("from", &Upper::from, "The member to read.", leat::required)
        .field("to", &Upper::to, "The member to write.");
  }
  leat::Result<bool> operator()(leat::Record record) {
    const auto value = record[from].str();
    if (!value) return leat::Error{leat::ErrorKind::invalid, "missing " + from, 0};
    record.set(to, *value);
    return true;
  }
};

struct Split {
  void process(leat::Batch& batch, leat::Context& context) {
    for (std::size_t i = 0, count = batch.size(); i < count && !context.cancelled(); ++i) {
      const auto record = batch.at(i);
      if (!record) continue;
      for (const auto item : (*record)["items"]) batch.append(leat::NewRecord(item.value.json()));
      batch.drop(i);
    }
  }
};

struct Post {
  static constexpr bool parallel = true;
  leat::Client client;
  static auto options() {
    return leat::options<Post>().field("client", &Post::client, "Sends through it.", leat::required);
  }
  void open(leat::Context& context) { context.info("open"); }
  std::string publish(leat::Record record, leat::Context& context) {
    leat::Request request;
    request.method = "POST";
    request.url = "/things";
    request.body = std::string(record.json());
    return std::string(leat::value_of(client.call(request, context)).body());
  }
  bool replay_safe() const { return false; }
  std::uint32_t batch_max() const { return 1; }
};

struct Count {
  std::int64_t next = 0;
  void open(std::string_view cursor, leat::Context&) { next = cursor.empty() ? 0 : std::stoll(std::string(cursor)); }
  void poll(leat::Batch& out, const leat::Poll& poll, leat::Context& context) {
    for (std::uint32_t i = 0; i < poll.max && i < 10; ++i) {
      leat::NewRecord record("{}");
      record.set("n", next++);
      out.append(std::move(record));
    }
    context.count("pages");
    out.set_cursor(std::to_string(next));
    out.end();
  }
};

struct Basic {
  std::string base_uri;
  leat::Secret password;
  static auto options() {
    return leat::options<Basic>()
        .field("base_uri", &Basic::base_uri, "Where.", leat::required)
        .field("password", &Basic::password, "As whom.", leat::required);
  }
  void prepare(leat::Request& request, leat::Context&) {
    request.url = base_uri + request.url;
    request.header("Authorization", "Basic " + password.value());
  }
  leat::Result<leat::Done> classify(const leat::Request&, const leat::AnswerView& answer) const {
    if (answer.status() == 404) return leat::Error{leat::ErrorKind::not_found, "no such thing", 0};
    return leat::Done{};
  }
  std::string transport_options() const { return "{}"; }
};

}  // namespace

LEAT_PLUGIN("test.all-kinds", "1.0.0", "Leat", leat::transformer<Upper>("upper"), leat::transformer<Split>("split"),
            leat::publisher<Post>("post"), leat::subscriber<Count>("count"), leat::http_client<Basic>("basic"));

// The four kinds of component as ordinary classes. A class is made fresh for each use in the configuration: default
// constructed, filled through options() (schema.hpp), then configure(Context&) if it has one. All its functions may
// throw Failure or anything else, or return a Result where void is shown.
//
//   Transformer  void|bool operator()(Record) or (Record, Context&)      one record; false drops it
//             or std::vector<NewRecord> operator()(...)                  those take its place
//             or void process(Batch&, Context&)                          the whole batch
//                void constants(Record known, Context&)                  optional: see leat_transformer in abi.h
//   Publisher    void|std::string publish(Record, Context&)              one record; the text is its answer: JSON, kept
//                                                                        with its task
//             or void publish(Batch&, Context&)                          the whole batch: deliver, reject
//                void open(Context&), void close(Context&)               optional
//                bool replay_safe() const                                optional: see abi.h; false when it throws
//                std::uint32_t batch_max() const                         optional; the host's choice when it throws
//                static constexpr bool rehearsable = true                see LEAT_REHEARSABLE in abi.h
//   Subscriber   void open(std::string_view cursor, Context&)            cursor: empty the first time
//                void poll(Batch& out, const Poll&, Context&)            append, set_cursor, end
//                void settle(std::string_view cursor, bool stored, Context&), void close(Context&)   optional
//                void webhook(const Webhook&, Batch& events, Context&)   optional: see events.hpp; runs beside the others
//   HTTP client  see http_client.hpp
//   all          static constexpr bool parallel = true                   calls may run at the same time
//                void doctor(Record known, Findings&, Context&)          optional: is the far side ready? see doctor.hpp
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "leat/batch.hpp"
#include "leat/doctor.hpp"
#include "leat/events.hpp"
#include "leat/schema.hpp"
#include "leat/thunk.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  // What a subscriber is asked for: about `max` records; `wait` for the first one.
  struct Poll {
    std::uint32_t max = 0;
    std::chrono::milliseconds wait{0};
  };

  namespace detail {

#define LEAT_DETECT(name, expression) \
  template <class T, class = void>    \
  struct name : std::false_type {};   \
  template <class T>                  \
  struct name<T, std::void_t<decltype(expression)>> : std::true_type {}

  LEAT_DETECT(has_configure, std::declval<T&>().configure(std::declval<Context&>()));
  LEAT_DETECT(has_open, std::declval<T&>().open(std::declval<Context&>()));
  LEAT_DETECT(has_close, std::declval<T&>().close(std::declval<Context&>()));
  LEAT_DETECT(has_settle, std::declval<T&>().settle(std::string_view(), true, std::declval<Context&>()));
  LEAT_DETECT(has_replay_safe, std::declval<const T&>().replay_safe());
  LEAT_DETECT(has_batch_max, std::declval<const T&>().batch_max());
  LEAT_DETECT(has_process, std::declval<T&>().process(std::declval<Batch&>(), std::declval<Context&>()));
  LEAT_DETECT(has_publish_batch, std::declval<T&>().publish(std::declval<Batch&>(), std::declval<Context&>()));
  LEAT_DETECT(has_webhook, std::declval<T&>().webhook(std::declval<const Webhook&>(), std::declval<Batch&>(),
                                                      std::declval<Context&>()));
  LEAT_DETECT(has_constants, std::declval<T&>().constants(std::declval<Record>(), std::declval<Context&>()));
  LEAT_DETECT(has_doctor,
              std::declval<T&>().doctor(std::declval<Record>(), std::declval<Findings&>(), std::declval<Context&>()));
  LEAT_DETECT(is_parallel, std::enable_if_t<T::parallel>());
  LEAT_DETECT(is_rehearsable, std::enable_if_t<T::rehearsable>());

  template <class T>
  std::string config_schema() {
    if constexpr (has_options<T>::value) {
      return "{" + T::options().schema_members() + "}";
    } else {
      return R"({"type": "object", "additionalProperties": false})";
    }
  }

  template <class T>
  leat_kind create(const leat_host* host, leat_ctx* ctx, leat_str config_json, void** self) noexcept {
    if (services().host == nullptr && attach(host, ctx) != LEAT_OK) return LEAT_UNSUPPORTED;
    return guarded(ctx, [&](Context& context) -> Result<Done> {
      auto made = std::make_unique<T>();
      if constexpr (has_options<T>::value) {
        NewRecord config;
        config.set_json(view(config_json), context);
        T::options().load(*made, config.root(), context);
      }
      if constexpr (has_configure<T>::value) {
        if constexpr (std::is_void_v<decltype(made->configure(context))>) {
          made->configure(context);
        } else if (Result<Done> result = made->configure(context); !result) {
          return result;
        }
      }
      *self = made.release();
      return Done{};
    });
  }

  template <class T>
  void destroy(void* self) noexcept {
    delete static_cast<T*>(self);
  }

  template <class T>
  leat_kind close(void* self, leat_ctx* ctx) noexcept {
    return guarded(ctx, [&](Context& context) { return static_cast<T*>(self)->close(context); });
  }

  template <class T>
  constexpr auto close_or_null() -> leat_kind (*)(void*, leat_ctx*) {
    if constexpr (has_close<T>::value) {
      return &close<T>;
    } else {
      return nullptr;
    }
  }

  template <class T>
  leat_kind examine(T& self, leat_ctx* ctx, leat_rec* known, leat_rec* out) noexcept {
    return guarded(ctx, [&](Context& context) {
      Findings findings{Record(out)};
      return self.doctor(Record(known), findings, context);
    });
  }

  template <class T>
  constexpr auto doctor_or_null() -> leat_kind (*)(void*, leat_ctx*, leat_rec*, leat_rec*) {
    if constexpr (has_doctor<T>::value) {
      return [](void* self, leat_ctx* ctx, leat_rec* known, leat_rec* out) noexcept -> leat_kind {
        return examine(*static_cast<T*>(self), ctx, known, out);
      };
    } else {
      return nullptr;
    }
  }

  // ---- transformer

  template <class T>
  auto transform_one(T& self, Record record, Context& context) {
    if constexpr (std::is_invocable_v<T&, Record, Context&>) {
      return self(record, context);
    } else if constexpr (std::is_invocable_v<T&, Record>) {
      return self(record);
    } else if constexpr (std::is_invocable_v<T&, Record&, Context&>) {
      return self(record, context);
    } else {
      return self(record);
    }
  }

  // What the author's function made of a record: keep it, drop it for others in its place, or why it failed.
  struct Verdict {
    bool keep = true;
    std::vector<NewRecord> instead{};
  };
  inline Result<Verdict> verdict(bool keep) { return Verdict{keep}; }
  inline Result<Verdict> verdict(std::vector<NewRecord> instead) { return Verdict{false, std::move(instead)}; }
  inline Result<Verdict> verdict(Done) { return Verdict{}; }
  template <class T>
  Result<Verdict> verdict(Result<T> result) {
    if (!result) return std::move(result).error();
    return verdict(std::move(result).value());
  }

  template <class T>
  leat_kind process(void* self, leat_ctx* ctx, leat_batch* raw) noexcept {
    return guarded(ctx, [&](Context& context) -> Result<Done> {
      Batch batch(raw);
      T& transformer = *static_cast<T*>(self);
      if constexpr (has_process<T>::value) {
        if constexpr (std::is_void_v<decltype(transformer.process(batch, context))>) {
          transformer.process(batch, context);
        } else {
          return transformer.process(batch, context);
        }
      } else {
        for (std::size_t i = 0, count = batch.size(); i < count; ++i) {
          const auto record = batch.at(i);
          if (!record) continue;
          if (context.cancelled()) return Error{ErrorKind::cancelled, "asked to stop", 0};
          try {
            if constexpr (std::is_void_v<decltype(transform_one(transformer, *record, context))>) {
              transform_one(transformer, *record, context);
            } else {
              Result<Verdict> made = verdict(transform_one(transformer, *record, context));
              if (!made) {
                batch.reject(i, made.error());
              } else if (!made->keep) {
                for (NewRecord& instead : made->instead) batch.append(std::move(instead));
                batch.drop(i);
              }
            }
          } catch (...) {
            batch.reject(i, current_error());
          }
        }
      }
      return Done{};
    });
  }

  template <class T>
  const void* transformer_table() {
    static const leat_transformer table = [] {
      leat_transformer made{};
      made.struct_size = sizeof(leat_transformer);
      made.process = &process<T>;
      if constexpr (has_constants<T>::value) {
        made.constants = [](void* self, leat_ctx* ctx, leat_rec* known) noexcept -> leat_kind {
          return guarded(ctx,
                         [&](Context& context) { return static_cast<T*>(self)->constants(Record(known), context); });
        };
      }
      return made;
    }();
    return &table;
  }

  // ---- publisher

  inline Result<std::string> answer_of(std::string answer) { return answer; }
  inline Result<std::string> answer_of(Result<std::string> result) { return result; }
  inline Result<std::string> answer_of(const Result<Done>& result) {
    if (!result) return result.error();
    return std::string();
  }

  template <class T>
  leat_kind publish(void* self, leat_ctx* ctx, leat_batch* raw) noexcept {
    return guarded(ctx, [&](Context& context) -> Result<Done> {
      Batch batch(raw);
      T& publisher = *static_cast<T*>(self);
      if constexpr (has_publish_batch<T>::value) {
        if constexpr (std::is_void_v<decltype(publisher.publish(batch, context))>) {
          publisher.publish(batch, context);
        } else {
          return publisher.publish(batch, context);
        }
      } else {
        for (std::size_t i = 0, count = batch.size(); i < count; ++i) {
          const auto record = batch.at(i);
          if (!record) continue;
          // What was not begun is certainly not done.
          if (context.cancelled()) return Error{ErrorKind::cancelled, "asked to stop", 0};
          try {
            if constexpr (std::is_void_v<decltype(publisher.publish(*record, context))>) {
              publisher.publish(*record, context);
              batch.deliver(i);
            } else {
              const Result<std::string> answer = answer_of(publisher.publish(*record, context));
              if (answer) {
                batch.deliver(i, *answer);
              } else {
                batch.reject(i, answer.error());
              }
            }
          } catch (...) {
            batch.reject(i, current_error());
          }
        }
      }
      return Done{};
    });
  }

  template <class T>
  leat_kind open_publisher(void* self, leat_ctx* ctx) noexcept {
    return guarded(ctx, [&](Context& context) { return static_cast<T*>(self)->open(context); });
  }

  template <class T>
  const void* publisher_table() {
    static const leat_publisher table = [] {
      leat_publisher made{};
      made.struct_size = sizeof(leat_publisher);
      made.publish = &publish<T>;
      made.close = close_or_null<T>();
      if constexpr (has_open<T>::value) made.open = &open_publisher<T>;
      if constexpr (has_replay_safe<T>::value) {
        made.replay_safe = [](void* self) noexcept -> std::int32_t {
          return guarded_value<std::int32_t>(0, "replay_safe",
                                             [&] { return static_cast<const T*>(self)->replay_safe() ? 1 : 0; });
        };
      }
      if constexpr (has_batch_max<T>::value) {
        made.batch_max = [](void* self) noexcept -> std::uint32_t {
          return guarded_value<std::uint32_t>(0, "batch_max", [&] { return static_cast<const T*>(self)->batch_max(); });
        };
      }
      return made;
    }();
    return &table;
  }

  // ---- subscriber

  template <class T>
  leat_kind open_subscriber(void* self, leat_ctx* ctx, leat_bytes cursor) noexcept {
    return guarded(ctx, [&](Context& context) { return static_cast<T*>(self)->open(view(cursor), context); });
  }

  template <class T>
  leat_kind poll(void* self, leat_ctx* ctx, std::uint32_t max, std::uint32_t wait_ms, leat_batch* out) noexcept {
    return guarded(ctx, [&](Context& context) {
      Batch batch(out);
      return static_cast<T*>(self)->poll(batch, Poll{max, std::chrono::milliseconds(wait_ms)}, context);
    });
  }

  template <class T>
  leat_kind settle(void* self, leat_ctx* ctx, leat_bytes cursor, std::int32_t stored) noexcept {
    return guarded(ctx,
                   [&](Context& context) { return static_cast<T*>(self)->settle(view(cursor), stored != 0, context); });
  }

  template <class T>
  const void* subscriber_table() {
    static const leat_subscriber table = [] {
      leat_subscriber made{};
      made.struct_size = sizeof(leat_subscriber);
      made.open = &open_subscriber<T>;
      made.poll = &poll<T>;
      made.close = close_or_null<T>();
      if constexpr (has_settle<T>::value) made.settle = &settle<T>;
      if constexpr (has_webhook<T>::value) {
        made.webhook = [](void* self, leat_ctx* ctx, const leat_webhook* request,
                          leat_batch* out) noexcept -> leat_kind {
          return guarded(ctx, [&](Context& context) {
            Batch events(out);
            return static_cast<T*>(self)->webhook(Webhook(*request), events, context);
          });
        };
      }
      return made;
    }();
    return &table;
  }

  }  // namespace detail
}  // namespace leat

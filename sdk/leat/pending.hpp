// A call on its way: the wait for an answer, its cancellation, and who owns what until done has run.
#pragma once

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "leat/http.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  // Ending its life cancels the call and waits for that.
  class Pending {
   public:
    Pending(Pending&&) = default;
    Pending& operator=(Pending&& other) noexcept {
      std::swap(state_, other.state_);
      return *this;
    }
    ~Pending() {
      if (state_ == nullptr) return;
      state_->cancel();
      state_->wait();
    }

    // Waits for the answer; cancelled when the context is. Once.
    Result<Answer> wait(Context& context) {
      const auto hook = [](void* user) { static_cast<State*>(user)->cancel(); };
      const auto ticket = services().ctx->on_cancel(context.raw(), hook, state_.get());
      state_->wait();
      services().ctx->off_cancel(context.raw(), ticket);
      auto answer = std::move(*state_->answer);
      state_.reset();
      return answer;
    }

    // Starts a call through a table's `send` on its handle.
    template <class Table, class Handle>
    static Result<Pending> start(const Table& table, Handle* handle, const Request& request, Context& context) {
      struct Sent : State {
        const Table* table = nullptr;
        Handle* handle = nullptr;
        void cancel() override { table->cancel(handle, call); }
      };
      auto state = std::make_shared<Sent>();
      state->table = &table;
      state->handle = handle;
      auto kept = std::make_unique<std::shared_ptr<State>>(state);  // lives until done has run
      const detail::RawRequest raw(request);
      const leat_kind kind = table.send(handle, context.raw(), raw.get(), &State::done, kept.get(), &state->call);
      if (kind != LEAT_OK) return context.error(kind);
      static_cast<void>(kept.release());
      return Pending(std::move(state));
    }

   private:
    struct State {
      std::mutex mutex;
      std::condition_variable changed;
      std::optional<Result<Answer>> answer;
      std::uint64_t call = 0;

      virtual ~State() = default;
      virtual void cancel() = 0;
      void wait() {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return answer.has_value(); });
      }
      static void done(void* user, const leat_outcome* outcome, const leat_http_response* response) noexcept {
        const std::unique_ptr<std::shared_ptr<State>> held(static_cast<std::shared_ptr<State>*>(user));
        State& state = **held;
        const std::lock_guard lock(state.mutex);
        try {
          state.answer.emplace(detail::to_answer(*outcome, response));
        } catch (const std::exception&) {
          state.answer.emplace(Error{ErrorKind::broken, "no memory for the answer", 0});
        }
        state.changed.notify_all();
      }
    };
    explicit Pending(std::shared_ptr<State> state) : state_(std::move(state)) {}
    std::shared_ptr<State> state_;
  };

}  // namespace leat

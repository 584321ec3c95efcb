// A record's JSON text opened for looking values up by path.
// Owner    one user at a time; views into text live until the next open().
// Threads  one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace leat::sandbox {

struct Value {
  enum class Kind : std::uint8_t {
    absent,
    boolean,
    number,
    text,
    other
  };  // absent: also null. other: an object or a list
  Kind kind = Kind::absent;
  bool boolean = false;
  double number = 0;
  std::string_view text;
};

using Path = std::span<const std::string>;

class RecordView {
 public:
  RecordView();
  ~RecordView();
  RecordView(const RecordView&) = delete;
  RecordView& operator=(const RecordView&) = delete;

  // `record` is a JSON object; its buffer may be given more capacity.
  void open(std::string& record);
  Value at(Path path) const;
  // Elements of the list there; 0 where there is none.
  std::size_t count(Path list) const;
  Value at(Path list, std::size_t index, Path path) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace leat::sandbox

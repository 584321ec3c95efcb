#include "host/base/secrets.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace leat::host {

namespace {

constexpr std::size_t kMaskedLeast = 4;
// A piece of a longer text (a line of a PEM key, the middle of a base64 word) is masked when it can hardly be chance.
constexpr std::size_t kPieceLeast = 8;

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(std::string_view text) {
  std::string out;
  out.reserve((text.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    count += 8;
    for (; count >= 6; count -= 6) out += kBase64[bits >> (count - 6) & 63U];
  }
  if (count > 0) out += kBase64[bits << (6 - count) & 63U];
  return out;
}

// What base64 makes of the text behind `before` unknown bytes and before unknown others: the letters that only it
// decides.
std::string base64_inside(std::string_view text, std::size_t before) {
  std::string word = base64(std::string(before, '\0') + std::string(text));
  const std::size_t bits_end = (before + text.size()) * 8;
  word.resize(bits_end / 6);
  word.erase(0, (before * 8 + 5) / 6);
  return word;
}

std::string url_alphabet(std::string text) {
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

std::string percent_encoded(std::string_view text, std::string_view digits) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    }
  }
  return out;
}

std::string json_escaped(std::string_view text) {
  const std::string quoted =
      nlohmann::json(std::string(text)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return quoted.substr(1, quoted.size() - 2);
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\r\n");
    if (const auto line = text.substr(0, end); line.size() >= kPieceLeast) lines.emplace_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace

void Secrets::add_masked(State& state, std::string_view value) {
  if (value.size() < kMaskedLeast) return;
  std::vector<std::string> forms = lines_of(value);
  forms.emplace_back(value);
  forms.push_back(percent_encoded(value, "0123456789ABCDEF"));
  forms.push_back(percent_encoded(value, "0123456789abcdef"));
  forms.push_back(json_escaped(value));
  forms.push_back(base64(value));
  forms.push_back(url_alphabet(forms.back()));
  for (const std::size_t before : {0, 1, 2}) {
    if (std::string piece = base64_inside(value, before); piece.size() >= kPieceLeast) {
      forms.push_back(url_alphabet(piece));
      forms.push_back(std::move(piece));
    }
  }
  for (std::string& form : forms) {
    if (std::find(state.masked.begin(), state.masked.end(), form) == state.masked.end()) {
      state.masked.push_back(std::move(form));
    }
  }
}

void Secrets::add(std::string reference, std::string value) {
  state_.with([&](State& state) {
    const std::string& kept = state.values.emplace_back(std::move(value));
    state.by_reference.insert_or_assign(std::move(reference), std::string_view(kept));
    add_masked(state, kept);
  });
}

void Secrets::also_mask(std::string value) {
  state_.with([&](State& state) { add_masked(state, value); });
}

std::optional<std::string_view> Secrets::find(std::string_view reference) const {
  return state_.with([&](const State& state) -> std::optional<std::string_view> {
    const auto found = state.by_reference.find(reference);
    if (found == state.by_reference.end()) return std::nullopt;
    return found->second;
  });
}

std::string Secrets::mask(std::string_view text) const {
  // All places are found before any is replaced: where two secrets overlap, neither leaves a rest.
  struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  std::vector<Span> spans;
  state_.with([&](const State& state) {
    for (const std::string& form : state.masked) {
      for (auto at = text.find(form); at != std::string_view::npos; at = text.find(form, at + 1)) {
        spans.push_back({at, at + form.size()});
      }
    }
  });
  if (spans.empty()) return std::string(text);
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
  std::string out;
  out.reserve(text.size());
  std::size_t done = 0;
  for (std::size_t i = 0; i < spans.size();) {
    Span hidden = spans[i];
    for (++i; i < spans.size() && spans[i].begin <= hidden.end; ++i) hidden.end = std::max(hidden.end, spans[i].end);
    out.append(text.substr(done, hidden.begin - done)).append("***");
    done = hidden.end;
  }
  return out.append(text.substr(done));
}

}  // namespace leat::host

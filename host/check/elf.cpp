#include "host/check/elf.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <string_view>

namespace leat::host::check {
namespace {

#if defined(__x86_64__)
constexpr Elf64_Half this_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half this_machine = EM_AARCH64;
#else
#error "say which ELF machine this is"
#endif

struct Damaged {};

// The bytes of the file; every read is checked.
class Image {
 public:
  explicit Image(std::string bytes) : bytes_(std::move(bytes)) {}

  template <class T>
  T at(std::size_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) throw Damaged();
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }
  std::string text(std::size_t offset) const {
    if (offset >= bytes_.size()) throw Damaged();
    const std::size_t end = bytes_.find('\0', offset);
    if (end == std::string::npos) throw Damaged();
    return bytes_.substr(offset, end - offset);
  }

 private:
  std::string bytes_;
};

DynamicSymbols read(const Image& image, const Elf64_Ehdr& header) {
  DynamicSymbols out;
  for (std::size_t i = 0; i < header.e_shnum; ++i) {
    const auto section = image.at<Elf64_Shdr>(header.e_shoff + i * sizeof(Elf64_Shdr));
    if (section.sh_type != SHT_DYNSYM && section.sh_type != SHT_DYNAMIC) continue;
    const auto strings = image.at<Elf64_Shdr>(header.e_shoff + section.sh_link * sizeof(Elf64_Shdr));
    if (section.sh_type == SHT_DYNAMIC) {
      for (std::size_t at = 0; at + sizeof(Elf64_Dyn) <= section.sh_size; at += sizeof(Elf64_Dyn)) {
        const auto entry = image.at<Elf64_Dyn>(section.sh_offset + at);
        if (entry.d_tag == DT_NULL) break;
        if (entry.d_tag == DT_NEEDED) out.needed.push_back(image.text(strings.sh_offset + entry.d_un.d_val));
      }
      continue;
    }
    for (std::size_t at = sizeof(Elf64_Sym); at + sizeof(Elf64_Sym) <= section.sh_size; at += sizeof(Elf64_Sym)) {
      const auto symbol = image.at<Elf64_Sym>(section.sh_offset + at);
      const auto bind = ELF64_ST_BIND(symbol.st_info);
      const auto visibility = ELF64_ST_VISIBILITY(symbol.st_other);
      const std::string name = image.text(strings.sh_offset + symbol.st_name);
      if (bind == STB_LOCAL || name.empty()) continue;
      if (symbol.st_shndx == SHN_UNDEF) {
        if (bind != STB_WEAK) out.undefined.push_back(name);
      } else if (visibility != STV_HIDDEN && visibility != STV_INTERNAL && symbol.st_shndx != SHN_ABS) {
        out.defined.push_back(name);
      }
    }
  }
  return out;
}

}  // namespace

Result<DynamicSymbols> read_dynamic_symbols(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return Error{ErrorKind::invalid, fmt::format("{} cannot be read", file.string()), 0};
  const Image image(std::string(std::istreambuf_iterator<char>(in), {}));
  try {
    const auto header = image.at<Elf64_Ehdr>(0);
    const bool library = std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && header.e_ident[EI_CLASS] == ELFCLASS64 &&
                         header.e_type == ET_DYN;
    if (!library) return Error{ErrorKind::invalid, "it is no 64-bit ELF shared library", 0};
    if (header.e_machine != this_machine) {
      return Error{ErrorKind::invalid,
                   fmt::format("it is for ELF machine {}, this host for {}", header.e_machine, this_machine), 0};
    }
    return read(image, header);
  } catch (const Damaged&) {
    return Error{ErrorKind::invalid, "its ELF headers point outside the file", 0};
  }
}

}  // namespace leat::host::check

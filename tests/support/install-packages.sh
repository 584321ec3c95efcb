#!/usr/bin/env bash
# Installs what building and testing Leat needs on Debian 12; does nothing when all of it is there.
set -euo pipefail

packages=(
  g++ cmake ninja-build ccache pkg-config git ca-certificates
  libboost-dev libcpprest-dev libssl-dev zlib1g-dev nlohmann-json3-dev libsimdjson-dev libsqlite3-dev
  libyaml-cpp-dev libcli11-dev libfmt-dev libspdlog-dev libxxhash-dev doctest-dev
)
if [ "${1:-}" = tests ]; then
  packages+=(clang clang-format clang-tidy libclang-rt-14-dev libcurl4-openssl-dev openssl curl python3 abigail-tools
    libc++-14-dev libc++abi-14-dev rustc make binutils)  # plugins of every language and compiler the ABI promises
fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

echo "installing: ${missing[*]}"
as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "run this as root, or install sudo: packages are missing: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null

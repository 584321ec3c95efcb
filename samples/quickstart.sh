#!/usr/bin/env bash
# Installs what is missing, builds, and lets records travel: ConnectWise PSA (sandbox) -> file, and back.
set -euo pipefail
cd "$(dirname "$0")/.."

tests/support/install-packages.sh
cmake --preset release >/tmp/leat-configure-$$.log 2>&1 || { cat /tmp/leat-configure-$$.log; exit 1; }
rm -f /tmp/leat-configure-$$.log
cmake --build --preset release --target product

leat=$PWD/build/bin/leat
config=samples/quickstart/leat.yaml
out=samples/quickstart/out
mkdir -p "$out"

# The stand-in for the live system; with your own values of these five the same configuration talks to yours.
ready=$(mktemp)
build/bin/connectwise-sandbox --tickets 5000 --port 0 >"$ready" 2>"$out/sandbox.log" &
sandbox=$!
trap 'kill $sandbox 2>/dev/null; rm -f "$ready"' EXIT
until grep -q 'listening on' "$ready"; do
  kill -0 $sandbox 2>/dev/null || { cat "$out/sandbox.log"; exit 1; }
  sleep 0.05
done
CW_BASE_URI=$(sed -n 's/.*listening on \([^ ]*\).*/\1/p' "$ready")
export CW_BASE_URI CW_CLIENT_ID=11111111-2222-3333-4444-555555555555 CW_COMPANY_ID=sandbox
export CW_PUBLIC_KEY=sandboxPublicKey CW_PRIVATE_KEY=sandboxPrivateKey

echo
echo "== leat run --once $config"
"$leat" run --once "$config"
echo
echo "== once more: what was delivered stays delivered, once"
"$leat" run --once "$config"

cat <<TXT

tickets:  $(wc -l <"$out/tickets.ndjson") lines in $out/tickets.ndjson
queue:    $out/leat.db

Next:
  build/bin/leat tasks list -c $config --status finished    what became of each record
  build/bin/leat entities ticket notes                      what ConnectWise PSA offers, by words
  build/bin/leat describe subscriber connectwise            the options of a component
  build/bin/connectwise-sandbox --help                      a ConnectWise PSA of your own
With the address and keys of yours in CW_BASE_URI, CW_CLIENT_ID, CW_COMPANY_ID, CW_PUBLIC_KEY and CW_PRIVATE_KEY:
  \$EDITOR $config && build/bin/leat check $config && build/bin/leat run --once $config
TXT

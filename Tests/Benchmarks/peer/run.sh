#!/usr/bin/env bash
# Makes a virtual environment under .build, starts the peer with two workers on a free loopback port, waits until it
# answers, and prints its port and process id: `PORT PID`. Stop it with `kill PID`.
#
#   read -r port pid < <(Tests/Benchmarks/peer/run.sh)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)
environment=$top/.build/peer-venv
workers=${WORKERS:-2}

for python in python3.11 python3; do command -v "$python" >/dev/null && break; done
if ! cmp -s "$here/requirements.txt" "$environment/requirements.txt"; then
    rm -rf "$environment"
    "$python" -m venv "$environment" || { echo "the peer needs Debian package python3-venv" >&2; exit 1; }
    "$environment/bin/pip" --quiet --disable-pip-version-check install -r "$here/requirements.txt" >&2
    cp "$here/requirements.txt" "$environment/"
fi

port=$("$environment/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
log=$top/.build/peer.log
# One thread a worker, as two workers share two cores; the port line is all that goes to stdout.
cd "$here"
OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1 "$environment/bin/uvicorn" fastapi_peer:app \
    --host 127.0.0.1 --port "$port" --workers "$workers" --log-level warning --no-access-log >"$log" 2>&1 </dev/null &
pid=$!
for _ in {1..600}; do
    kill -0 "$pid" 2>/dev/null || { cat "$log" >&2; exit 1; }
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && curl -fs "http://127.0.0.1:$port/healthy" >/dev/null; then
        echo "$port $pid"
        exit 0
    fi
    sleep 0.1
done
kill "$pid"
echo "the peer did not answer within 60 s" >&2
exit 1

#!/usr/bin/env python3
"""Records five metrics of this machine through Debian's prometheus-node-exporter, with planted, labelled episodes.

    python3 datasets/record-node-exporter.py OUTPUT_DIR [--seconds 1500]

Needs the Debian packages prometheus-node-exporter and stress-ng; nothing else. Starts its own exporter on a free
loopback port, polls it once a second, runs a small regular job every minute (what is normal here) and, after the first
ten minutes, the episodes of the table below, all pinned to one core. Every child is ended by its process id.
Writes OUTPUT_DIR/<name>/data.csv (timestamp,value,label) and OUTPUT_DIR/episodes.csv.
"""
import argparse, csv, os, re, signal, socket, subprocess, sys, tempfile, threading, time, urllib.request
from datetime import datetime, timezone

# start (s), length (s), kind
EPISODES = [
    (620, 30, "cpu"), (700, 30, "disk"), (780, 30, "memory"), (840, 20, "network"), (900, 20, "cpu"),
    (980, 25, "switch"), (1040, 20, "network"), (1100, 25, "disk"), (1180, 30, "memory"), (1240, 40, "cpu"),
    (1330, 25, "network"), (1400, 30, "switch"),
]

# name -> kinds of episode that it is labelled with: those built to move it, or that cannot help moving it
DATASETS = {
    "node-cpu-busy": {"cpu", "switch"},
    "node-context-switches": {"switch", "network", "disk"},
    "node-memory-used": {"memory"},
    "node-disk-written": {"disk"},
    "node-loopback-received": {"network"},
}

COLLECTORS = ["cpu", "stat", "meminfo", "diskstats", "netdev"]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# ---- work: the regular job and the episodes. Each is a child: `this-file --work KIND SECONDS`.

def write_disk(seconds, megabytes_a_second):
    """Overwrites one file of at most 64 MB, a megabyte at a time, each synced."""
    block = os.urandom(1 << 20)
    with tempfile.NamedTemporaryFile(dir=".") as f:
        start, written = time.monotonic(), 0
        while time.monotonic() - start < seconds:
            if written % 64 == 0:
                f.seek(0)
            f.write(block)
            f.flush()
            os.fsync(f.fileno())
            written += 1
            time.sleep(max(0.0, start + written / megabytes_a_second - time.monotonic()))


def send_loopback(seconds, megabytes_a_second):
    """Sends blocks of 64 kB to itself through TCP on the loopback address."""
    server = socket.create_server(("127.0.0.1", 0))

    def drain():
        peer, _ = server.accept()
        while peer.recv(1 << 18):
            pass

    threading.Thread(target=drain, daemon=True).start()
    block = b"x" * (1 << 16)
    with socket.create_connection(server.getsockname()) as s:
        start, sent = time.monotonic(), 0
        while time.monotonic() - start < seconds:
            s.sendall(block)
            sent += 1
            time.sleep(max(0.0, start + sent / (16 * megabytes_a_second) - time.monotonic()))


def spin(seconds, share):
    """Keeps one core busy for `share` of every tenth of a second."""
    end = time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        while time.monotonic() < now + 0.1 * share:
            pass
        time.sleep(0.1 * (1 - share))


def regular_job():
    """What runs every minute: about 8 s of work that fades out, some disk, some network, 60 MB of memory."""
    held = bytearray(os.urandom(1 << 20) * 60)
    for share in (0.6, 0.6, 0.5, 0.4, 0.3, 0.2):
        spin(1, share)
    write_disk(1, 6)
    send_loopback(1, 4)
    del held


def work(kind, seconds):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if kind == "regular":
        regular_job()
    elif kind == "disk":
        write_disk(seconds, 20)
    elif kind == "network":
        send_loopback(seconds, 30)
    elif kind == "memory":
        held = bytearray(os.urandom(1 << 20) * 500)
        time.sleep(seconds)
        del held
    elif kind == "cpu":
        os.execvp("stress-ng", ["stress-ng", "--quiet", "--cpu", "1", "--timeout", f"{seconds:g}s"])
    elif kind == "switch":
        os.execvp("stress-ng", ["stress-ng", "--quiet", "--switch", "1", "--timeout", f"{seconds:g}s"])


# ---- the poller

LINE = re.compile(r'^(\w+)(?:\{(.*)\})? (\S+)$')


def poll(url):
    """The five numbers, raw: three counters as they are, busy and total CPU seconds, bytes of memory."""
    t = time.monotonic()
    text = urllib.request.urlopen(url, timeout=0.8).read().decode()
    t = (t + time.monotonic()) / 2
    idle = total = written = 0.0
    one = {}
    for line in text.splitlines():
        if line.startswith("#") or not (match := LINE.match(line)):
            continue
        name, labels, value = match[1], match[2] or "", float(match[3])
        if name == "node_cpu_seconds_total":
            total += value
            idle += value if 'mode="idle"' in labels or 'mode="iowait"' in labels else 0
        elif name == "node_disk_written_bytes_total":
            written += value
        elif name == "node_network_receive_bytes_total" and 'device="lo"' in labels:
            one["lo"] = value
        elif not labels:
            one[name] = value
    return {
        "t": t, "busy": total - idle, "total": total, "switches": one["node_context_switches_total"],
        "used": one["node_memory_MemTotal_bytes"] - one["node_memory_MemAvailable_bytes"],
        "written": written, "lo": one["lo"],
    }


def values(a, b):
    """What one second is worth, from the polls at its ends."""
    dt = b["t"] - a["t"]
    return {
        "node-cpu-busy": round(100 * max(0.0, b["busy"] - a["busy"]) / max(b["total"] - a["total"], 1e-9), 2),
        "node-context-switches": round((b["switches"] - a["switches"]) / dt, 1),
        "node-memory-used": int(b["used"]),
        "node-disk-written": round((b["written"] - a["written"]) / dt),
        "node-loopback-received": round((b["lo"] - a["lo"]) / dt),
    }


def record(output, seconds):
    port = free_port()
    exporter = subprocess.Popen(
        ["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{port}", "--collector.disable-defaults",
         "--collector.netdev.device-exclude="]
        + [f"--collector.{c}" for c in COLLECTORS], stderr=subprocess.DEVNULL)
    children, rows, previous = [], [], None
    todo = [(s, n, k) for s, n, k in EPISODES if s + n < seconds]
    happened = []
    start_child = lambda kind, n: children.append(
        subprocess.Popen([sys.executable, os.path.abspath(__file__), "--work", kind, str(n)], cwd=output))
    try:
        time.sleep(1)
        first = int(time.time()) + 1
        for second in range(-1, seconds):
            time.sleep(max(0.0, first + second + 1 - time.time()))
            if second >= 0 and second % 60 == 15:
                start_child("regular", 8)
            while todo and second >= todo[0][0]:
                s, n, kind = todo.pop(0)
                start_child(kind, n)
                happened.append((first + second, n, kind))
            late = time.time() - (first + second + 1)
            try:
                now = poll(f"http://127.0.0.1:{port}/metrics") if late < 0.5 else None
            except OSError:
                now = None
            if second >= 0:
                rows.append((first + second, values(previous, now) if previous and now else None))
            previous = now
            children = [c for c in children if c.poll() is None]
    finally:
        for child in children + [exporter]:
            child.send_signal(signal.SIGTERM)
            child.wait(10)
    stamp = lambda s: datetime.fromtimestamp(s, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    with open(os.path.join(output, "episodes.csv"), "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(["from", "seconds", "kind"])
        out.writerows((stamp(s), n, kind) for s, n, kind in happened)
    for name, kinds in DATASETS.items():
        os.makedirs(os.path.join(output, name), exist_ok=True)
        with open(os.path.join(output, name, "data.csv"), "w", newline="") as f:
            out = csv.writer(f, lineterminator="\n")
            out.writerow(["timestamp", "value", "label"])
            for second, value in rows:
                # A child needs up to a second to start and to end: both are inside the labelled stretch.
                label = any(k in kinds and s <= second <= s + n for s, n, k in happened)
                out.writerow([stamp(second), "" if value is None else value[name], int(label)])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        work(sys.argv[2], float(sys.argv[3]))
    else:
        arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
        arguments.add_argument("output")
        arguments.add_argument("--seconds", type=int, default=1500)
        arguments = arguments.parse_args()
        os.makedirs(arguments.output, exist_ok=True)
        record(os.path.abspath(arguments.output), arguments.seconds)

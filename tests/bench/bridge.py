"""bridge.py PROGRAM FOLDER: notify with 50 at once beside /bin/true, and the memory of an idle serve. FOLDER/bridge.toml and FOLDER/spool are there, the spool locked."""
import pathlib
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

AT_ONCE = 50
RUNS = 1000


def run(command):
    begin = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return (time.monotonic() - begin) * 1000


def at_once(command):
    """Median and 99th percentile in milliseconds."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        times = sorted(pool.map(run, [command] * RUNS))
    return f"median {statistics.median(times):.1f} ms, p99 {times[int(RUNS * 0.99)]:.1f} ms"


def idle_serve(program, folder):
    """Resident memory in MiB after 5 s with nothing to do; its API refuses every connection."""
    home = pathlib.Path(folder) / "idle"
    (home / "spool").mkdir(parents=True)
    (home / "key").write_text("0" * 32)
    (home / "key").chmod(0o600)
    (home / "bridge.toml").write_text(
        f'[pagerduty]\nendpoint = "http://127.0.0.1:1"\nrouting_key_file = "{home}/key"\n'
        f'[spool]\npath = "{home}/spool"\n[store]\npath = "{home}/incidents.db"\n')
    serve = subprocess.Popen([program, "--config", f"{home}/bridge.toml", "serve"], stdout=subprocess.DEVNULL)
    try:
        time.sleep(5)
        status = pathlib.Path(f"/proc/{serve.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024
    finally:
        serve.terminate()
        serve.wait()


def main(program, folder):
    notify = [program, "--config", f"{folder}/bridge.toml", "notify"]
    print(f"/bin/true (the floor), {AT_ONCE} at once, {RUNS} runs: {at_once(['/bin/true'])}")
    print(f"notify, {AT_ONCE} at once, {RUNS} runs: {at_once(notify)} (goal: p99 under 500)")
    print(f"serve, idle: {idle_serve(program, folder):.1f} MiB (goal: under 40)")


main(*sys.argv[1:])

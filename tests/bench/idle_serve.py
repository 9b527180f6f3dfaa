"""idle_serve.py PROGRAM FOLDER: resident memory of a pagerduty-bridge serve with nothing to do; its API refuses every connection."""
import pathlib
import subprocess
import sys
import time


def idle_serve(program, folder):
    """In MiB, after 5 s."""
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


print(f"serve, idle: {idle_serve(*sys.argv[1:]):.1f} MiB (goal: under 40)")

"""gluster.py TIMES.json NAMES prints the table of hyperfine's results; gluster.py --fill FOLDER COUNT makes empty files there."""
import json
import multiprocessing
import os
import shlex
import subprocess
import sys
import tempfile

WORKERS = 8


def fill(folder, count, worker):
    own = os.path.join(folder, f"pending-{worker}")
    os.mkdir(own)
    for number in range(worker, count, WORKERS):
        os.close(os.open(os.path.join(own, str(number)), os.O_CREAT | os.O_WRONLY, 0o644))


def peak_memory(command):
    """Peak resident memory of one run, in MiB, by GNU time."""
    with tempfile.NamedTemporaryFile() as measured:
        launch = ["/usr/bin/time", "--quiet", "--format=%M", f"--output={measured.name}", *shlex.split(command)]
        subprocess.run(launch, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return int(measured.read().split()[-1]) / 1024


def table(times_path, names_path):
    with open(times_path) as file:
        results = json.load(file)["results"]
    with open(names_path) as file:
        names = file.read().splitlines()
    print("| command | median ms | CPU ms | peak MiB | against the first |")
    print("|---|---:|---:|---:|---:|")
    for name, result in zip(names, results, strict=True):
        cpu = (result["user"] + result["system"]) * 1000
        ratio = result["median"] / results[0]["median"]
        print(f"| {name} | {result['median'] * 1000:.0f} | {cpu:.0f} | {peak_memory(result['command']):.1f} | {ratio:.4f} |")


if sys.argv[1] == "--fill":
    with multiprocessing.Pool(WORKERS) as pool:
        pool.starmap(fill, [(sys.argv[2], int(sys.argv[3]), worker) for worker in range(WORKERS)])
else:
    table(*sys.argv[1:])

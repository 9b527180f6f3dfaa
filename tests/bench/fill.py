"""Makes empty files, by several processes: fill.py FOLDER COUNT."""
import multiprocessing
import os
import sys

WORKERS = 8


def fill(folder, count, worker):
    own = os.path.join(folder, f"pending-{worker}")
    os.mkdir(own)
    for number in range(worker, count, WORKERS):
        os.close(os.open(os.path.join(own, str(number)), os.O_CREAT | os.O_WRONLY, 0o644))


if __name__ == "__main__":
    with multiprocessing.Pool(WORKERS) as pool:
        pool.starmap(fill, [(sys.argv[1], int(sys.argv[2]), worker) for worker in range(WORKERS)])

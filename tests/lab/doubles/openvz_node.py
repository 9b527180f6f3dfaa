"""A healthy OpenVZ node as a tree of files for check_openvz --root, in the formats of its kernel and of vzctl.

    openvz_node.py TREE make DATACENTER ID=NAME=PROCESS[,PROCESS...]...   makes the tree; the containers run
    openvz_node.py TREE boot DATACENTER ID=NAME=PROCESS[,PROCESS...]...   makes it again after a boot; no container runs yet
    openvz_node.py TREE clock UPTIME                                      the node was started UPTIME seconds ago; keeps its clock going
    openvz_node.py TREE start ID PROCESS[,PROCESS...]                     a container starts, or what died in it
    openvz_node.py TREE stop ID                                           a container stops
    openvz_node.py TREE kill ID PROCESS                                   a process of it dies
"""
import os
import shutil
import sys
import time

tree, verb, *arguments = sys.argv[1:]
proc = f"{tree}/proc"
resources = ("kmemsize", "lockedpages", "privvmpages", "shmpages", "numproc", "physpages", "vmguarpages", "oomguarpages", "numtcpsock",
             "numflock", "numpty", "numsiginfo", "tcpsndbuf", "tcprcvbuf", "othersockbuf", "dgramrcvbuf", "numothersock", "dcachesize",
             "numfile", "numiptent")
# Prosody is a script of Lua: its process is called as Lua is.
commands = {"lua5.4": ["lua5.4", "/usr/bin/prosody", "-F"], "kthreadd": []}


def write(path, text, mode=0o644):
    """Renamed into place: a check that reads it meanwhile sees the old or the new file, never half of one."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path + ".new", mode)
    os.rename(path + ".new", path)


def process(pid, name, container, pid_inside):
    folder = f"{proc}/.{pid}"
    os.makedirs(folder)
    write(f"{folder}/status", f"Name:\t{name}\nState:\tS (sleeping)\nTgid:\t{pid}\nPid:\t{pid}\nPPid:\t1\nTracerPid:\t0\nUid:\t0\t0\t0\t0\n"
          f"Gid:\t0\t0\t0\t0\nenvID:\t{container}\nVPid:\t{pid_inside}\nStopState:\t0\nVmRSS:\t    1000 kB\nThreads:\t1\n")
    write(f"{folder}/stat", f"{pid} ({name}) S 1 {pid} {pid} 0 -1 4202752 1 2 3 4 5 6 7 8 20 0 1 0 {pid * 10} 19996672 360 18446744073709551615\n")
    write(f"{folder}/cmdline", "\0".join([*commands.get(name, [f"/usr/sbin/{name}"]), ""]))
    os.rename(folder, f"{proc}/{pid}")


def first_pid(container):
    return 10_000 + int(container) * 100


def start(container, names):
    for number, name in enumerate(["init", *names]):
        if not os.path.exists(f"{proc}/{first_pid(container) + number}"):
            process(first_pid(container) + number, name, container, number + 1)
    tell_containers()


def running():
    return sorted({(pid - 10_000) // 100 for pid in map(int, filter(str.isdigit, os.listdir(proc))) if pid >= 10_000})


def tell_containers():
    write(f"{proc}/vz/veinfo", "".join(f"{c:10} {0:5} {8:5} {'10.0.0.%d' % (c % 250):>15}\n" for c in running()))
    rows = ["Version: 2.5\n       uid  resource                     held              maxheld              barrier                limit              failcnt\n"]
    for container in [*running(), 0]:
        label = f"{container}:"
        for resource in resources:
            rows.append(f"{label:>11}  {resource:<12} {100:20} {200:20} {9223372036854775807:20} {9223372036854775807:20} {0:20}\n")
            label = ""
    write(f"{proc}/user_beancounters", "".join(rows), 0o400)


def boot(datacenter, *containers):
    shutil.rmtree(tree, ignore_errors=True)
    make(datacenter, *containers, starts=False)


def make(datacenter, *containers, starts=True):
    write(f"{tree}/etc/vz/vz.conf", 'LOCKDIR=/vz/lock\nDUMPDIR=/vz/dump\nVE_ROOT=/vz/root/$VEID\nVE_PRIVATE="/vz/private/$VEID"\n')
    write(f"{tree}/etc/vz/conf/0.conf", 'ONBOOT="no"\n')
    write(f"{proc}/vz/version", "3.0\n")
    for zone in ("UTC", "America/New_York"):
        os.makedirs(os.path.dirname(f"{tree}/usr/share/zoneinfo/{zone}"), exist_ok=True)
        shutil.copyfile(f"/usr/share/zoneinfo/{zone}", f"{tree}/usr/share/zoneinfo/{zone}")
    for pid, name in ((1, "init"), (2, "kthreadd"), (900, "sshd")):
        process(pid, name, 0, pid)
    # The storage of its own datacenter: NFS by address, GlusterFS by name.
    server = {"atl": "192.0.2.41", "dal": "198.51.100.41"}[datacenter]
    mounts = ["/dev/sda1 / ext4 rw 0 0", "proc /proc proc rw 0 0"]
    for path, kind, source in (("/vz/containers", "nfs", f"{server}:/containers-{datacenter}"),
                               (f"/vz/dc-{datacenter}", "nfs", f"{server}:/dc-{datacenter}"),
                               ("/vz/nimbus", "fuse.glusterfs", f"storage-{datacenter}:/nimbus")):
        os.makedirs(tree + path)
        mounts.append(f"{source} {tree}{path} {kind} rw,relatime 0 0")
    write(f"{proc}/mounts", "\n".join(mounts) + "\n")
    for container in containers:
        number, name, names = container.split("=")
        write(f"{tree}/etc/vz/conf/{number}.conf", f'ONBOOT="yes"\nVE_ROOT="/vz/root/$VEID"\nVE_PRIVATE="/vz/private/$VEID"\nNAME="{name}"\nHOSTNAME="{name}.example"\n')
        inside = f"{tree}/vz/root/{number}"
        os.makedirs(f"{inside}/etc")
        shutil.copyfile("/usr/share/zoneinfo/America/New_York", f"{inside}/etc/localtime")
        write(f"{inside}/etc/php.ini", '[Date]\ndate.timezone = "America/New_York"\n')
        # Older than any web server: a zone that was written after it started is told.
        for file in ("localtime", "php.ini"):
            os.utime(f"{inside}/etc/{file}", (1_600_000_000, 1_600_000_000))
        if starts:
            start(number, names.split(","))
    tell_containers()


def clock(uptime):
    begin = time.time() - float(uptime)
    write(f"{proc}/sys/kernel/random/boot_id", f"00000000-0000-4000-8000-{int(begin):012}\n")
    write(f"{proc}/stat", f"cpu  1 2 3 4 5 6 7 8 9 10\nbtime {int(begin)}\nprocesses 5000\n")
    while True:
        write(f"{proc}/uptime", f"{time.time() - begin:.2f} {time.time() - begin:.2f}\n")
        time.sleep(0.5)


def remove(pid):
    os.rename(f"{proc}/{pid}", f"{proc}/.{pid}")
    shutil.rmtree(f"{proc}/.{pid}")


def name_of(pid):
    with open(f"{proc}/{pid}/status", encoding="utf-8") as file:
        return file.readline().split()[1]


def pids(container):
    return [pid for pid in map(int, filter(str.isdigit, os.listdir(proc))) if 0 <= pid - first_pid(container) < 100]


def stop(container):
    for pid in pids(container):
        remove(pid)
    tell_containers()


def kill(container, name):
    for pid in pids(container):
        if name_of(pid) == name:
            remove(pid)


{"make": make, "boot": boot, "clock": clock, "start": lambda container, names: start(container, names.split(",")), "stop": stop, "kill": kill}[verb](*arguments)

/* The floor of a pass over processes: opens, reads and closes DIR/PID/status of every PID. Usage: status_loop DIR */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char path[512], buffer[4096];
    long bytes = 0;
    if (argc != 2) return 2;
    DIR *folder = opendir(argv[1]);
    if (!folder) return 1;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (!isdigit((unsigned char)entry->d_name[0])) continue;
        snprintf(path, sizeof path, "%s/%s/status", argv[1], entry->d_name);
        int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file < 0) continue;
        bytes += read(file, buffer, sizeof buffer);
        close(file);
    }
    closedir(folder);
    return bytes < 0;
}

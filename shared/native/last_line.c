/*
 * What a program says when .NET cannot: its runtime could not start (a limit of the caller), or ended it (out of memory, stack overflow).
 * A scheduler that gets no line and an exit code of 134 or 255 tells nobody why. Linked into every program in front of its main
 * (build/Program.props); calls nothing but what is safe in a signal handler.
 *   LINE_NAME  what a check's line begins with (HAPROXY); not defined for programs that are no checks
 *   PROGRAM    the program's name
 */
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FAILED = 1, UNKNOWN = 3 };

int __real_main(int count, char **arguments);
int __real___managed__Main(int count, char **arguments);

static volatile sig_atomic_t is_managed;

struct text {
    size_t length;
    char bytes[1024];
};

static void add(struct text *text, const char *words)
{
    size_t length = strlen(words);
    if (length > sizeof text->bytes - text->length)
        length = sizeof text->bytes - text->length;
    memcpy(text->bytes + text->length, words, length);
    text->length += length;
}

static void add_number(struct text *text, rlim_t number)
{
    char digits[24];
    size_t at = sizeof digits - 1;
    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    add(text, digits + at);
}

/* Names the limits that are low enough to be the reason; the cure is where the caller is started. */
static int add_limits(struct text *text)
{
    static const struct { int resource; rlim_t low; rlim_t unit; const char *words; } limits[] = {
        { RLIMIT_AS, 2UL << 30, 1024, " KiB of address space (ulimit -v)" },
        { RLIMIT_DATA, 512UL << 20, 1024, " KiB of data (ulimit -d)" },
        { RLIMIT_STACK, 256UL << 10, 1024, " KiB of stack (ulimit -s)" },
        { RLIMIT_NPROC, 64, 1, " processes and threads of this user (ulimit -u)" },
        { RLIMIT_NOFILE, 32, 1, " open files (ulimit -n)" },
    };
    int found = 0;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct rlimit limit;
        if (getrlimit(limits[i].resource, &limit) != 0 || limit.rlim_cur > limits[i].low)
            continue;
        add(text, found++ == 0 ? ": its caller allows " : ", ");
        add_number(text, limit.rlim_cur / limits[i].unit);
        add(text, limits[i].words);
    }
    if (found > 0)
        add(text, "; raise that where the caller is started");
    return found > 0;
}

static void write_all(int descriptor, const struct text *text)
{
    ssize_t written = write(descriptor, text->bytes, text->length);
    (void)written;
}

static void say_why(struct text *text)
{
    add(text, is_managed ? "the program ended early" : "the program cannot start");
    if (!add_limits(text))
        add(text, is_managed
            ? ": its memory or its stack ran out, or it has a fault; please report this with the output of -vvv"
            : ": memory is short, or this user's limit of processes is reached; see free -m and ps -eLf | wc -l");
}

/* Says it where this program's callers look, and ends with the exit code that they understand. */
#ifdef LINE_NAME

static void end(void)
{
    struct text line = { .length = 0 };
    add(&line, LINE_NAME " UNKNOWN - ");
    say_why(&line);
    add(&line, "\n");
    write_all(STDOUT_FILENO, &line);
    _exit(UNKNOWN);
}

static void look_at(int count, char **arguments)
{
    (void)count;
    (void)arguments;
}

#else

static const char *verb = "";

/* The datagram that syslog(3) sends: facility daemon, severity error. */
static void log_it(const struct text *text)
{
    static const struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };
    struct text message = { .length = 0 };
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return;
    add(&message, "<27>");
    message.length += text->length < sizeof message.bytes - message.length ? text->length : sizeof message.bytes - message.length;
    memcpy(message.bytes + 4, text->bytes, message.length - 4);
    (void)sendto(descriptor, message.bytes, message.length, MSG_NOSIGNAL, (const struct sockaddr *)&address, sizeof address);
    close(descriptor);
}

static void end(void)
{
    struct text line = { .length = 0 };
    int is_status = strcmp(verb, "status") == 0, is_notify = strcmp(verb, "notify") == 0;
    add(&line, is_status ? "PAGERDUTY_BRIDGE UNKNOWN - " : PROGRAM ": ");
    say_why(&line);
    if (is_notify) {
        add(&line, is_managed ? "; whether this notification was spooled is not known" : "; this notification is neither spooled nor delivered");
        log_it(&line);
    }
    add(&line, "\n");
    if (is_status || is_notify)
        write_all(STDOUT_FILENO, &line);
    if (!is_status)
        write_all(STDERR_FILENO, &line);
    _exit(is_status ? UNKNOWN : FAILED);
}

static void look_at(int count, char **arguments)
{
    for (int i = 1; i < count && *verb == '\0'; i++)
        if (strcmp(arguments[i], "status") == 0 || strcmp(arguments[i], "notify") == 0)
            verb = arguments[i];
}

#endif

static void end_by_signal(int number)
{
    (void)number;
    end();
}

static void end_unless_managed(void)
{
    if (!is_managed)
        end();
}

int __wrap___managed__Main(int count, char **arguments)
{
    is_managed = 1;
    return __real___managed__Main(count, arguments);
}

int __wrap_main(int count, char **arguments)
{
    /* A stack that overflows has no room for a handler. */
    static char spare[64 << 10];
    static const stack_t stack = { .ss_sp = spare, .ss_size = sizeof spare };
    static const int faults[] = { SIGABRT, SIGSEGV, SIGBUS };
    struct sigaction action = { .sa_handler = end_by_signal, .sa_flags = SA_ONSTACK };

    sigaltstack(&stack, NULL);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigaction(faults[i], &action, NULL);
    /* A file at its size limit (ulimit -f) is an error of write(2) then, which is told, instead of a silent end. */
    signal(SIGXFSZ, SIG_IGN);
    look_at(count, arguments);
    atexit(end_unless_managed);
    return __real_main(count, arguments);
}

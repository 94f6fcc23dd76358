// A process of ours that may do nothing but compute: how it is started, and how it locks itself in.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CConfinement.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/// Two ends of a line, closed on exec: 0, or -1 with errno.
int32_t CConfinement_line(int ends[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends); }

/// Starts `path` with nothing of ours but `line`, which it finds as descriptor 3, and no environment but `environment`.
/// Its input is empty; what it prints is lost. Returns 0 or an errno.
int32_t CConfinement_spawn(
    int32_t *child, const char *path, char *const arguments[], char *const environment[], int line) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int status = posix_spawn_file_actions_init(&actions);
    if (status) return status;
    status = posix_spawnattr_init(&attributes);
    if (status) {
        posix_spawn_file_actions_destroy(&actions);
        return status;
    }
    // dup2 onto itself would keep close-on-exec: it goes through another number.
    const int spare = fcntl(line, F_DUPFD_CLOEXEC, 64);
    if (spare < 0) status = errno;
    if (!status) status = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (!status) status = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    if (!status) status = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (!status) status = posix_spawn_file_actions_adddup2(&actions, spare, 3);
    if (!status) status = posix_spawn_file_actions_addclosefrom_np(&actions, 4);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    if (!status) status = posix_spawnattr_setsigmask(&attributes, &none);
    if (!status) status = posix_spawnattr_setsigdefault(&attributes, &all);
    // A group of its own: what people type into a terminal ends the node, and the node ends the worker.
    if (!status) status = posix_spawnattr_setpgroup(&attributes, 0);
    if (!status) {
        status = posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    if (!status) status = posix_spawn(child, path, &actions, &attributes, arguments, environment);
    if (spare >= 0) close(spare);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return status;
}

/// Kills a child and waits until it is gone. Returns the signal that had ended it or ends it now, 0 if it had ended by itself.
int32_t CConfinement_end(int32_t child) {
    int status = 0;
    kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return 0;
    }
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/// As the kernel has it: Swift's Glibc knows another <sys/resource.h> than a GNU one.
struct CConfinement_limit {
    uint64_t current, most;
};
enum { CConfinement_CPU = 0, CConfinement_FSIZE = 1, CConfinement_CORE = 4, CConfinement_NOFILE = 7, CConfinement_AS = 9 };

static int CConfinement_set_limit(int resource, uint64_t current, uint64_t most) {
    const struct CConfinement_limit limit = {current, most};
    return (int)syscall(SYS_prlimit64, 0, resource, &limit, NULL);
}

static uint64_t CConfinement_most(int resource) {
    struct CConfinement_limit limit = {0, 0};
    return syscall(SYS_prlimit64, 0, resource, NULL, &limit) ? 0 : limit.most;
}

/// No core files, no files written, no new descriptors, no new privileges, never more than `bytes` of address space; and
/// the first to go when memory runs out. Returns 0, or -1 with errno.
int32_t CConfinement_limit_self(uint64_t bytes) {
    const int oom = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (oom >= 0) {
        // Where it is refused, this process is like any other.
        if (write(oom, "1000", 4) < 0) errno = 0;
        close(oom);
    }
    const uint64_t most = CConfinement_most(CConfinement_AS);
    if (CConfinement_set_limit(CConfinement_CORE, 0, 0)) return -1;
    if (CConfinement_set_limit(CConfinement_NOFILE, 0, 0)) return -1;
    if (CConfinement_set_limit(CConfinement_FSIZE, 0, 0)) return -1;
    if (bytes < most && CConfinement_set_limit(CConfinement_AS, bytes, bytes)) return -1;
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)) return -1;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/// From now on at most `bytes` of address space, and `seconds` of processor time more than have been used: 0, or -1.
int32_t CConfinement_allow_self(uint64_t bytes, uint64_t seconds) {
    struct timespec used;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used)) return -1;
    const uint64_t space = CConfinement_most(CConfinement_AS), time = CConfinement_most(CConfinement_CPU);
    const uint64_t until = (uint64_t)used.tv_sec + 1 + seconds;
    if (CConfinement_set_limit(CConfinement_AS, bytes < space ? bytes : space, space)) return -1;
    return CConfinement_set_limit(CConfinement_CPU, until < time ? until : time, time);
}

/// Bytes of address space in use, or 0. Opens a file: before `CConfinement_compute_only` only.
uint64_t CConfinement_address_space(void) {
    char text[64];
    const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    const ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0) return 0;
    text[count] = 0;
    return strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}

/// From now on this process computes, talks over descriptors it has, and ends; every other system call fails with EPERM.
/// Returns 0, or -1 with errno: ENOSYS where nobody has written down this processor's system calls.
int32_t CConfinement_compute_only(void) {
#if defined(__x86_64__)
    const unsigned int machine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
    const unsigned int machine = AUDIT_ARCH_AARCH64;
#else
    errno = ENOSYS;
    return -1;
#endif
#if defined(__x86_64__) || defined(__aarch64__)
    static const int allowed[] = {
        SYS_read, SYS_write, SYS_pread64, SYS_pwrite64, SYS_recvfrom, SYS_recvmsg, SYS_sendto, SYS_sendmsg, SYS_ppoll,
        SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise, SYS_brk, SYS_futex, SYS_sched_yield,
        SYS_rt_sigreturn, SYS_rt_sigprocmask, SYS_rt_sigaction, SYS_sigaltstack, SYS_clock_gettime, SYS_gettimeofday,
        SYS_clock_nanosleep, SYS_getrandom, SYS_getrusage, SYS_getpid, SYS_gettid, SYS_lseek, SYS_fstat, SYS_close,
        SYS_exit, SYS_exit_group, SYS_restart_syscall,
#if defined(__x86_64__)
        SYS_poll, SYS_time,
#endif
    };
    enum { count = sizeof allowed / sizeof *allowed };
    struct sock_filter filter[count + 16];
    unsigned short length = 0;
    const struct sock_filter start[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, machine, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    };
    for (unsigned int index = 0; index < sizeof start / sizeof *start; ++index) filter[length++] = start[index];
    for (unsigned int index = 0; index < count; ++index) {
        // To the last statement, which allows.
        const struct sock_filter test =
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)allowed[index], (unsigned char)(count - index + 3), 0);
        filter[length++] = test;
    }
    const struct sock_filter end[] = {
        // Limits, of nobody but itself.
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prlimit64, 0, 2),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    for (unsigned int index = 0; index < sizeof end / sizeof *end; ++index) filter[length++] = end[index];
    const struct sock_fprog program = {length, filter};
    // Every thread there is, not this one alone.
    if (!syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program)) return 0;
    // A service manager may forbid the call and allow this one, for this thread.
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
#endif
}

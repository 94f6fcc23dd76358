// Shifts what a process takes for the time, while it runs. LD_PRELOAD, and CHAOS_CLOCK names a file of two 64-bit numbers:
// nanoseconds to add to the wall clock, nanoseconds to add to the steady clocks. Whoever writes the file moves the clocks.
//
// libfaketime can't do this: a rate or an offset of the steady clocks that changes at run time leaves armed timers where
// they are, and Swift's tasks and SwiftNIO sleep on timerfd. Here a timer is never armed for longer than a pulse; those
// that fire early look at the clock and arm themselves again.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

struct shift {
    _Atomic int64_t wall, steady;
};

static struct shift none;
static struct shift *shift = &none;
static const int64_t second = 1000000000, pulse = 20000000;

#define DESCRIPTORS 65536
static _Atomic int8_t clock_of[DESCRIPTORS];

__attribute__((constructor)) static void map(void) {
    const char *path = getenv("CHAOS_CLOCK");
    int descriptor = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (descriptor < 0) return;
    void *pages = mmap(NULL, sizeof(struct shift), PROT_READ, MAP_SHARED, descriptor, 0);
    close(descriptor);
    if (pages != MAP_FAILED) shift = pages;
}

static int64_t offset(clockid_t clock) {
    switch (clock) {
        case CLOCK_REALTIME:
        case CLOCK_REALTIME_COARSE:
        case CLOCK_TAI: return shift->wall;
        case CLOCK_MONOTONIC:
        case CLOCK_MONOTONIC_RAW:
        case CLOCK_MONOTONIC_COARSE:
        case CLOCK_BOOTTIME: return shift->steady;
        default: return 0;
    }
}

static int64_t count(struct timespec time) { return (int64_t)time.tv_sec * second + time.tv_nsec; }

static struct timespec moment(int64_t count) {
    if (count < 0) count = 0;
    return (struct timespec){.tv_sec = count / second, .tv_nsec = count % second};
}

static int64_t now(clockid_t clock) {
    struct timespec time;
    syscall(SYS_clock_gettime, clock, &time);
    return count(time) + offset(clock);
}

// MARK: What time is it?

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0) *time = moment(count(*time) + offset(clock));
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void)zone;
    int64_t microseconds = now(CLOCK_REALTIME) / 1000;
    time->tv_sec = microseconds / 1000000;
    time->tv_usec = microseconds % 1000000;
    return 0;
}

time_t time(time_t *result) {
    time_t seconds = now(CLOCK_REALTIME) / second;
    if (result) *result = seconds;
    return seconds;
}

// MARK: Wake me

int timerfd_create(int clock, int flags) {
    int descriptor = syscall(SYS_timerfd_create, clock, flags);
    if (descriptor >= 0 && descriptor < DESCRIPTORS) clock_of[descriptor] = clock;
    return descriptor;
}

int timerfd_settime(int descriptor, int flags, const struct itimerspec *wanted, struct itimerspec *old) {
    struct itimerspec armed = *wanted;
    int64_t wait = count(wanted->it_value);
    if (wait != 0 && descriptor < DESCRIPTORS) {
        if (flags & TFD_TIMER_ABSTIME) wait -= now(clock_of[descriptor]);
        armed.it_value = moment(wait < 1 ? 1 : wait > pulse ? pulse : wait);
        flags = 0;
    }
    return syscall(SYS_timerfd_settime, descriptor, flags, &armed, old);
}

// The moment on the kernel's clock at which to look again.
static struct timespec next_look(clockid_t clock, const struct timespec *deadline) {
    int64_t wait = count(*deadline) - now(clock);
    if (wait > pulse) wait = pulse;
    return moment(now(clock) - offset(clock) + wait);
}

// A condition's clock can't be asked for; steady deadlines count from the start of the machine.
static clockid_t clock_meant(const struct timespec *deadline) {
    return deadline->tv_sec < 500000000 ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

int pthread_cond_timedwait(
    pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict deadline) {
    static int (*_Atomic real)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    if (!real) real = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
    clockid_t clock = clock_meant(deadline);
    struct timespec look = next_look(clock, deadline);
    int result = real(condition, mutex, &look);
    // Waking for nothing is allowed; saying too early that time is up is not.
    return result == ETIMEDOUT && now(clock) < count(*deadline) ? 0 : result;
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict deadline) {
    static int (*_Atomic real)(sem_t *, const struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "sem_timedwait");
    while (1) {
        struct timespec look = next_look(CLOCK_REALTIME, deadline);
        int result = real(semaphore, &look);
        if (result == 0 || errno != ETIMEDOUT || now(CLOCK_REALTIME) >= count(*deadline)) return result;
    }
}

int poll(struct pollfd *descriptors, nfds_t count, int milliseconds) {
    if (milliseconds <= 0) return syscall(SYS_poll, descriptors, count, milliseconds);
    int64_t deadline = now(CLOCK_MONOTONIC) + milliseconds * (second / 1000);
    while (1) {
        int64_t wait = deadline - now(CLOCK_MONOTONIC);
        if (wait > pulse) wait = pulse;
        int result = syscall(SYS_poll, descriptors, count, wait < 0 ? 0 : (int)(wait * 1000 / second) + 1);
        if (result != 0 || now(CLOCK_MONOTONIC) >= deadline) return result;
    }
}

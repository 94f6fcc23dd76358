// Linux system calls that Swift's Glibc does not show.

#ifndef CLINUX_H
#define CLINUX_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/// renameat2(2) with RENAME_NOREPLACE: 0, or -1 with errno (EEXIST; EINVAL where the file system can't).
static inline int CLinux_rename_exclusively(const char *from, const char *to) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1u);
}

/// sync_file_range(2) with SYNC_FILE_RANGE_WRITE: what is dirty starts on its way to the disk; nothing is waited for, and
/// nothing is promised.
static inline int CLinux_start_write_back(int descriptor, off_t offset, off_t count) {
    return (int)syscall(SYS_sync_file_range, descriptor, offset, count, 2u);
}

/// Sets or clears O_DIRECT of an open file, which has no other status flag: 0, or -1 with errno (EINVAL where the file
/// system can't).
static inline int CLinux_set_direct(int descriptor, int is_direct) {
#ifdef O_DIRECT
    return fcntl(descriptor, F_SETFL, is_direct ? O_DIRECT : 0);
#elif defined(__O_DIRECT)
    return fcntl(descriptor, F_SETFL, is_direct ? __O_DIRECT : 0);
#else
#error "no O_DIRECT"
#endif
}

#endif

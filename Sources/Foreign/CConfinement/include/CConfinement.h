// A process of ours that may do nothing but compute: how it is started, and how it locks itself in.
//
// Compiled, and without any header of the system: the constants of <sys/socket.h> and others would belong to this module
// instead of Glibc.
#pragma once

#include <stdint.h>

/// Two ends of a line, closed on exec: 0, or -1 with errno.
int32_t CConfinement_line(int ends[2]);

/// Starts `path` with nothing of ours but `line`, which it finds as descriptor 3, and no environment but `environment`.
/// Its input is empty; what it prints is lost. Returns 0 or an errno.
int32_t CConfinement_spawn(
    int32_t *child, const char *path, char *const arguments[], char *const environment[], int line);

/// Kills a child and waits until it is gone. Returns the signal that had ended it or ends it now, 0 if it had ended by itself.
int32_t CConfinement_end(int32_t child);

/// No core files, no files written, no new descriptors, no new privileges, never more than `bytes` of address space; and
/// the first to go when memory runs out. Returns 0, or -1 with errno.
int32_t CConfinement_limit_self(uint64_t bytes);

/// From now on at most `bytes` of address space, and `seconds` of processor time more than have been used: 0, or -1.
int32_t CConfinement_allow_self(uint64_t bytes, uint64_t seconds);

/// Bytes of address space in use, or 0. Opens a file: before `CConfinement_compute_only` only.
uint64_t CConfinement_address_space(void);

/// From now on this process computes, talks over descriptors it has, and ends; every other system call fails with EPERM.
/// Returns 0, or -1 with errno: ENOSYS where nobody has written down this processor's system calls.
int32_t CConfinement_compute_only(void);

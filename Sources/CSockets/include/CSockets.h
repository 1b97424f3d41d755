#pragma once
#include <sys/socket.h>

/// Linux's `struct mmsghdr`, which glibc declares only with _GNU_SOURCE and Swift's Glibc therefore does not show. Delete this
/// target when it does.
typedef struct {
  struct msghdr msg_hdr;
  unsigned int msg_len;
} gurn_mmsghdr;

/// sendmmsg(2).
int gurn_sendmmsg(int descriptor, gurn_mmsghdr *messages, unsigned int count, int flags);

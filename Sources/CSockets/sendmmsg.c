#define _GNU_SOURCE
#include "CSockets.h"

_Static_assert(sizeof(gurn_mmsghdr) == sizeof(struct mmsghdr), "gurn_mmsghdr has another layout");

int gurn_sendmmsg(int descriptor, gurn_mmsghdr *messages, unsigned int count, int flags) {
  return sendmmsg(descriptor, (struct mmsghdr *)messages, count, flags);
}

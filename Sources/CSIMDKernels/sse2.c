#if defined(__x86_64__)
#define GURN_KERNELS gurn_sse2
#define GURN_NAME "SSE2"
#define LANES 4
#define REGISTERS 16
#include "kernels.inc"
#endif

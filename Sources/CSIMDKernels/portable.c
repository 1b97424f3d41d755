#if !defined(__x86_64__)
#define GURN_KERNELS gurn_portable
#if defined(__aarch64__)
#define GURN_NAME "NEON"
#define GURN_HALF 1
#define REGISTERS 32
#else
#define GURN_NAME "portable"
#define REGISTERS 16
#endif
#define LANES 4
#include "kernels.inc"
#endif

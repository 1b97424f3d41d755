#if defined(__x86_64__)
#define GURN_KERNELS gurn_avx2
#define GURN_NAME "AVX2"
#define LANES 8
#define REGISTERS 16
#define GURN_GATHER 1
#define GURN_HALF 1
#define GURN_TARGET "avx2,fma,f16c"
#include "kernels.inc"
#endif

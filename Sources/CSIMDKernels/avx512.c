#if defined(__x86_64__)
#define GURN_KERNELS gurn_avx512
#define GURN_NAME "AVX-512"
#define LANES 16
#define REGISTERS 32
#define GURN_GATHER 1
#define GURN_HALF 1
#define GURN_TARGET "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,f16c"
#include "kernels.inc"
#endif

#include "CSIMDKernels.h"

#if defined(__x86_64__)
extern const gurn_kernels gurn_sse2, gurn_avx2, gurn_avx512;

const gurn_kernels *gurn_kernels_at(int index) {
  __builtin_cpu_init();
  switch (index) {
  case 0: return &gurn_sse2;
  case 1:
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c") ? &gurn_avx2
                                                                                                             : NULL;
  case 2:
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
                   && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma")
               ? &gurn_avx512
               : NULL;
  default: return NULL;
  }
}

int gurn_kernels_count(void) { return 3; }
#else
extern const gurn_kernels gurn_portable;

const gurn_kernels *gurn_kernels_at(int index) { return index == 0 ? &gurn_portable : NULL; }

int gurn_kernels_count(void) { return 1; }
#endif

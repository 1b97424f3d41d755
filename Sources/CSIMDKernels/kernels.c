#include "CSIMDKernels.h"

#pragma once
#include <lo/lo.h>

/// The time tag "at once". liblo's LO_TT_IMMEDIATE is a compound literal, which Swift does not import; delete this when it does.
static inline lo_timetag gurn_lo_immediate(void) { return LO_TT_IMMEDIATE; }

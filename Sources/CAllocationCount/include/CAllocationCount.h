// Counts the heap's allocations, by standing before the C library's functions in a program that links this.
//
// C, because the library looks these functions up by name; to be deleted when Swift's own tools count allocations.
#pragma once

/// How often the calling thread has asked for memory since it began: malloc, calloc, realloc and the aligned ones.
unsigned long gurn_allocations(void);

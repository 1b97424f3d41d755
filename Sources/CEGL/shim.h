#pragma once
// Without X11 types a native display is a plain pointer, and no X header is needed.
#define EGL_NO_X11
#define MESA_EGL_NO_X11_HEADERS
#define EGL_EGLEXT_PROTOTYPES 0
#include <EGL/egl.h>
#include <EGL/eglext.h>

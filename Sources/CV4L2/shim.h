#pragma once
#include <libv4l2.h>
#include <linux/videodev2.h>
#include <stdio.h>

// Swift imports neither variadic functions nor macros that compute their value (_IOWR): both stand here as plain C.
// Delete a line when Swift can call what it wraps.

static inline int cv4l2_open(const char *path, int flags) { return v4l2_open(path, flags); }

static inline int cv4l2_ioctl(int file, unsigned long request, void *argument) {
  return v4l2_ioctl(file, request, argument);
}

// libv4l2 writes its own lines about failed calls to stderr unless it has a log; every failure is reported by errno too.
static inline void cv4l2_silence(void) {
  if (!v4l2_log_file) v4l2_log_file = fopen("/dev/null", "we");
}

static const unsigned long cv4l2_querycap = VIDIOC_QUERYCAP;
static const unsigned long cv4l2_enum_fmt = VIDIOC_ENUM_FMT;
static const unsigned long cv4l2_enum_framesizes = VIDIOC_ENUM_FRAMESIZES;
static const unsigned long cv4l2_enum_frameintervals = VIDIOC_ENUM_FRAMEINTERVALS;
static const unsigned long cv4l2_g_fmt = VIDIOC_G_FMT;
static const unsigned long cv4l2_s_fmt = VIDIOC_S_FMT;
static const unsigned long cv4l2_g_parm = VIDIOC_G_PARM;
static const unsigned long cv4l2_s_parm = VIDIOC_S_PARM;
static const unsigned long cv4l2_reqbufs = VIDIOC_REQBUFS;
static const unsigned long cv4l2_querybuf = VIDIOC_QUERYBUF;
static const unsigned long cv4l2_qbuf = VIDIOC_QBUF;
static const unsigned long cv4l2_dqbuf = VIDIOC_DQBUF;
static const unsigned long cv4l2_streamon = VIDIOC_STREAMON;
static const unsigned long cv4l2_streamoff = VIDIOC_STREAMOFF;

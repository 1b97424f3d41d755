#pragma once
#include <libv4l2.h>
#include <linux/netlink.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

// Swift imports neither variadic functions nor macros that compute their value (_IOWR): both stand here as plain C.
// Delete a line when Swift can call what it wraps.

static inline int cv4l2_open(const char *path, int flags) { return v4l2_open(path, flags); }

static inline int cv4l2_ioctl(int file, unsigned long request, void *argument) {
  return v4l2_ioctl(file, request, argument);
}

// The driver's own answer, past libv4l2's conversions.
static inline int cv4l2_driver_ioctl(int file, unsigned long request, void *argument) {
  return ioctl(file, request, argument);
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
static const unsigned long cv4l2_expbuf = VIDIOC_EXPBUF;
static const unsigned long cv4l2_qbuf = VIDIOC_QBUF;
static const unsigned long cv4l2_dqbuf = VIDIOC_DQBUF;
static const unsigned long cv4l2_streamon = VIDIOC_STREAMON;
static const unsigned long cv4l2_streamoff = VIDIOC_STREAMOFF;
static const unsigned long cv4l2_queryctrl = VIDIOC_QUERYCTRL;
static const unsigned long cv4l2_querymenu = VIDIOC_QUERYMENU;
static const unsigned long cv4l2_g_ctrl = VIDIOC_G_CTRL;
static const unsigned long cv4l2_s_ctrl = VIDIOC_S_CTRL;

// Control numbers and flags, which are sums and shifts in the kernel's headers.
static const unsigned int cv4l2_cid_exposure_auto = V4L2_CID_EXPOSURE_AUTO;
static const unsigned int cv4l2_cid_exposure_absolute = V4L2_CID_EXPOSURE_ABSOLUTE;
static const unsigned int cv4l2_cid_autogain = V4L2_CID_AUTOGAIN;
static const unsigned int cv4l2_cid_gain = V4L2_CID_GAIN;
static const unsigned int cv4l2_cid_power_line_frequency = V4L2_CID_POWER_LINE_FREQUENCY;
static const unsigned int cv4l2_next_ctrl = V4L2_CTRL_FLAG_NEXT_CTRL;

// A socket that hears the kernel's device events, or -1: linux/netlink.h is in no module of Swift's.
static inline int cv4l2_open_uevents(void) {
  int file = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);
  struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = 1};
  if (file >= 0 && bind(file, (struct sockaddr *)&address, sizeof address) != 0) {
    close(file);
    return -1;
  }
  return file;
}

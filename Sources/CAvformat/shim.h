#pragma once
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>

// Error codes are macros that compute, which Swift doesn't import.
static const int cav_error_again = AVERROR(EAGAIN);
static const int cav_error_end = AVERROR_EOF;

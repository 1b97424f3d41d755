// Kernels of the CPU executor: one source, compiled for each instruction set, chosen at run time.
//
// C and not Swift, because Swift can't compile one function for several instruction sets without a module and unsafe
// flags for each; to be deleted when it can.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// A batch of images, channels last: element (image, y, x, c) is data[image * image_stride + y * row + x * pitch + c].
///
/// A margin of one pixel around each image is there and stays zero. Channels from the last real one up to `pitch` are
/// there too; they are written, and weights for them are zero.
typedef struct {
  float *_Nullable data;
  long width, height;
  /// Floats from pixel to pixel: a multiple of 8, or 1 for an image of one channel that only convolutions read.
  long pitch;
  long row, image_stride;
} gurn_tensor;

typedef enum { gurn_none = 0, gurn_relu = 1, gurn_relu6 = 2, gurn_sigmoid = 3, gurn_elu = 4 } gurn_activation;

typedef enum {
  gurn_convolution,
  gurn_depthwise,
  gurn_add,
  gurn_activate,
  gurn_average_pool,
  gurn_fully_connected,
  /// What `general` of the layer says.
  gurn_general_layer
} gurn_operation;

#include "CSIMDGeneral.h"

/// One step: what is read, what is written, with which packed weights.
typedef struct {
  gurn_operation operation;
  gurn_activation activation;
  gurn_tensor input;
  /// The second summand of `gurn_add`, or what is added to a convolution before its activation (data may be null).
  gurn_tensor second;
  gurn_tensor output;
  /// Packed by `pack`, 64-byte aligned.
  const float *_Nullable weights;
  /// Whether the packed weights of a fully connected layer are halves: set by `pack`, where that loses nothing.
  int has_half_weights;
  /// The real channels that a convolution or fully connected layer reads, at most the input's pitch; 0 for all of it.
  long channels;
  /// Kernel edge of a convolution, 1 or 3; stride 1 or 2.
  int kernel, stride;
  /// Edges of a pool's block.
  int pool_height, pool_width;
  /// For `gurn_general_layer`, else null.
  const gurn_general *_Nullable general;
} gurn_layer;

/// An affine map from output pixel to frame pixel, with its supersampling; see `LumaCrop`.
typedef struct {
  /// The frame: bytes, size in pixels, bytes from row to row.
  const uint8_t *_Nonnull pixels;
  long width, height, stride;
  /// Frame coordinates (texel centres at whole numbers) of the first tap, and its steps from tap to tap.
  float x, y, x_per_column, y_per_column, x_per_row, y_per_row;
  /// Taps an edge of an output pixel, 1...8.
  int taps;
} gurn_crop;

/// The kernels for one instruction set.
typedef struct {
  const char *_Nonnull name;
  /// Puts weights and biases (in ONNX's order, for the real channels) into the order that `run` reads, and gives the
  /// number of floats that this takes; with a null destination only the number.
  size_t (*_Nonnull pack)(
      gurn_layer *_Nonnull, long input_channels, long output_channels, const float *_Nonnull weights,
      const float *_Nonnull bias, float *_Nullable destination);
  /// Runs one layer for the first `images` images.
  void (*_Nonnull run)(const gurn_layer *_Nonnull, long images);
  /// Luma 0…1 of a crop, row after row.
  void (*_Nonnull crop)(const gurn_crop *_Nonnull, long width, long height, float *_Nonnull output);
  /// (x − mean) / (deviation + 0.01) in place.
  void (*_Nonnull normalize)(float *_Nonnull values, long count);
  /// Multiply-adds that depend on nothing but registers, to measure the CPU's limit; the result is of no use.
  float (*_Nonnull multiply_adds)(long rounds, float factor, float summand);
  /// Multiply-adds of one such round.
  long multiply_adds_a_round;
} gurn_kernels;

/// The kernels at an index, best last; null at and after the end, and where the CPU lacks the instructions.
const gurn_kernels *_Nullable gurn_kernels_at(int index);
/// How many instruction sets this build has kernels for.
int gurn_kernels_count(void);

// Operators on runs of floats in row-major order: the C side of NeuralGraph's general operators, whose numbers these are.
#pragma once

/// The most axes of a tensor.
#define GURN_AXES 8

typedef enum {
  gurn_leaky_relu, gurn_clip, gurn_tanh, gurn_hard_sigmoid, gurn_hard_swish, gurn_scaled_elu, gurn_gelu, gurn_gelu_tanh,
  gurn_exponential, gurn_square_root, gurn_error_function, gurn_negative, gurn_absolute, gurn_reciprocal,
  gurn_logarithm, gurn_not, gurn_truncation
} gurn_function;

typedef enum {
  gurn_plus, gurn_minus, gurn_times, gurn_divided, gurn_maximum, gurn_minimum, gurn_power, gurn_less, gurn_greater,
  gurn_equal, gurn_prelu, gurn_keep_where, gurn_keep_unless
} gurn_binary;

typedef enum { gurn_reduce_mean, gurn_reduce_sum, gurn_reduce_maximum, gurn_reduce_minimum } gurn_reduction;

typedef enum { gurn_pool_maximum, gurn_pool_average, gurn_pool_padded, gurn_pool_index } gurn_pool;

typedef enum {
  gurn_general_function,
  gurn_general_binary,
  gurn_general_rearrange,
  gurn_general_reduce,
  gurn_general_softmax,
  /// Padding and resizing: a linear map along one axis.
  gurn_general_table,
  /// One input of a concatenation.
  gurn_general_part,
  gurn_general_product,
  gurn_general_convolution,
  gurn_general_pool,
  /// From pixels with channels last to a run in C, H, W order, and back.
  gurn_general_unpack,
  gurn_general_pack
} gurn_general_operation;

/// One axis of a window: tap k for output o lies at (o * stride + k * step - offset) / divisor, if that is a whole number
/// within the input.
typedef struct {
  long input, output, kernel, stride, step, offset, divisor, pad_after;
} gurn_window;

/// What one general step computes; the fields that its operation has no use for are zero.
typedef struct {
  gurn_general_operation operation;
  /// A `gurn_function`, `gurn_binary`, `gurn_reduction` or `gurn_pool`.
  int function;
  float a, b;
  /// The first image's elements, and floats from image to image: 0 for constants.
  const float *_Nullable inputs[3];
  long strides[3];
  float *_Nullable output;
  long output_stride;
  /// Sizes of the result's axes, and the steps of the first and the second input along them.
  int axes;
  const long *_Nullable sizes, *_Nullable first, *_Nullable second;
  /// Counts, as the operation reads them.
  long outer, length, inner, count, offset;
  const int *_Nullable table;
  const float *_Nullable weights;
  const gurn_window *_Nullable windows;
} gurn_general;

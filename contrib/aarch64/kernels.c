// Checks the CPU's kernels against plain loops, for every instruction set that the machine has. check.sh runs it on aarch64.
#include "CSIMDKernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long state = 1;
static float random_float(void) {
  state = state * 6364136223846793005ul + 1442695040888963407ul;
  return (float)(int)(state >> 32) / 2147483648.0f;
}

static gurn_tensor tensor(long width, long height, long pitch, long images) {
  long row = (width + 2) * pitch, image = (height + 2) * row, margin = row + pitch;
  float *base = NULL;
  if (posix_memalign((void **)&base, 64, (size_t)(image * images + 2 * margin + 64) * 4)) exit(2);
  memset(base, 0, (size_t)(image * images + 2 * margin + 64) * 4);
  return (gurn_tensor){base + margin, width, height, pitch, row, image};
}

static long rounded(long channels) { return (channels + 7) / 8 * 8; }

static float at(const gurn_tensor *t, long image, long y, long x, long c) {
  return t->data[image * t->image_stride + y * t->row + x * t->pitch + c];
}

static void fill(gurn_tensor *t, long channels, long images) {
  for (long i = 0; i < images; i++)
    for (long y = 0; y < t->height; y++)
      for (long x = 0; x < t->width; x++)
        for (long c = 0; c < channels; c++) t->data[i * t->image_stride + y * t->row + x * t->pitch + c] = random_float();
}

static double worst;
static int failed;

static void compare(const char *what, double found, double expected) {
  double error = fabs(found - expected) / fmax(1, fabs(expected));
  if (error > worst) worst = error;
  if (!(error < 1e-4)) {
    if (failed++ < 5) printf("  %s: %g, right is %g\n", what, found, expected);
  }
}

static float *pack(const gurn_kernels *k, gurn_layer *layer, long inputs, long outputs, const float *w, const float *b) {
  size_t count = k->pack(layer, inputs, outputs, w, b, NULL);
  float *packed = NULL;
  if (posix_memalign((void **)&packed, 64, count * 4 + 64)) exit(2);
  k->pack(layer, inputs, outputs, w, b, packed);
  layer->weights = packed;
  return packed;
}

static double activate(double x, gurn_activation a) {
  switch (a) {
  case gurn_relu: return fmax(x, 0);
  case gurn_relu6: return fmin(fmax(x, 0), 6);
  case gurn_sigmoid: return 1 / (1 + exp(-x));
  case gurn_elu: return x > 0 ? x : exp(x) - 1;
  default: return x;
  }
}

static void convolution(
    const gurn_kernels *k, long inputs, long outputs, int kernel, int stride, int depthwise, gurn_activation a) {
  long width = 11, height = 7, images = 2, pitch = inputs == 1 && !depthwise ? 1 : rounded(inputs);
  if (depthwise) outputs = inputs;
  gurn_layer layer = {.operation = depthwise ? gurn_depthwise : gurn_convolution, .activation = a,
                      .input = tensor(width, height, pitch, images),
                      .output = tensor((width + stride - 1) / stride, (height + stride - 1) / stride, rounded(outputs), images),
                      .kernel = kernel, .stride = stride};
  fill(&layer.input, inputs, images);
  long each = (depthwise ? 1 : inputs) * kernel * kernel;
  float *w = malloc((size_t)(outputs * each) * 4), *b = malloc((size_t)outputs * 4);
  for (long i = 0; i < outputs * each; i++) w[i] = random_float();
  for (long i = 0; i < outputs; i++) b[i] = random_float();
  float *packed = pack(k, &layer, inputs, outputs, w, b);
  k->run(&layer, images);
  for (long i = 0; i < images; i++)
    for (long y = 0; y < layer.output.height; y++)
      for (long x = 0; x < layer.output.width; x++)
        for (long o = 0; o < outputs; o++) {
          double sum = b[o];
          for (long c = depthwise ? o : 0; c < (depthwise ? o + 1 : inputs); c++)
            for (int v = 0; v < kernel; v++)
              for (int u = 0; u < kernel; u++) {
                long row = y * stride + v - kernel / 2, column = x * stride + u - kernel / 2;
                if (row < 0 || column < 0 || row >= height || column >= width) continue;
                sum += (double)at(&layer.input, i, row, column, c) * w[(o * (depthwise ? 1 : inputs) + (depthwise ? 0 : c)) * kernel * kernel + v * kernel + u];
              }
          compare(depthwise ? "depthwise" : "convolution", at(&layer.output, i, y, x, o), activate(sum, a));
        }
  free(w), free(b), free(packed);
}

static void dense(const gurn_kernels *k, long channels, long outputs, int halves) {
  long width = 3, height = 2, images = 3;
  gurn_layer layer = {.operation = gurn_fully_connected, .activation = gurn_relu,
                      .input = tensor(width, height, rounded(channels), images),
                      .output = tensor(1, 1, rounded(outputs), images)};
  fill(&layer.input, channels, images);
  long each = channels * width * height;
  float *w = malloc((size_t)(outputs * each) * 4), *b = malloc((size_t)outputs * 4);
  for (long i = 0; i < outputs * each; i++) w[i] = halves ? (float)(int)(random_float() * 64) / 64 : random_float();
  for (long i = 0; i < outputs; i++) b[i] = random_float();
  float *packed = pack(k, &layer, channels, outputs, w, b);
  k->run(&layer, images);
  for (long i = 0; i < images; i++)
    for (long o = 0; o < outputs; o++) {
      double sum = b[o];
      for (long c = 0; c < channels; c++)
        for (long y = 0; y < height; y++)
          for (long x = 0; x < width; x++)
            sum += (double)at(&layer.input, i, y, x, c) * w[o * each + (c * height + y) * width + x];
      compare("fully connected", at(&layer.output, i, 0, 0, o), fmax(sum, 0));
    }
  free(w), free(b), free(packed);
}

int main(void) {
  int sets = 0;
  for (int index = 0; index < gurn_kernels_count(); index++) {
    const gurn_kernels *k = gurn_kernels_at(index);
    if (!k) continue;
    worst = 0, sets++;
    long channels[] = {1, 3, 5, 8, 12, 20, 33};
    for (unsigned i = 0; i < sizeof channels / sizeof *channels; i++)
      for (unsigned o = 1; o < sizeof channels / sizeof *channels; o++)
        for (int kernel = 1; kernel <= 3; kernel += 2)
          for (int stride = 1; stride <= 2; stride++)
            convolution(k, channels[i], channels[o], kernel, stride, 0, (gurn_activation)((i + o) % 5));
    for (unsigned i = 1; i < sizeof channels / sizeof *channels; i++)
      for (int stride = 1; stride <= 2; stride++) convolution(k, channels[i], 0, 3, stride, 1, gurn_relu);
    for (unsigned i = 1; i < sizeof channels / sizeof *channels; i++)
      for (int halves = 0; halves < 2; halves++) dense(k, channels[i], 5 + 31 * (long)i, halves);
    printf("%s: off by at most %.1e\n", k->name, worst);
  }
  return failed || !sets;
}

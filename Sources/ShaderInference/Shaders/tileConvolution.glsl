// result = ACTIVATION(bias + Σ weight × source) over taps and input channels, for the tiles of several images, groups of
// output channels and networks; with RESIDUAL, RESIDUAL_ACTIVATION(that + residual). With DEPTHWISE_ACTIVATION the source
// first goes through a depthwise 3×3 of its own, a block at a time. With LIGHT the source is a crop of the frame, luma and
// whether there is any (a margin has none), whose light is normalised as it is read.
uniform vec4 sizes[3];
uniform TENSOR source;
#ifdef MATRICES
// A matrix for each input block, tap and output block.
layout(std140) uniform Weights {
  vec4 bias[BIASES];
  mat4 matrices[MATRICES];
};
#else
// Column: tap; row: output channel; first layer: biases, a block in the row of its first channel; then a layer an input
// block. With LIGHT the second layer has a block a row, for its four outputs.
uniform highp sampler2DArray weights;
#endif
uniform TENSOR residual;
// Column: tap; row: block; second layer: biases.
uniform highp sampler2DArray depthwiseWeights;
in vec2 uv;
in vec2 residualUV;
// Source: origin, texels from group to group, blocks a group.
flat in vec4 one;
// Source blocks, row of the tile's first output channel, its first block, its first matrix.
flat in vec4 two;
// Residual: origin, texels from group to group, blocks a group.
flat in vec4 three;
// First depthwise row, …
flat in vec4 four;
#ifdef LIGHT
flat in vec2 light;
#endif
layout(location = 0) out TEXEL result[BLOCKS * TEXELS];

#ifndef MATRICES
vec4 row(float column, float index, float layer) {
  return textureLod(weights, vec3((vec2(column, index) + 0.5) / sizes[2].xy, layer), 0.0);
}
#endif

vec4 at(vec2 offset, float layer) { return load(source, uv + offset / sizes[1].xy, layer); }

#ifdef DEPTHWISE_ACTIVATION
vec4 depthwise(float shift, float layer, float block) {
  float v = (four.x + block + 0.5) / sizes[2].z;
  vec4 sum = textureLod(depthwiseWeights, vec3(0.5 / 9.0, v, 1.0), 0.0);
  for (int tap = 0; tap < DEPTHWISE_TAPS; ++tap) {
    vec4 weight = textureLod(depthwiseWeights, vec3((float(tap) + 0.5) / 9.0, v, 0.0), 0.0);
    sum += at(vec2(tap % 3 - 1, tap / 3 - 1) + vec2(shift, 0.0), layer) * weight;
  }
  return DEPTHWISE_ACTIVATION(sum);
}
#endif

#ifdef RESIDUAL_ACTIVATION
vec4 residualBlock(float block) {
  float group = floor((block + 0.5) / three.w);
  return load(residual, residualUV + vec2(group * three.z / sizes[1].z, 0.0), block - group * three.w);
}
#endif

void main() {
  float first = two.y;
  vec4 sum[BLOCKS];
#ifdef MATRICES
  int firstBias = int(first) / 4;
  int matrix = int(two.w);
#define START(i) sum[i] = bias[firstBias + i];
#else
#define START(i) sum[i] = row(0.0, first + 4.0 * float(i), 0.0);
#endif
  EACH(START)
#ifdef LIGHT
  for (int tap = 0; tap < TAPS; ++tap) {
    vec2 offset = TAPS == 1 ? vec2(0.0) : vec2(tap % 3 - 1, tap / 3 - 1);
    vec4 texel = at(offset, 0.0);
    float value = (texel.r - light.x * texel.g) * light.y;
#define BRIGHTEN(i) sum[i] += value * row(float(tap), first + 4.0 * float(i), 1.0);
    EACH(BRIGHTEN)
  }
#else
  float shift = 0.0;
  float layer = 0.0;
  int blocks = int(two.x);
  for (int block = 0; block < blocks; ++block) {
    for (int tap = 0; tap < TAPS; ++tap) {
#ifdef DEPTHWISE_ACTIVATION
      vec4 value = depthwise(shift, layer, float(block));
#else
      vec2 offset = TAPS == 1 ? vec2(0.0) : vec2(tap % 3 - 1, tap / 3 - 1);
      vec4 value = at(offset + vec2(shift, 0.0), layer);
#endif
#ifdef MATRICES
#define ACCUMULATE(i) sum[i] += value * matrices[matrix + i];
      EACH(ACCUMULATE)
      matrix += BLOCKS;
#else
      float column = float(tap);
      float from = float(block + 1);
#define ACCUMULATE(i) { \
        float r = first + 4.0 * float(i); \
        sum[i] += value * mat4(row(column, r, from), row(column, r + 1.0, from), row(column, r + 2.0, from), \
                               row(column, r + 3.0, from)); \
      }
      EACH(ACCUMULATE)
#endif
    }
    layer += 1.0;
    if (layer > one.w - 0.5) {
      layer = 0.0;
      shift += one.z;
    }
  }
#endif
#ifdef RESIDUAL_ACTIVATION
#define FINISH(i) { \
    vec4 all = RESIDUAL_ACTIVATION(ACTIVATION(sum[i]) + residualBlock(two.z + float(i))); \
    STORE(i, all); \
  }
#else
#define FINISH(i) { \
    vec4 all = ACTIVATION(sum[i]); \
    STORE(i, all); \
  }
#endif
  EACH(FINISH)
}

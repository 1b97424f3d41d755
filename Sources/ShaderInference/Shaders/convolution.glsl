// result = ACTIVATION(bias + Σ weight × source) over taps and input channels; with RESIDUAL, RESIDUAL_ACTIVATION(that +
// residual). With DEPTHWISE_ACTIVATION the source first goes through a depthwise 3×3 of its own, a block at a time.
uniform vec4 geometry[6];
uniform highp sampler2DArray source;
#ifdef MATRICES
// A matrix for each input block, tap and output block.
layout(std140) uniform Weights {
  vec4 bias[BLOCKS];
  mat4 matrices[MATRICES];
};
#else
// Column: tap; row: output channel; layer: input block. A last layer holds the biases, a block a row.
uniform highp sampler2DArray weights;
#endif
uniform highp sampler2DArray residual;
// Column: tap; row: block; second layer: biases.
uniform highp sampler2DArray depthwiseWeights;
in vec2 uv;
layout(location = 0) out vec4 result[BLOCKS];

#ifndef MATRICES
vec4 row(float column, float index, float layer) {
  return textureLod(weights, vec3((vec2(column, index) + 0.5) / geometry[4].xy, layer), 0.0);
}
#endif

vec4 at(vec2 offset, float block) {
  return textureLod(source, vec3(uv + offset / geometry[2].xy, block), 0.0);
}

#ifdef DEPTHWISE_ACTIVATION
vec4 depthwise(float block) {
  float v = (block + 0.5) / geometry[2].w;
  vec4 sum = textureLod(depthwiseWeights, vec3(0.5 / 9.0, v, 1.0), 0.0);
  for (int tap = 0; tap < DEPTHWISE_TAPS; ++tap) {
    vec4 weight = textureLod(depthwiseWeights, vec3((float(tap) + 0.5) / 9.0, v, 0.0), 0.0);
    sum += at(vec2(tap % 3 - 1, tap / 3 - 1), block) * weight;
  }
  return DEPTHWISE_ACTIVATION(sum);
}
#endif

void main() {
  float first = geometry[4].z;
  vec4 sum[BLOCKS];
#ifdef MATRICES
#define START(i) sum[i] = bias[i];
#else
#define START(i) sum[i] = row(0.0, first * 0.25 + float(i), geometry[2].w);
#endif
  EACH(START)
  for (int block = 0; block < SOURCE_BLOCKS; ++block) {
    float layer = float(block);
    for (int tap = 0; tap < TAPS; ++tap) {
#ifdef DEPTHWISE_ACTIVATION
      vec4 value = depthwise(layer);
#else
      vec2 offset = TAPS == 1 ? vec2(0.0) : vec2(tap % 3 - 1, tap / 3 - 1);
      vec4 value = at(offset, layer);
#endif
#ifdef MATRICES
#define ACCUMULATE(i) sum[i] += value * matrices[(block * TAPS + tap) * BLOCKS + i];
#else
      float column = float(tap);
#define ACCUMULATE(i) { \
        float r = first + 4.0 * float(i); \
        sum[i] += value * mat4(row(column, r, layer), row(column, r + 1.0, layer), row(column, r + 2.0, layer), \
                               row(column, r + 3.0, layer)); \
      }
#endif
      EACH(ACCUMULATE)
    }
  }
#ifdef RESIDUAL_ACTIVATION
#define FINISH(i) { \
    vec4 other = textureLod(residual, vec3(gl_FragCoord.xy / geometry[1].xy, first * 0.25 + float(i)), 0.0); \
    result[i] = storable(RESIDUAL_ACTIVATION(ACTIVATION(sum[i]) + other)); \
  }
#else
#define FINISH(i) result[i] = storable(ACTIVATION(sum[i]));
#endif
  EACH(FINISH)
}

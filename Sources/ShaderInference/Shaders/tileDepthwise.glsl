// result = ACTIVATION(bias + Σ weight × source) over the nine taps, each channel by itself; with RESIDUAL_ACTIVATION,
// RESIDUAL_ACTIVATION(that + residual). Tiles as those of convolutions.
uniform vec4 sizes[3];
uniform TENSOR source;
uniform TENSOR residual;
// Column: tap; row: block; second layer: biases.
uniform highp sampler2DArray depthwiseWeights;
in vec2 uv;
in vec2 residualUV;
flat in vec4 one;
flat in vec4 two;
flat in vec4 three;
flat in vec4 four;
layout(location = 0) out TEXEL result[BLOCKS * TEXELS];

vec4 depthwise(float block) {
  float group = floor((block + 0.5) / one.w);
  vec2 place = uv + vec2(group * one.z / sizes[1].x, 0.0);
  float v = (four.x + block + 0.5) / sizes[2].z;
  vec4 sum = textureLod(depthwiseWeights, vec3(0.5 / 9.0, v, 1.0), 0.0);
  for (int tap = 0; tap < DEPTHWISE_TAPS; ++tap) {
    vec4 weight = textureLod(depthwiseWeights, vec3((float(tap) + 0.5) / 9.0, v, 0.0), 0.0);
    sum += load(source, place + vec2(tap % 3 - 1, tap / 3 - 1) / sizes[1].xy, block - group * one.w) * weight;
  }
  return ACTIVATION(sum);
}

#ifdef RESIDUAL_ACTIVATION
vec4 residualBlock(float block) {
  float group = floor((block + 0.5) / three.w);
  return load(residual, residualUV + vec2(group * three.z / sizes[1].z, 0.0), block - group * three.w);
}
#endif

void main() {
  // Blocks beyond the last one are nobody's.
#ifdef RESIDUAL_ACTIVATION
#define FINISH(i) { \
    float block = min(two.z + float(i), two.x - 1.0); \
    vec4 all = RESIDUAL_ACTIVATION(depthwise(block) + residualBlock(block)); \
    STORE(i, all); \
  }
#else
#define FINISH(i) { \
    vec4 all = depthwise(min(two.z + float(i), two.x - 1.0)); \
    STORE(i, all); \
  }
#endif
  EACH(FINISH)
}

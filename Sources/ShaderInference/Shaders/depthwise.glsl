// result = ACTIVATION(bias + Σ weight × source) over the nine taps, each channel by itself; with RESIDUAL_ACTIVATION,
// RESIDUAL_ACTIVATION(that + residual).
uniform vec4 geometry[6];
uniform highp sampler2DArray source;
uniform highp sampler2DArray residual;
// Column: tap; row: block; second layer: biases.
uniform highp sampler2DArray depthwiseWeights;
in vec2 uv;
layout(location = 0) out vec4 result[BLOCKS];

vec4 depthwise(float block) {
  float v = (block + 0.5) / geometry[2].w;
  vec4 sum = textureLod(depthwiseWeights, vec3(0.5 / 9.0, v, 1.0), 0.0);
  for (int tap = 0; tap < TAPS; ++tap) {
    vec4 weight = textureLod(depthwiseWeights, vec3((float(tap) + 0.5) / 9.0, v, 0.0), 0.0);
    sum += textureLod(source, vec3(uv + vec2(tap % 3 - 1, tap / 3 - 1) / geometry[2].xy, block), 0.0) * weight;
  }
  return ACTIVATION(sum);
}

void main() {
  float first = geometry[4].z * 0.25;
#ifdef RESIDUAL_ACTIVATION
#define FINISH(i) { \
    float block = first + float(i); \
    vec4 other = textureLod(residual, vec3(gl_FragCoord.xy / geometry[1].xy, block), 0.0); \
    result[i] = storable(RESIDUAL_ACTIVATION(depthwise(block) + other)); \
  }
#else
#define FINISH(i) result[i] = storable(depthwise(first + float(i)));
#endif
  EACH(FINISH)
}

// result = ACTIVATION(source), or with RESIDUAL_ACTIVATION, RESIDUAL_ACTIVATION(source + residual).
// With VECTOR_SOURCE the source is a row of blocks, as fully connected layers leave it, and becomes an image of 1×1.
uniform vec4 geometry[6];
uniform highp sampler2DArray source;
uniform highp sampler2DArray residual;
in vec2 uv;
flat in int image;
layout(location = 0) out vec4 result[BLOCKS];

vec4 at(float block) {
#ifdef VECTOR_SOURCE
  return textureLod(source, vec3((vec2(block, float(image)) + 0.5) / geometry[2].xy, 0.0), 0.0);
#else
  return textureLod(source, vec3(uv, block), 0.0);
#endif
}

void main() {
  float first = geometry[4].z * 0.25;
#ifdef RESIDUAL_ACTIVATION
#define FINISH(i) { \
    float block = first + float(i); \
    vec4 other = textureLod(residual, vec3(gl_FragCoord.xy / geometry[1].xy, block), 0.0); \
    result[i] = storable(RESIDUAL_ACTIVATION(at(block) + other)); \
  }
#else
#define FINISH(i) result[i] = storable(ACTIVATION(at(first + float(i))));
#endif
  EACH(FINISH)
}

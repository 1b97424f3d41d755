// result = the mean of a block of the source, whose width and height stand in geometry[3].zw.
uniform vec4 geometry[6];
uniform highp sampler2DArray source;
in vec2 uv;
layout(location = 0) out vec4 result[BLOCKS];

void main() {
  float first = geometry[4].z * 0.25;
  vec2 extent = geometry[3].zw;
  vec4 sum[BLOCKS];
#define START(i) sum[i] = vec4(0.0);
  EACH(START)
  for (float y = 0.0; y < extent.y; ++y) {
    for (float x = 0.0; x < extent.x; ++x) {
      vec2 place = uv + vec2(x, y) / geometry[2].xy;
#define ACCUMULATE(i) sum[i] += textureLod(source, vec3(place, first + float(i)), 0.0);
      EACH(ACCUMULATE)
    }
  }
#define FINISH(i) result[i] = storable(ACTIVATION(sum[i] / (extent.x * extent.y)));
  EACH(FINISH)
}

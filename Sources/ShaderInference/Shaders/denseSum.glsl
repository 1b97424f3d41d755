// The other part of a fully connected layer: result = ACTIVATION(bias + Σ slices).
uniform vec4 geometry[6];
uniform highp sampler2DArray source;
uniform highp sampler2DArray weights;
layout(location = 0) out vec4 result[BLOCKS];

void main() {
  float block = gl_FragCoord.x - 0.5;
  float slices = geometry[5].x;
  float first = (gl_FragCoord.y - 0.5) * slices;
  vec4 sum = textureLod(weights, vec3(0.5 / geometry[4].x, (block + 0.5) / geometry[4].y, geometry[4].w), 0.0);
  for (float slice = 0.0; slice < slices; ++slice) {
    sum += textureLod(source, vec3((vec2(block, first + slice) + 0.5) / geometry[2].xy, 0.0), 0.0);
  }
  result[0] = storable(ACTIVATION(sum));
}

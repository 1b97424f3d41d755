// Mean and 1 / (standard deviation + 0.01) of each image, from its cells.
uniform highp sampler2DArray source;
layout(location = 0) out vec4 result[BLOCKS];

vec4 cell(int image, int i) {
  return texelFetch(source, ivec3(image * CELLS + i % CELLS, i / CELLS, 0), 0);
}

void main() {
  int image = int(gl_FragCoord.x);
  vec2 sums = vec2(0.0);
  for (int i = 0; i < CELLS * CELLS; ++i) {
    vec4 one = cell(image, i);
    sums += vec2(one.x * one.z, one.z);
  }
  float mean = sums.x / sums.y;
  float squares = 0.0;
  for (int i = 0; i < CELLS * CELLS; ++i) {
    vec4 one = cell(image, i);
    float d = one.x - mean;
    squares += one.y + one.z * d * d;
  }
  result[0] = vec4(mean, 1.0 / (sqrt(squares / sums.y) + 0.01), 0.0, 0.0);
}

// The image cut into CELLS × CELLS cells: mean, sum of squared deviations and count of each.
uniform vec4 geometry[6];
uniform highp sampler2DArray source;
layout(location = 0) out vec4 result[BLOCKS];

void main() {
  int image = int(gl_FragCoord.x) / CELLS;
  ivec2 cell = ivec2(gl_FragCoord.xy) - ivec2(image * CELLS, 0);
  ivec2 size = ivec2(geometry[3].zw);
  ivec2 low = cell * size / CELLS;
  ivec2 high = (cell + 1) * size / CELLS;
  vec2 origin = geometry[3].xy + vec2(geometry[2].z * float(image), 0.0) + 0.5;
  float pivot = textureLod(source, vec3((origin + vec2(low)) / geometry[2].xy, 0.0), 0.0).r;
  // About a pivot, so that no small difference of large sums is taken.
  vec2 sums = vec2(0.0);
  for (int y = low.y; y < high.y; ++y) {
    for (int x = low.x; x < high.x; ++x) {
      float d = textureLod(source, vec3((origin + vec2(x, y)) / geometry[2].xy, 0.0), 0.0).r - pivot;
      sums += vec2(d, d * d);
    }
  }
  ivec2 edge = high - low;
  float count = float(edge.x * edge.y);
  float many = max(count, 1.0);
  result[0] = vec4(pivot + sums.x / many, max(sums.y - sums.x * sums.x / many, 0.0), count, 0.0);
}

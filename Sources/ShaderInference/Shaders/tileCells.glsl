// Crops cut into CELLS × CELLS cells: mean, mean of squared deviations, and count of each.
uniform vec4 sizes[3];
uniform TENSOR source;
flat in vec4 corner;
// The crop's origin; its width and height.
flat in vec4 one;
flat in vec4 two;
layout(location = 0) out TEXEL result[BLOCKS * TEXELS];

float luma(vec2 pixel) { return load(source, (one.xy + pixel + 0.5) / sizes[1].xy, 0.0).r; }

void main() {
  ivec2 cell = ivec2(gl_FragCoord.xy - corner.xy);
  ivec2 size = ivec2(two.xy);
  ivec2 low = cell * size / CELLS;
  ivec2 high = (cell + 1) * size / CELLS;
  float pivot = luma(vec2(low));
  // About a pivot, so that no small difference of large sums is taken.
  vec2 sums = vec2(0.0);
  for (int y = low.y; y < high.y; ++y) {
    for (int x = low.x; x < high.x; ++x) {
      float d = luma(vec2(x, y)) - pivot;
      sums += vec2(d, d * d);
    }
  }
  ivec2 edge = high - low;
  float count = float(edge.x * edge.y);
  vec2 means = sums / max(count, 1.0);
  vec4 all = vec4(pivot + means.x, max(means.y - means.x * means.x, 0.0), count, 0.0);
  STORE(0, all);
}

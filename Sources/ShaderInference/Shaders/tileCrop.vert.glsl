// Covers the crops' tiles, one instance a crop, and places each crop in the frame: by a transform, or, with LANDMARKS, by
// what the window network has just left in a vector texture.
uniform vec4 sizes[3];
layout(location = 0) in vec4 tile;
// The crop's number.
layout(location = 1) in vec4 given1;
// Centre x, y, side in frame pixels, and roll: the crop itself, or the window that the landmarks lie in.
uniform vec4 window;
// The window's mirroring (±1), taps an edge.
uniform vec2 placing;
#ifdef LANDMARKS
uniform TENSOR sheet;
// For each crop: mirroring (±1), side factor, offset along the down axis in sides.
uniform vec4 crops[MAXIMUM_CROPS];
// For each crop: first element of its list in `landmarks`, how many.
uniform ivec2 list[MAXIMUM_CROPS];
uniform int landmarks[MAXIMUM_CROPS * MAXIMUM_LANDMARKS];
// Row, first element there of the landmarks, the same of the correction.
uniform vec4 sheetMap;

float element(float row, int index) {
  vec2 place = (vec2(index / 4, row) + 0.5) / vec2(textureSize(sheet, 0).xy);
  vec4 texel = load(sheet, place, 0.0);
  int component = index & 3;
  return component == 0 ? texel.x : component == 1 ? texel.y : component == 2 ? texel.z : texel.w;
}
#endif
// Pixels of the crop.
out vec2 pixel;
flat out vec2 size;
flat out vec2 centre;
// Frame pixels from one crop pixel to the next, across and down.
flat out vec2 across;
flat out vec2 down;
// Taps an edge.
flat out float taps;

void main() {
  pixel = vec2(gl_VertexID & 1, gl_VertexID >> 1) * tile.zw;
  size = tile.zw;
  gl_Position = vec4((tile.xy + pixel) / sizes[0].xy * 2.0 - 1.0, 0.0, 1.0);
  vec4 crop = window;
  float mirroring = placing.x;
#ifdef LANDMARKS
  int number = int(given1.x);
  vec4 given = crops[number];
  vec2 sum = vec2(0.0);
  for (int i = 0; i < list[number].y; ++i) {
    int first = int(sheetMap.y) + 2 * landmarks[list[number].x + i];
    sum += vec2(element(sheetMap.x, first), element(sheetMap.x, first + 1));
  }
  vec2 mean = sum / float(list[number].y) * 0.5;
  int correction = int(sheetMap.w);
  float c = cos(crop.w);
  float s = sin(crop.w);
  crop.xy += vec2(c, -s) * (mean.x * mirroring * crop.z) + vec2(s, c) * (mean.y * crop.z);
  crop.z *= exp(element(sheetMap.z, correction + 2)) * given.y;
  crop.w += element(sheetMap.z, correction + 3);
  crop.xy += vec2(sin(crop.w), cos(crop.w)) * (given.z * crop.z);
  mirroring = given.x;
#endif
  float scale = crop.z / tile.z;
  centre = crop.xy;
  across = vec2(cos(crop.w), -sin(crop.w)) * (scale * mirroring);
  down = vec2(sin(crop.w), cos(crop.w)) * scale;
#ifdef LANDMARKS
  taps = clamp(ceil(scale), 1.0, 8.0);
#else
  taps = placing.y;
#endif
}

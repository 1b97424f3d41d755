// Covers the tiles of a crop, one instance an image of the batch, and places each crop in the frame: by a transform, or,
// with LANDMARKS, by what the window network has just left in the sheet.
uniform vec4 geometry[6];
// Centre x, y, side in frame pixels, and roll: the crop itself, or the window that the landmarks lie in.
uniform vec4 window[2];
// The crop's mirroring (±1), then taps an edge; with LANDMARKS: the crop's mirroring, the window's mirroring, side factor,
// offset along the down axis in sides.
uniform vec4 placing[2];
#ifdef LANDMARKS
uniform highp sampler2DArray sheet;
// For each image: first element of its list in `landmarks`, how many.
uniform ivec2 list[2];
uniform int landmarks[2 * MAXIMUM_LANDMARKS];
// Elements of the sheet where `landmarks` and `correction` begin; columns of the sheet.
uniform vec3 sheetMap;

float element(int index) {
  int columns = int(sheetMap.z);
  int texel = index / 4;
  int y = texel / columns;
  vec4 four = texelFetch(sheet, ivec3(texel - y * columns, y, 0), 0);
  int component = index & 3;
  return component == 0 ? four.x : component == 1 ? four.y : component == 2 ? four.z : four.w;
}
#endif
// Pixels of the crop.
out vec2 pixel;
flat out vec2 centre;
// Frame pixels from one crop pixel to the next, across and down.
flat out vec2 across;
flat out vec2 down;
// Taps an edge.
flat out float taps;

void main() {
  vec4 tile = geometry[0];
  int image = gl_InstanceID;
  pixel = vec2(gl_VertexID & 1, gl_VertexID >> 1) * tile.zw;
  vec2 corner = tile.xy + vec2(geometry[1].z * float(image), 0.0) + pixel;
  gl_Position = vec4(corner / geometry[1].xy * 2.0 - 1.0, 0.0, 1.0);

  vec4 crop = window[image];
  vec4 place = placing[image];
#ifdef LANDMARKS
  vec2 sum = vec2(0.0);
  for (int i = 0; i < list[image].y; ++i) {
    int first = int(sheetMap.x) + 2 * landmarks[list[image].x + i];
    sum += vec2(element(first), element(first + 1));
  }
  vec2 mean = sum / float(list[image].y) * 0.5;
  int correction = int(sheetMap.y);
  float c = cos(crop.w);
  float s = sin(crop.w);
  crop.xy += vec2(c, -s) * (mean.x * place.y * crop.z) + vec2(s, c) * (mean.y * crop.z);
  crop.z *= exp(element(correction + 2)) * place.z;
  crop.w += element(correction + 3);
  crop.xy += vec2(sin(crop.w), cos(crop.w)) * (place.w * crop.z);
#endif
  float scale = crop.z / tile.z;
  centre = crop.xy;
  across = vec2(cos(crop.w), -sin(crop.w)) * (scale * place.x);
  down = vec2(sin(crop.w), cos(crop.w)) * scale;
#ifdef LANDMARKS
  taps = clamp(ceil(scale), 1.0, 8.0);
#else
  taps = place.y;
#endif
}

// Covers the tiles of a pass, one instance a tile, and hands on what its pixels need. What the numbers of an instance are
// depends on the shader; the first are always the tile's x, y, width and height in texels.
// Target width, height, stride; source width, height, residual width, height; weights width, height, depthwise rows.
uniform vec4 sizes[3];
layout(location = 0) in vec4 tile;
layout(location = 1) in vec4 given1;
layout(location = 2) in vec4 given2;
layout(location = 3) in vec4 given3;
layout(location = 4) in vec4 given4;
// Where the source and the residual are read.
out vec2 uv;
out vec2 residualUV;
flat out vec4 corner;
flat out vec4 one;
flat out vec4 two;
flat out vec4 three;
flat out vec4 four;
#ifdef LIGHT
uniform TENSOR cells;
// The mean of an image, and 1 / (standard deviation + 0.01).
flat out vec2 light;

vec4 cell(float image, int i) {
  vec2 place = vec2(image * float(CELLS) + float(i % CELLS), i / CELLS) + 0.5;
  return load(cells, place / vec2(textureSize(cells, 0).xy), 0.0);
}

vec2 moments(float image) {
  vec2 sums = vec2(0.0);
  for (int i = 0; i < CELLS * CELLS; ++i) {
    vec4 part = cell(image, i);
    sums += vec2(part.x * part.z, part.z);
  }
  float mean = sums.x / sums.y;
  float squares = 0.0;
  for (int i = 0; i < CELLS * CELLS; ++i) {
    vec4 part = cell(image, i);
    float d = part.x - mean;
    // A cell's mean of squares, so that halves can hold it.
    squares += part.z * (part.y + d * d);
  }
  return vec2(mean, 1.0 / (sqrt(max(squares / sums.y, 0.0)) + 0.01));
}
#endif

void main() {
  vec2 pixel = vec2(gl_VertexID & 1, gl_VertexID >> 1) * tile.zw;
  gl_Position = vec4((tile.xy + pixel) / sizes[0].xy * 2.0 - 1.0, 0.0, 1.0);
  // At the centre of output pixel o this is the centre of source pixel stride * o.
  uv = ((pixel - 0.5) * sizes[0].z + 0.5 + given1.xy) / sizes[1].xy;
  residualUV = (pixel + given3.xy) / sizes[1].zw;
  corner = tile;
  one = given1;
  two = given2;
  three = given3;
  four = given4;
#ifdef LIGHT
  light = four.y > 0.5 ? moments(four.z) : vec2(0.0, 1.0);
#endif
}

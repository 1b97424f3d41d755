// What operators on any number of axes share: reading an element by its place in row-major order, and writing a texel of
// four channels. An operator gives `float value(int index)`, the result's element of that index.
uniform vec4 geometry[6];
uniform highp sampler2DArray source;
uniform highp sampler2DArray weights;
uniform highp sampler2DArray residual;
flat in int image;
layout(location = 0) out vec4 result[BLOCKS];

float value(int index);

// Of an image of `shape`: height, width, texels from one image of the batch to the next.
float element(highp sampler2DArray tensor, ivec3 shape, int index) {
  int area = shape.x * shape.y;
  int channel = index / area;
  int place = index - channel * area;
  int y = place / shape.y;
  int x = place - y * shape.y;
  vec4 four = texelFetch(tensor, ivec3(1 + image * shape.z + x, 1 + y, channel >> 2), 0);
  int component = channel & 3;
  return component == 0 ? four.x : component == 1 ? four.y : component == 2 ? four.z : four.w;
}

vec4 block(int first, int place) {
  vec4 four = vec4(0.0);
  // The bound is no constant, so that the operator is compiled once and not four times.
  for (int k = 0; k < int(geometry[5].x); ++k) {
    int channel = first + k;
    float x = channel < CHANNELS ? value(channel * AREA + place) : 0.0;
    four = vec4(k == 0 ? x : four.x, k == 1 ? x : four.y, k == 2 ? x : four.z, k == 3 ? x : four.w);
  }
  return ACTIVATION(four);
}

void main() {
  ivec2 pixel = ivec2(gl_FragCoord.xy) - ivec2(geometry[0].xy) - ivec2(image * int(geometry[1].z), 0);
  int place = pixel.y * WIDTH + pixel.x;
  int first = int(geometry[4].z);
#define FINISH(i) result[i] = storable(block(first + 4 * i, place));
  EACH(FINISH)
}

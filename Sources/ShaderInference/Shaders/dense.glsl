// Part of a fully connected layer: pixel (output block, image * slices + slice) is the sum over that slice of the input.
// With ACTIVATION there is one slice, and the result is ACTIVATION(bias + sum).
uniform vec4 geometry[6];
uniform highp sampler2DArray source;
// Column: place in a layer; row: output channel; layer: input layer. A last layer holds the biases, a block a row.
uniform highp sampler2DArray weights;
layout(location = 0) out vec4 result[BLOCKS];

vec4 row(float column, float index, float layer) {
  return textureLod(weights, vec3((vec2(column, index) + 0.5) / geometry[4].xy, layer), 0.0);
}

void main() {
  int block = int(gl_FragCoord.x);
  int slices = int(geometry[5].x);
  int layersEach = int(geometry[5].y);
  int image = int(gl_FragCoord.y) / slices;
  int slice = int(gl_FragCoord.y) - image * slices;
  int layers = int(geometry[2].w);
  // A vector has an image a row, an image's tiles stand side by side.
  vec2 origin = geometry[3].xy + geometry[5].zw * float(image) + 0.5;
  float r = 4.0 * float(block);
  vec4 sum = vec4(0.0);
  for (int layer = slice * layersEach; layer < min((slice + 1) * layersEach, layers); ++layer) {
    float column = 0.0;
    for (float y = 0.0; y < geometry[3].w; ++y) {
      for (float x = 0.0; x < geometry[3].z; ++x) {
        vec4 value = textureLod(source, vec3((origin + vec2(x, y)) / geometry[2].xy, float(layer)), 0.0);
        sum += value * mat4(row(column, r, float(layer)), row(column, r + 1.0, float(layer)),
                            row(column, r + 2.0, float(layer)), row(column, r + 3.0, float(layer)));
        column += 1.0;
      }
    }
  }
#ifdef ACTIVATION
  result[0] = storable(ACTIVATION(sum + row(0.0, float(block), geometry[2].w)));
#else
  result[0] = storable(sum);
#endif
}

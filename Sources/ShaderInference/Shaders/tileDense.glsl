// Fully connected layers, an instance an image: pixel (output block, slice) is the sum over a slice of the input's blocks,
// from the biases on in the first slice. What reads a layer in slices sums them and applies the activation.
uniform vec4 sizes[3];
uniform TENSOR source;
// Column: place in a block; row: output channel; first layer: biases, a block in the row of its first channel; then a
// layer an input block.
uniform highp sampler2DArray weights;
flat in vec4 corner;
// Source: origin, texels from group to group, blocks a group.
flat in vec4 one;
// Source blocks, row of the first output channel, the source's width and height.
flat in vec4 two;
// Activation of the result and of the source, slices of the result, 1 for a copy of the source.
flat in vec4 three;
// Slices of the source.
flat in vec4 four;
layout(location = 0) out TEXEL result[BLOCKS * TEXELS];

vec4 activated(vec4 x, float which) {
  if (which < 0.5) return x;
  if (which < 1.5) return relu(x);
  if (which < 2.5) return relu6(x);
  return which < 3.5 ? sigmoid(x) : elu(x);
}

vec4 row(float column, float index, float layer) {
  return textureLod(weights, vec3((vec2(column, index) + 0.5) / sizes[2].xy, layer), 0.0);
}

vec4 at(vec2 offset, float layer) {
  vec2 place = one.xy + offset + 0.5;
  vec4 sum = load(source, place / sizes[1].xy, layer);
  for (float slice = 1.0; slice < four.x; ++slice) {
    sum += load(source, (place + vec2(0.0, slice)) / sizes[1].xy, layer);
  }
  return activated(sum, three.y);
}

void main() {
  vec2 pixel = floor(gl_FragCoord.xy - corner.xy);
  float first = two.y + 4.0 * pixel.x;
  vec4 sum;
  if (three.w > 0.5) {
    sum = at(vec2(pixel.x, 0.0), 0.0);
  } else {
    int blocks = int(two.x);
    int each = (blocks + int(three.z) - 1) / int(three.z);
    int begin = int(pixel.y) * each;
    sum = begin == 0 ? row(0.0, first, 0.0) : vec4(0.0);
    for (int block = begin; block < min(begin + each, blocks); ++block) {
      float group = floor((float(block) + 0.5) / one.w);
      float from = float(block + 1);
      float column = 0.0;
      for (float y = 0.0; y < two.w; ++y) {
        for (float x = 0.0; x < two.z; ++x) {
          vec4 value = at(vec2(x + group * one.z, y), float(block) - group * one.w);
          sum += value * mat4(row(column, first, from), row(column, first + 1.0, from), row(column, first + 2.0, from),
                              row(column, first + 3.0, from));
          column += 1.0;
        }
      }
    }
    sum = activated(sum, three.x);
  }
  STORE(0, sum);
}

// Lays runs of images' elements, in C, H, W order, four to a texel into rows of the sheet that is read back.
uniform vec4 sizes[3];
uniform TENSOR source;
flat in vec4 corner;
// Source: origin, texels from group to group, blocks a group.
flat in vec4 one;
// The image's width and height, the first element, how many.
flat in vec4 two;
layout(location = 0) out TEXEL result[BLOCKS * TEXELS];

float element(int index) {
  int width = int(two.x);
  int area = width * int(two.y);
  int channel = index / area;
  int place = index - channel * area;
  int y = place / width;
  int group = channel / 4 / int(one.w);
  vec2 texel = one.xy + vec2(place - y * width + group * int(one.z), y) + 0.5;
  vec4 block = load(source, texel / sizes[1].xy, float(channel / 4 - group * int(one.w)));
  int component = channel & 3;
  return component == 0 ? block.x : component == 1 ? block.y : component == 2 ? block.z : block.w;
}

void main() {
  ivec2 pixel = ivec2(gl_FragCoord.xy - corner.xy);
  int first = int(two.z) + 4 * (pixel.y * int(corner.z) + pixel.x);
  int last = int(two.z) + int(two.w) - 1;
  vec4 all = vec4(element(min(first, last)), element(min(first + 1, last)), element(min(first + 2, last)),
                  element(min(first + 3, last)));
  STORE(0, all);
}

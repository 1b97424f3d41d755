// Lays a run of a value's elements, in C, H, W order, four to a texel into rows of the sheet that is read back.
uniform vec4 geometry[6];
uniform highp sampler2DArray source;
layout(location = 0) out vec4 result[BLOCKS];

float element(int index) {
  int width = int(geometry[3].z);
  int area = width * int(geometry[3].w);
  int channel = index / area;
  int place = index - channel * area;
  vec2 texel = geometry[3].xy + 0.5;
  float layer = 0.0;
#ifdef VECTOR_SOURCE
  texel.x += float(channel / 4);
#else
  int y = place / width;
  texel += vec2(place - y * width, y);
  layer = float(channel / 4);
#endif
  vec4 four = textureLod(source, vec3(texel / geometry[2].xy, layer), 0.0);
  int component = channel & 3;
  return component == 0 ? four.x : component == 1 ? four.y : component == 2 ? four.z : four.w;
}

void main() {
  ivec2 pixel = ivec2(gl_FragCoord.xy - geometry[0].xy);
  int slot = 4 * (pixel.y * int(geometry[0].z) + pixel.x);
  int first = int(geometry[5].x) + slot;
  int last = int(geometry[5].x) + int(geometry[5].y) - 1;
  result[0] = vec4(element(min(first, last)), element(min(first + 1, last)), element(min(first + 2, last)),
                   element(min(first + 3, last)));
}

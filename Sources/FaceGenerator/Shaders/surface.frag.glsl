// Leaves what skin.frag needs at each pixel: triangles of a few pixels are shaded far cheaper this way, because drivers
// shade whole blocks of pixels for each of them.
precision highp float;
precision highp sampler2DArray;
in vec3 seen;
in vec3 restPlace;
in float openness;
in vec3 facing;
in vec2 texturePlace;
in vec2 photoPlace;
flat in float code;
uniform vec2 textureEdge;                // texels along u and v
layout(location = 0) out vec4 placed;    // rest place, openness to light plus twice the surface code
layout(location = 1) out vec4 faced;     // normal (camera axes) as long as the depth, u in ICT's layout
layout(location = 2) out vec4 textured;  // u, v in the photographs, level of detail, v in ICT's layout

void main() {
  vec2 across = dFdx(photoPlace) * textureEdge;
  vec2 down = dFdy(photoPlace) * textureEdge;
  float level = 0.5 * log2(max(max(dot(across, across), dot(down, down)), 1e-9));
  placed = vec4(restPlace, openness + 2.0 * code);
  faced = vec4(normalize(facing) * -seen.z, texturePlace.x);
  textured = vec4(photoPlace, level, texturePlace.y);
}

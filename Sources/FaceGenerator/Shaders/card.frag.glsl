// Colours hair and brow cards: the picture gives strands and outline, the person the colour.
precision highp float;
precision highp sampler2DArray;
in vec3 seen;
in vec3 facing;
in vec2 spot;
uniform sampler2DArray cards;
uniform float layer;
uniform float brightness;                // linear mean of the picture
uniform vec3 tint;                       // linear
uniform float cut;                       // alpha below which nothing is drawn
uniform float shine;
out vec4 colour;

void main() {
  vec4 card = texture(cards, vec3(spot, layer));
  if (card.a < cut) discard;
  float level = dot(card.rgb, vec3(0.25, 0.5, 0.25));
  vec3 n = normalize(facing);
  if (dot(n, seen) > 0.0) n = -n;
  vec3 a = tint * clamp(level * level / brightness, 0.15, 2.5);
  colour = vec4(shown(lit(a, n, seen, 0.85, shine, 18.0)).rgb, card.a);
}

// Colours skin and scalp: photographs, brows, stubble, hair, hats.
precision highp float;
precision highp sampler2DArray;
in vec3 seen;
in vec3 modelPlace;
in vec3 restPlace;
in float openness;
in vec3 facing;
in vec2 texturePlace;
in vec2 photoPlace;                      // where the photographs show this spot; texturePlace is ICT's layout
flat in float code;
uniform sampler2DArray skins;
uniform vec3 skinLayers;                 // first, second, share of the second
uniform vec4 skinTone;                   // gain by channel, contrast exponent
uniform vec3 skinColour;                 // linear, where no photograph is
uniform vec4 brow;                       // darkening of the photograph's brow, drawn brow strength, width, lift
uniform vec3 browColour;
uniform vec4 beard;                      // strength, chin only 0/1, moustache strength, seed
uniform vec3 hairColour;
uniform vec3 coverColour;
uniform vec3 clothColour;
uniform float bald;
uniform vec3 lipTint;
uniform float shine;
out vec4 colour;

vec3 skin(vec2 t) {
  vec3 a = texture(skins, vec3(photoPlace, skinLayers.x)).rgb;
  if (skinLayers.z > 0.0) a = mix(a, texture(skins, vec3(photoPlace, skinLayers.y)).rgb, skinLayers.z);
  a *= a;
  float u = abs(t.x - 0.5);
  // Lids: the photograph shows an open eye there, so plain skin shows when the lid closes.
  vec2 lid = (vec2(u, t.y) - vec2(0.165, 0.268)) / vec2(0.062, 0.030);
  float lidShare = smoothstep(1.0, 0.55, dot(lid, lid));
  a = mix(a, skinColour * 0.8, lidShare * 0.85);
  // Brow: an arc in texture space, so that it moves with the skin.
  float along = (u - 0.045) / 0.21;
  if (along > -0.05 && along < 1.05 && t.y > 0.13 && t.y < 0.24) {
    float arc = 0.203 - 0.026 * sin(clamp(along, 0.0, 1.0) * 2.2) - brow.w;
    float off = (t.y - arc) / (brow.z * (1.15 - 0.7 * along));
    float inside = smoothstep(1.0, 0.3, abs(off)) * smoothstep(-0.05, 0.08, along) * smoothstep(1.05, 0.8, along);
    float dark = clamp((dot(skinColour, vec3(0.333)) - dot(a, vec3(0.333))) / (dot(skinColour, vec3(0.333)) + 0.01), 0.0, 1.0);
    float wide = smoothstep(2.2, 1.0, abs(off));
    a *= 1.0 + brow.x * dark * wide;
    float strands = 0.55 + 0.45 * noise(vec2(t.x * 420.0 + t.y * 300.0 * sign(t.x - 0.5), t.y * 130.0));
    a = mix(a, browColour, inside * strands * brow.y);
  }
  // Stubble and beard.
  if (beard.x + beard.z > 0.0 && t.y > 0.38) {
    vec2 lips = vec2(u, t.y - 0.555) / vec2(0.115, 0.072);
    float offLips = smoothstep(0.9, 1.25, dot(lips, lips));
    float jaw = smoothstep(0.45 + 0.22 * beard.y, 0.62, t.y + 0.2 * u) * smoothstep(0.36, 0.28, u)
      * smoothstep(-9.8, -7.6, restPlace.y) * smoothstep(0.385, 0.43, t.y);
    if (beard.y > 0.5) jaw *= smoothstep(0.14, 0.09, u);
    float lip = smoothstep(0.425, 0.455, t.y) * smoothstep(0.57, 0.50, t.y) * smoothstep(0.13, 0.09, u);
    float grain = 0.45 + 0.75 * noise(t * 330.0 + beard.w);
    a = mix(a, hairColour * 0.6 + 0.004, clamp(offLips * grain * (jaw * beard.x + lip * beard.z), 0.0, 0.92));
  }
  vec2 lips = vec2(u, t.y - 0.555) / vec2(0.112, 0.068);
  a *= mix(vec3(1.0), lipTint, smoothstep(1.1, 0.8, dot(lips, lips)));
  return pow(max(a, vec3(0.0005)), vec3(skinTone.w)) * skinTone.rgb;
}

void main() {
  vec3 n = normalize(facing);
  float open = openness;
  float gloss = shine;
  vec3 a = code < 0.5
    ? skin(texturePlace) : pow(max(skinColour, vec3(0.0005)), vec3(skinTone.w)) * skinTone.rgb;
  vec3 p = restPlace;
  open *= mix(1.0, 0.45, smoothstep(-6.0, -9.5, p.y) * smoothstep(11.5, 7.0, p.z));
  vec2 corner = vec2(abs(p.x) - 1.75, p.y - 3.3);
  open *= 1.0 - 0.35 * exp(-dot(corner, corner) * 1.6);
  float strands = noise(vec2(p.x * 9.0 + p.z * 7.0, p.y * 0.9) + beard.w);
  float wobble = 1.1 * (noise(p.xy * 1.3 + beard.w) - 0.5) + 0.8 * (strands - 0.5);
  float hair = smoothstep(-0.15, 0.25, hairDepth(p, wobble)) * (1.0 - bald);
  if (hair > 0.0) {
    float depth = smoothstep(0.0, 3.0, hairDepth(p, 0.0));
    vec3 strand = hairColour * (0.45 + 1.0 * strands);
    a = mix(a, strand, hair);
    open *= mix(1.0, mix(0.5, 1.0, depth), hair);
    gloss = mix(gloss, 0.08, hair);
  }
  if (coverLine.w > 0.0 && coverDepth(p) > 0.0) {
    a = coverColour * (0.8 + 0.4 * noise(p.xy * 6.0 + p.z));
    open = mix(0.4, 1.0, smoothstep(0.0, 1.5, coverDepth(p)));
    gloss = 0.0;
  }
  // The model has the beginning of shoulders: they are dressed.
  if (p.y < -11.2 - 0.12 * p.z) {
    a = clothColour;
    open = 0.75;
    gloss = 0.0;
  }
  colour = shown(lit(a, n, seen, open, gloss, 22.0));
}

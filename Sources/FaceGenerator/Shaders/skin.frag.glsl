// Colours skin and scalp: photographs, brows, stubble, hair, hats. Runs once for each pixel that shows skin, on what
// surface.frag left there. BLENDED, BEARDED, COVERED and BALD are true or false: software drivers run both sides of an
// `if`, so that each kind of person has a program of its own.
precision highp float;
precision highp sampler2DArray;
in vec2 spot;
uniform highp sampler2D placeMap;        // rest place, openness to light plus twice the surface code
uniform highp sampler2D facingMap;       // normal (camera axes) as long as the depth, u in ICT's layout
uniform highp sampler2D textureMap;      // u, v in the photographs, level of detail, v in ICT's layout
uniform vec4 projection;
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
uniform vec3 lipTint;
uniform float shine;
uniform vec4 foreheadCreases;            // raise of the inner brow, of the left and of the right outer brow; depth of all creases 0…1
uniform vec4 frownCreases;               // brow down left, right; nose sneer left, right
uniform vec4 cheekCreases;               // smile left, right; squint left, right
out vec4 colour;
vec3 seen;
vec3 restPlace;
float openness;
vec3 facing;
vec2 texturePlace;                       // in ICT's layout
vec2 photoPlace;                         // where the photographs show this spot
float textureLevel;
float code;

void fetch() {
  ivec2 pixel = ivec2(gl_FragCoord.xy);
  vec4 placed = texelFetch(placeMap, pixel, 0);
  vec4 faced = texelFetch(facingMap, pixel, 0);
  vec4 textured = texelFetch(textureMap, pixel, 0);
  seen = vec3((spot.x - projection.z) / projection.x, (projection.w - spot.y) / projection.y, -1.0) * length(faced.xyz);
  restPlace = placed.xyz;
  code = step(1.5, placed.w);
  openness = placed.w - 2.0 * code;
  facing = faced.xyz;
  texturePlace = vec2(faced.w, textured.w);
  photoPlace = textured.xy;
  textureLevel = textured.z;
}

float folds(float x, float width) {
  float wave = 0.5 + 0.5 * cos(x * 6.2832 / width);
  return wave * wave * wave;
}

// What the folds of skin leave of its light. Folds lie across the pull of the muscles: p is in rest space, so they move with the skin.
float creased(vec3 p) {
  if (foreheadCreases.w <= 0.0 || p.z < 4.0) return 1.0;
  float u = abs(p.x);
  bool isLeft = p.x > 0.0;
  float wander = noise(p.xy * vec2(0.7, 1.6) + beard.w);
  float raise = foreheadCreases.x * smoothstep(4.0, 0.5, u)
    + (isLeft ? foreheadCreases.y : foreheadCreases.z) * smoothstep(0.5, 3.0, u);
  float forehead = folds(p.y + 0.35 * wander + 0.04 * u * u, 0.85)
    * smoothstep(6.7, 7.2, p.y + 0.1 * u) * smoothstep(9.6, 8.4, p.y) * smoothstep(5.4, 4.0, u) * raise;
  vec2 glabella = vec2((u - 0.5 - 0.15 * wander) / 0.17, (p.y - 5.5) / 0.9);
  float frown = exp(-dot(glabella, glabella)) * (isLeft ? frownCreases.x : frownCreases.y);
  float bridge = folds(p.y - 0.5 * u + 0.2 * wander, 0.5) * smoothstep(1.6, 2.2, p.y) * smoothstep(4.2, 3.4, p.y)
    * smoothstep(1.4, 0.8, u) * (isLeft ? frownCreases.z : frownCreases.w);
  float fold = (u - 1.75 + 0.48 * (p.y + 0.6) - 0.15 * wander) / 0.22;
  float cheek = exp(-fold * fold) * smoothstep(-4.0, -3.0, p.y) * smoothstep(0.1, -0.8, p.y)
    * (isLeft ? cheekCreases.x : cheekCreases.y);
  float corner = folds(p.y + 0.25 * (u - 4.9) * (p.y - 3.3) + 0.15 * wander, 0.45) * smoothstep(4.8, 5.2, u)
    * smoothstep(6.3, 5.7, u) * smoothstep(2.2, 2.7, p.y) * smoothstep(4.4, 3.9, p.y)
    * (isLeft ? cheekCreases.z : cheekCreases.w);
  float depth = forehead + 1.2 * frown + bridge + cheek + 0.8 * corner;
  return 1.0 - 0.5 * foreheadCreases.w * min(depth, 1.0);
}

vec3 skin(vec2 t) {
  vec3 a = textureLod(skins, vec3(photoPlace, skinLayers.x), textureLevel).rgb;
  if (BLENDED) a = mix(a, textureLod(skins, vec3(photoPlace, skinLayers.y), textureLevel).rgb, skinLayers.z);
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
  if (BEARDED && t.y > 0.38) {
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
  fetch();
  vec3 n = normalize(facing);
  float open = openness;
  float gloss = shine;
  vec3 a = code < 0.5
    ? skin(texturePlace) * creased(restPlace) : pow(max(skinColour, vec3(0.0005)), vec3(skinTone.w)) * skinTone.rgb;
  vec3 p = restPlace;
  open *= mix(1.0, 0.45, smoothstep(-6.0, -9.5, p.y) * smoothstep(11.5, 7.0, p.z));
  vec2 corner = vec2(abs(p.x) - 1.75, p.y - 3.3);
  open *= 1.0 - 0.35 * exp(-dot(corner, corner) * 1.6);
  float strands = noise(vec2(p.x * 9.0 + p.z * 7.0, p.y * 0.9) + beard.w);
  float wobble = 1.1 * (noise(p.xy * 1.3 + beard.w) - 0.5) + 0.8 * (strands - 0.5);
  float hair = smoothstep(-0.15, 0.25, hairDepth(p, wobble));
  if (!BALD && hair > 0.0) {
    float depth = smoothstep(0.0, 3.0, hairDepth(p, 0.0));
    vec3 strand = hairColour * (0.45 + 1.0 * strands);
    a = mix(a, strand, hair);
    open *= mix(1.0, mix(0.5, 1.0, depth), hair);
    gloss = mix(gloss, 0.08, hair);
  }
  if (COVERED && coverDepth(p) > 0.0) {
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

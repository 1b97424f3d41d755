// Colours what shows through the openings: eyeballs, lashes, teeth, gums and tongue, sockets. LASHES is true or false:
// only the program for lashes discards, so that the other can leave out hidden pixels before it shades them.
precision highp float;
in vec3 seen;
in vec3 modelPlace;
in vec3 restPlace;
in vec3 facing;
flat in float code;
uniform vec3 skinColour;                 // linear, where no photograph is
uniform vec4 leftEye;                    // centre (model frame), upper lid y
uniform vec4 rightEye;
uniform vec3 leftGaze;
uniform vec3 rightGaze;
uniform vec3 irisColour;
uniform vec4 irisSize;                   // sines of half angles: iris, pupil; sclera brightness, lid shadow
uniform vec4 mouth;                      // teeth brightness, depth light, tongue brightness, seed
out vec4 colour;

vec4 eye(vec3 n, vec4 centre, vec3 gaze) {
  vec3 d = normalize(modelPlace - centre.xyz);
  // Chord of the angle to the gaze axis.
  float chord = sqrt(max(2.0 - 2.0 * dot(d, gaze), 0.0));
  vec3 white = vec3(0.62, 0.55, 0.52) * irisSize.z;
  float edge = length((modelPlace.xy - centre.xy) / vec2(1.5, 1.2));
  white *= mix(1.0, 0.55, smoothstep(0.5, 1.05, edge));
  vec3 a = white;
  float ring = smoothstep(irisSize.x - 0.09, irisSize.x, chord);
  vec3 iris = irisColour * mix(1.15, 0.35, ring) * (0.8 + 0.4 * noise(vec2(atan(d.y - gaze.y, d.x - gaze.x) * 6.0, chord * 8.0)));
  a = mix(iris, a, smoothstep(irisSize.x - 0.03, irisSize.x + 0.03, chord));
  a = mix(vec3(0.006), a, smoothstep(irisSize.y - 0.02, irisSize.y + 0.02, chord));
  float shade = 1.0 - irisSize.w * smoothstep(0.62, 0.02, centre.w - modelPlace.y);
  return vec4(a, shade);
}

void main() {
  int k = int(code + 0.5);
  vec3 n = normalize(facing);
  float open = 1.0;
  float gloss = 0.0;
  float sharpness = 22.0;
  vec3 a;
  if (LASHES) {
    // Cards reach far beyond what lashes are: only the upper ones' roots are drawn.
    vec3 root = restPlace - vec3(sign(restPlace.x) * 3.094, 3.614, 7.995);
    float strand = hash(floor(vec2(atan(root.y, root.x) * 24.0, 1.0)));
    float reach = root.y > -0.05 ? 1.80 + 0.16 * strand : 1.62;
    if (length(root) > reach) discard;
    a = vec3(0.012, 0.009, 0.008);
  } else if (k == 2) {
    float lift = smoothstep(4.5, 10.8, modelPlace.z);
    a = vec3(0.28, 0.075, 0.07) * mouth.z;
    open = mix(0.08, 0.9, lift * lift) * mouth.y;
    gloss = 0.12;
  } else if (k == 3) {
    float lift = smoothstep(5.5, 10.6, modelPlace.z);
    a = vec3(0.62, 0.56, 0.46) * mouth.x;
    open = lift * lift * mouth.y;
    gloss = 0.1;
  } else if (k == 6) {
    a = vec3(0.05, 0.012, 0.012);
    open = 0.5;
  } else if (k == 7) {
    a = skinColour * 0.35;
    open = 0.5;
  } else {
    vec4 e = eye(n, k == 4 ? leftEye : rightEye, k == 4 ? leftGaze : rightGaze);
    a = e.rgb;
    open = e.a;
    gloss = 0.45;
    sharpness = 90.0;
  }
  colour = shown(lit(a, n, seen, open, gloss, sharpness));
}

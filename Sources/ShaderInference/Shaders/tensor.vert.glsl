// Covers the tiles of a target, one instance an image of the batch, and hands on where each pixel reads its source.
uniform vec4 geometry[6];
out vec2 uv;
flat out int image;

void main() {
  vec4 tile = geometry[0];
  vec2 target = geometry[1].xy;
  float stride = geometry[1].w;
  image = gl_InstanceID;
  vec2 pixel = vec2(gl_VertexID & 1, gl_VertexID >> 1) * tile.zw;
  vec2 corner = tile.xy + vec2(geometry[1].z * float(image), 0.0) + pixel;
  gl_Position = vec4(corner / target * 2.0 - 1.0, 0.0, 1.0);
  // At the centre of output pixel o this is the centre of source pixel stride * o.
  vec2 origin = geometry[3].xy + vec2(geometry[2].z * float(image), 0.0);
  uv = ((pixel - 0.5) * stride + 0.5 + origin) / geometry[2].xy;
}

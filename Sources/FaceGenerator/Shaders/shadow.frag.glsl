// Leaves how near the lamp each ray ends, in half edges of the lamp's view.
precision highp float;
in float lampHeight;
out vec4 height;

void main() { height = vec4(lampHeight, 0.0, 0.0, 1.0); }

// Four known values in the first attachment, turned by one component in each of the next.
uniform vec4 geometry[6];
layout(location = 0) out vec4 result[BLOCKS];

void main() {
  vec4 turned = geometry[5];
#define FINISH(i) result[i] = turned; turned = turned.yzwx;
  EACH(FINISH)
}

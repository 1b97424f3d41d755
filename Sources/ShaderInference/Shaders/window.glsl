// Windows of three axes. Tap k for output o lies at (o · stride + k · step − offset) / divisor, if that is a whole number
// within the input: x input, y output, z kernel, w divisor of EXTENTS; x stride, y step, z offset, w padding after of STEPS.
const ivec4 extents[3] = ivec4[3](EXTENTS);
const ivec4 steps[3] = ivec4[3](STEPS);

int numerator(int axis, int place, int tap) { return place * steps[axis].x + tap * steps[axis].y - steps[axis].z; }

int position(int axis, int place, int tap) {
  int n = numerator(axis, place, tap);
  int p = n / extents[axis].w;
  return n >= 0 && p * extents[axis].w == n && p < extents[axis].x ? p : -1;
}

ivec3 outputPlace(int index) {
  return ivec3(index / (extents[2].y * extents[1].y) % extents[0].y, index / extents[2].y % extents[1].y,
               index % extents[2].y);
}

// The input's places under a tap: any of them −1 where the tap lies on nothing.
ivec3 tapPlace(ivec3 place, int tap) {
  return ivec3(position(0, place.x, tap / (extents[2].z * extents[1].z)),
               position(1, place.y, tap / extents[2].z % extents[1].z), position(2, place.z, tap % extents[2].z));
}

bool isInside(ivec3 place) { return all(greaterThanEqual(place, ivec3(0))); }
int planeIndex(ivec3 place) { return (place.x * extents[1].x + place.y) * extents[2].x + place.z; }

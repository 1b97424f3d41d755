// result = maximum, mean, mean with padding, or index of the maximum (KIND 0…3) over a window.
float value(int index) {
  ivec3 place = outputPlace(index);
  int plane = index / (extents[0].y * extents[1].y * extents[2].y);
  int area = extents[0].x * extents[1].x * extents[2].x;
  float best = 0.0;
  float sum = 0.0;
  int found = 0;
  int order = 0;
  for (int tap = 0; tap < int(geometry[5].y); ++tap) {
    ivec3 at = tapPlace(place, tap);
    if (!isInside(at)) continue;
    float x = element(source, SOURCE_SHAPE, plane * area + planeIndex(at));
    sum += x;
    if (found == 0 || x > best) {
      best = x;
      order = COLUMN_MAJOR ? (at.z * extents[1].x + at.y) * extents[0].x + at.x : planeIndex(at);
    }
    ++found;
  }
  if (KIND == 0) return best;
  if (KIND == 1) return found > 0 ? sum / float(found) : 0.0;
  if (KIND == 3) return float(plane * area + order);
  int cells = 1;
  for (int axis = 0; axis < 3; ++axis) {
    int inside = 0;
    for (int tap = 0; tap < extents[axis].z; ++tap) {
      inside += numerator(axis, place[axis], tap) < extents[axis].x + steps[axis].w ? 1 : 0;
    }
    cells *= inside;
  }
  return cells > 0 ? sum / float(cells) : 0.0;
}

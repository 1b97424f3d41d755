// result = bias + Σ weight × source over the taps and input channels of a group. With BIAS, `residual` holds the biases.
float value(int index) {
  ivec3 place = outputPlace(index);
  int outputArea = extents[0].y * extents[1].y * extents[2].y;
  int inputArea = extents[0].x * extents[1].x * extents[2].x;
  int taps = int(geometry[5].y);
  int channels = int(geometry[5].z);
  int outputChannel = index / outputArea % OUTPUTS;
  int group = index / (outputArea * OUTPUTS) % GROUPS;
  int start = (index / (outputArea * OUTPUTS * GROUPS) * GROUPS + group) * channels * inputArea;
  int filter0 = group * channels * OUTPUTS * taps + outputChannel * OUTPUT_STRIDE;
#ifdef BIAS
  float sum = element(residual, RESIDUAL_SHAPE, group * OUTPUTS + outputChannel);
#else
  float sum = 0.0;
#endif
  for (int tap = 0; tap < taps; ++tap) {
    ivec3 at = tapPlace(place, tap);
    if (!isInside(at)) continue;
    int source0 = start + planeIndex(at);
    for (int channel = 0; channel < channels; ++channel) {
      sum += element(source, SOURCE_SHAPE, source0 + channel * inputArea)
             * element(weights, WEIGHTS_SHAPE, filter0 + channel * INPUT_STRIDE + tap);
    }
  }
  return sum;
}

// result = the source's element that FIRST picks.
float value(int index) { return element(source, SOURCE_SHAPE, FIRST(index)); }

import NeuralGraph

/// Where eye and mouth networks look whose files don't say, relative to the face window and its 70 landmarks (the 68 of Multi-PIE and two irises).
///
/// The training code (`contrib/training/samples.py`) crops by the same figures.
package enum LocalCrops {
  /// The subject's left eye with its brow, as it stands in the image.
  package static let leftEye = LandmarkCrop(
    landmarks: Array(42..<48), offset: -0.13, sideFactor: 0.38, mirrored: false)
  /// The subject's right eye with its brow, mirrored so that it looks like a left one.
  package static let rightEye = LandmarkCrop(
    landmarks: Array(36..<42), offset: -0.13, sideFactor: 0.38, mirrored: true)
  /// Mouth, jaw and nose.
  package static let mouth = LandmarkCrop(
    landmarks: Array(48..<60), offset: 0.02, sideFactor: 0.46, mirrored: false)
}

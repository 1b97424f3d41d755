import FaceCore

/// One row of a training shard: a picture around a face and all that is true of it.
package struct FaceSample: Sendable {
  /// Luma, `size × size` bytes, rows from the top.
  package var patch: [UInt8]
  /// Coverage of the person, a third of the patch's edge.
  package var alpha: [UInt8]
  package var weights: BlendshapeWeights
  /// Relative to the view ray; the identity looks at the camera.
  package var rotation: Quaternion
  /// 68 Multi-PIE landmarks, left and right iris centre; patch pixels, the first pixel's middle at (0.5, 0.5).
  package var landmarks: [SIMD2<Float>]
  /// The true window in patch pixels.
  package var window: FaceWindow
  package var gaze: Gaze
  /// The same number for all samples of a person, within one seed.
  package var person: Int
}

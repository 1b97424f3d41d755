import Foundation

extension FaceRig {
  /// How much of the surrounding light gets into the hollows of a face, 0…1: beside and under the nose, at the mouth's
  /// corners and under the lower lip, between brow and inner lid.
  ///
  /// `place` and the 68 landmarks are the generic face's, cm.
  static func openness(_ place: SIMD3<Float>, landmarks: [SIMD3<Float>]) -> Float {
    guard place.z > 4 else { return 1 }
    var open: Float = 1
    func hollow(_ middle: SIMD3<Float>, _ width: Float, _ height: Float, _ depth: Float) {
      let (x, y) = ((place.x - middle.x) / width, (place.y - middle.y) / height)
      open *= 1 - depth * exp(-x * x - y * y)
    }
    hollow(landmarks[33] - [0, 0.45, 0], 1, 0.45, 0.3)
    hollow(landmarks[57] - [0, 0.7, 0], 1.5, 0.4, 0.25)
    for (side, wing, lip, eye, brow) in [(Float(-1), 31, 48, 39, 21), (1, 35, 54, 42, 22)] {
      hollow(landmarks[wing] + [0.6 * side, 0.3, 0], 0.35, 0.6, 0.3)
      hollow(landmarks[lip] + [0.15 * side, 0, 0], 0.4, 0.35, 0.3)
      hollow((landmarks[eye] + landmarks[brow]) / 2 + [0.25 * side, -0.1, 0], 0.7, 0.55, 0.25)
    }
    return open
  }
}

import Foundation

/// What a lamp sees of the head: a square of space, looked at along the light.
///
/// Its axes: z towards the lamp, x and y across the light; a point of the square's edge has x or y of ±1.
struct ShadowView {
  /// Half the square's edge, cm: head, hair, chin and what is held before the face.
  static let halfEdge: Float = 17
  let centre: SIMD3<Float>
  let right: SIMD3<Float>
  let up: SIMD3<Float>
  let towards: SIMD3<Float>

  /// `direction` leads towards the lamp, `centre` is the middle of the head; both in the camera frame, cm.
  init(direction: SIMD3<Float>, centre: SIMD3<Float>) {
    towards = direction.unit
    right = cross(abs(towards.y) < 0.9 ? [0, 1, 0] : [0, 0, 1], towards).unit
    up = cross(towards, right)
    self.centre = centre
  }

  /// Where the lamp sees a place of the camera frame.
  func seen(_ place: SIMD3<Float>) -> SIMD3<Float> {
    let offset = (place - centre) / Self.halfEdge
    return SIMD3((right * offset).sum(), (up * offset).sum(), (towards * offset).sum())
  }

  /// The axes' matrix, column by column.
  var matrix: [Float] { (0..<3).flatMap { [right[$0], up[$0], towards[$0]] } }

  /// Offsets of `count` samples over a disk, in the square's units; Vogel's spiral.
  static func taps(_ count: Int, radius: Float) -> [SIMD2<Float>] {
    (0..<count).map { index in
      let angle = Float(index) * 2.399963
      let reach = radius * ((Float(index) + 0.5) / Float(count)).squareRoot()
      return SIMD2(cos(angle), sin(angle)) * reach
    }
  }
}

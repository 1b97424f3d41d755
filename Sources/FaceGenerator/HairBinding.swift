/// Hair made for MakeHuman's head on ICT's: each vertex keeps its distance from a near spot of the skull.
struct HairBinding: Sendable {
  private let anchors: [Int]
  private let offsets: [SIMD3<Float>]
  /// The hair is that much larger than on the head it was made for, about the skull's middle.
  private static let enlargement: Float = 1.04
  private static let middle = SIMD3<Float>(0, 4, 0)

  /// `places` is the hair on MakeHuman's reference head, head frame, cm.
  init(_ places: [SIMD3<Float>], rig: FaceRig) {
    var seen = Set<Int>()
    let outer = rig.indices[..<rig.outerIndexCount].map { rig.corners[Int($0)].place }.filter {
      seen.insert($0).inserted
    }
    // Above the ears' middle, every seventh: few spots hold a hair style well enough.
    let skull = outer.filter { rig.rest[$0].y > 3.5 && (rig.rest[$0].y > 7 || rig.rest[$0].z < 6) }
      .enumerated().filter { $0.offset % 7 == 0 }.map(\.element)
    let large = places.map { Self.middle + ($0 - Self.middle) * Self.enlargement }
    anchors = large.map { place in
      skull.min {
        let (a, b) = (rig.rest[$0] - place, rig.rest[$1] - place)
        return (a * a).sum() < (b * b).sum()
      } ?? 0
    }
    offsets = zip(large, anchors).map { $0 - rig.rest[$1] }
  }

  /// The hair on a face of the rig: x, y, z of every place.
  func places(on face: [Float]) -> [SIMD3<Float>] {
    zip(anchors, offsets).map { SIMD3(face[3 * $0], face[3 * $0 + 1], face[3 * $0 + 2]) + $1 }
  }
}

/// Carries one head's texture layout to another: the texture coordinate of the nearest spot on its skin.
struct TextureTransfer {
  private let places: [SIMD3<Float>]
  /// The skin triangles around each place, by number.
  private let around: [[Int]]
  private let triangles: [(places: (Int, Int, Int), texture: (SIMD2<Float>, SIMD2<Float>, SIMD2<Float>))]

  /// The skin of `rig` at rest.
  init(_ rig: FaceRig) {
    var triangles: [(places: (Int, Int, Int), texture: (SIMD2<Float>, SIMD2<Float>, SIMD2<Float>))] = []
    var around: [Int: [Int]] = [:]
    for start in stride(from: 0, to: rig.outerIndexCount, by: 3) {
      let corners = (0..<3).map { rig.corners[Int(rig.indices[start + $0])] }
      guard corners[0].surface == .skin else { continue }
      for corner in corners { around[corner.place, default: []].append(triangles.count) }
      triangles.append(
        (
          (corners[0].place, corners[1].place, corners[2].place),
          (corners[0].texture, corners[1].texture, corners[2].texture)
        ))
    }
    let used = around.keys.sorted()
    places = used.map { rig.rest[$0] }
    self.around = used.map { around[$0]! }
    let number = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    self.triangles = triangles.map {
      ((number[$0.places.0]!, number[$0.places.1]!, number[$0.places.2]!), $0.texture)
    }
  }

  /// The texture coordinate of the spot next to a point.
  func texture(at point: SIMD3<Float>) -> SIMD2<Float> {
    var nearest = (index: 0, distance: Float.infinity)
    for (index, place) in places.enumerated() {
      let off = place - point
      let distance = (off * off).sum()
      if distance < nearest.distance { nearest = (index, distance) }
    }
    var best = (texture: SIMD2<Float>.zero, distance: Float.infinity)
    for number in around[nearest.index] {
      let triangle = triangles[number]
      let (a, b, c) = (places[triangle.places.0], places[triangle.places.1], places[triangle.places.2])
      let share = Self.nearestShare(point, a, b, c)
      let off = a * share.x + b * share.y + c * share.z - point
      let distance = (off * off).sum()
      if distance < best.distance {
        let (ta, tb, tc) = triangle.texture
        best = (ta * share.x + tb * share.y + tc * share.z, distance)
      }
    }
    return best.texture
  }

  /// The corners' shares in the spot of a triangle that is nearest to a point.
  private static func nearestShare(
    _ p: SIMD3<Float>, _ a: SIMD3<Float>, _ b: SIMD3<Float>, _ c: SIMD3<Float>
  ) -> SIMD3<Float> {
    let (ab, ac, ap) = (b - a, c - a, p - a)
    let (d00, d01, d11) = ((ab * ab).sum(), (ab * ac).sum(), (ac * ac).sum())
    let (d20, d21) = ((ap * ab).sum(), (ap * ac).sum())
    let denominator = d00 * d11 - d01 * d01
    guard denominator > 1e-12 else { return [1, 0, 0] }
    let v = (d11 * d20 - d01 * d21) / denominator
    let w = (d00 * d21 - d01 * d20) / denominator
    if v >= 0, w >= 0, v + w <= 1 { return [1 - v - w, v, w] }
    // Outside: the nearest spot lies on an edge.
    func edge(_ from: SIMD3<Float>, _ to: SIMD3<Float>) -> (share: Float, distance: Float) {
      let along = to - from
      let share = max(0, min(1, ((p - from) * along).sum() / max(1e-12, (along * along).sum())))
      let off = from + along * share - p
      return (share, (off * off).sum())
    }
    let (onAB, onBC, onCA) = (edge(a, b), edge(b, c), edge(c, a))
    if onAB.distance <= onBC.distance, onAB.distance <= onCA.distance { return [1 - onAB.share, onAB.share, 0] }
    if onBC.distance <= onCA.distance { return [0, 1 - onBC.share, onBC.share] }
    return [onCA.share, 0, 1 - onCA.share]
  }
}

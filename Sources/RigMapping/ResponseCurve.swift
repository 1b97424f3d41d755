/// A piecewise linear curve through points; before the first and after the last it stays level.
package struct ResponseCurve: Equatable, Sendable {
  package let points: [SIMD2<Float>]

  /// - Parameter points: two or more, by rising x.
  /// - Throws: ``RigMappingError/unusable(_:)``.
  package init(points: [SIMD2<Float>]) throws(RigMappingError) {
    guard points.count >= 2 else { throw .unusable("a curve needs two or more points") }
    guard points.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else { throw .unusable("a curve's points are numbers") }
    for (a, b) in zip(points, points.dropFirst()) where a.x >= b.x {
      throw .unusable("a curve's points have to stand by rising input, but \(b.x) follows \(a.x)")
    }
    self.points = points
  }

  package func value(at x: Float) -> Float {
    guard x > points[0].x else { return points[0].y }
    for index in 1..<points.count where x < points[index].x {
      let (a, b) = (points[index - 1], points[index])
      return a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x)
    }
    return points[points.count - 1].y
  }
}

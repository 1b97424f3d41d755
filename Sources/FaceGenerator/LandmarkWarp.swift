/// A smooth map of space that takes one list of points to another: a thin-plate spline, kernel r.
///
/// Bookstein, "Principal Warps", 1989, doi:10.1109/34.24792; in three dimensions the kernel is r.
struct LandmarkWarp: Sendable {
  private let points: [SIMD3<Float>]
  private let weights: [SIMD3<Double>]
  /// The affine part: constant, then the images of x, y and z.
  private let affine: [SIMD3<Double>]

  /// `smoothing` is added to the kernel's diagonal: 0 passes through every point.
  init(from points: [SIMD3<Float>], to images: [SIMD3<Float>], smoothing: Double = 0) {
    precondition(points.count == images.count && points.count > 3, "\(points.count) points, \(images.count) images")
    let n = points.count
    var rows = (0..<n + 4).map { row -> [Double] in
      var line = [Double](repeating: 0, count: n + 4 + 3)
      if row < n {
        for column in 0..<n { line[column] = Double(Self.distance(points[row], points[column])) }
        line[row] += smoothing
        line[n] = 1
        for axis in 0..<3 {
          line[n + 1 + axis] = Double(points[row][axis])
          line[n + 4 + axis] = Double(images[row][axis])
        }
      } else {
        for column in 0..<n { line[column] = row == n ? 1 : Double(points[column][row - n - 1]) }
      }
      return line
    }
    Self.eliminate(&rows)
    let solution = rows.map { SIMD3($0[n + 4], $0[n + 5], $0[n + 6]) }
    self.points = points
    weights = Array(solution[..<n])
    affine = Array(solution[n...])
  }

  /// Where a point goes.
  func callAsFunction(_ point: SIMD3<Float>) -> SIMD3<Float> {
    var sum =
      affine[0] + affine[1] * Double(point.x) + affine[2] * Double(point.y) + affine[3] * Double(point.z)
    for (centre, weight) in zip(points, weights) { sum += weight * Double(Self.distance(point, centre)) }
    return SIMD3<Float>(sum)
  }

  private static func distance(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> Float {
    ((a - b) * (a - b)).sum().squareRoot()
  }

  /// Gauss and Jordan with row pivots; the right-hand sides stand in the last three columns.
  private static func eliminate(_ rows: inout [[Double]]) {
    for column in rows.indices {
      let pivot = (column..<rows.count).max { abs(rows[$0][column]) < abs(rows[$1][column]) }!
      rows.swapAt(column, pivot)
      let factor = 1 / rows[column][column]
      for index in column..<rows[column].count { rows[column][index] *= factor }
      for row in rows.indices where row != column && rows[row][column] != 0 {
        let share = rows[row][column]
        for index in column..<rows[row].count { rows[row][index] -= share * rows[column][index] }
      }
    }
  }
}

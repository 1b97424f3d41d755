import Foundation

/// The figures that scores are made of. Values that are not finite count as missing.
enum Statistics {
  /// Pearson's correlation over the places where both are finite; NaN with fewer than five, 0 where one stands still.
  static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let sums = Sums(a, b)
    guard sums.count >= 5 else { return .nan }
    let spread = (sums.aa * sums.bb).squareRoot()
    return spread > 1e-9 ? sums.ab / spread : 0
  }

  /// The slope of the least-squares line of `values` over `reference`: how much of a movement is shown.
  static func slope(_ reference: [Double], _ values: [Double]) -> Double {
    let sums = Sums(reference, values)
    return sums.count >= 5 && sums.aa > 1e-9 ? sums.ab / sums.aa : .nan
  }

  /// Sums of squares and products about the means, over the places where both are finite.
  private struct Sums {
    var count = 0
    var aa = 0.0
    var bb = 0.0
    var ab = 0.0

    init(_ a: [Double], _ b: [Double]) {
      var (meanA, meanB) = (0.0, 0.0)
      for (x, y) in zip(a, b) where x.isFinite && y.isFinite {
        count += 1
        meanA += x
        meanB += y
      }
      guard count > 0 else { return }
      meanA /= Double(count)
      meanB /= Double(count)
      for (x, y) in zip(a, b) where x.isFinite && y.isFinite {
        aa += (x - meanA) * (x - meanA)
        bb += (y - meanB) * (y - meanB)
        ab += (x - meanA) * (y - meanB)
      }
    }
  }

  /// The mean of what is finite, NaN of nothing.
  static func mean(_ values: some Sequence<Double>) -> Double {
    var (sum, count) = (0.0, 0)
    for value in values where value.isFinite {
      sum += value
      count += 1
    }
    return count > 0 ? sum / Double(count) : .nan
  }

  /// The standard deviation of what is finite.
  static func deviation(_ values: [Double]) -> Double {
    let mean = mean(values)
    return Self.mean(values.map { ($0 - mean) * ($0 - mean) }).squareRoot()
  }

  /// The value that a share of what is finite lies below, between neighbours by line; 0.5 is the median.
  static func quantile(_ values: [Double], _ share: Double) -> Double {
    let sorted = values.filter(\.isFinite).sorted()
    guard !sorted.isEmpty else { return .nan }
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }

  /// An angle in degrees brought into −180..<180.
  static func wrapped(_ degrees: Double) -> Double {
    let turned = (degrees + 180).truncatingRemainder(dividingBy: 360)
    return (turned < 0 ? turned + 360 : turned) - 180
  }

  /// Angles in degrees without jumps of a whole turn; missing ones stay missing and are passed over.
  static func unwrapped(_ degrees: [Double]) -> [Double] {
    var last: Double?
    return degrees.map { value in
      guard value.isFinite else { return value }
      let next = last.map { $0 + wrapped(value - $0) } ?? value
      last = next
      return next
    }
  }
}

/// A curve known at some times, read at others by straight lines between them; NaN before the first and after the last.
struct Curve {
  private let times: [Double]
  private let values: [Double]

  /// Takes the samples that are finite; `times` ascend.
  init(_ times: [Double], _ values: [Double], where isUsed: [Bool]) {
    let used = times.indices.filter { isUsed[$0] && values[$0].isFinite }
    self.times = used.count > 1 ? used.map { times[$0] } : []
    self.values = used.count > 1 ? used.map { values[$0] } : []
  }

  /// The values at ascending times, each `shift` seconds later.
  func read(_ moments: [Double], shift: Double = 0) -> [Double] {
    var next = 0
    return moments.map { moment in
      let t = moment + shift
      guard let first = times.first, let last = times.last, t >= first, t <= last else { return .nan }
      while next < times.count - 1, times[next] < t { next += 1 }
      guard next > 0 else { return values[0] }
      let share = (t - times[next - 1]) / (times[next] - times[next - 1])
      return values[next - 1] + share * (values[next] - values[next - 1])
    }
  }
}

import FaceCore

/// A fixed number of scalar filters side by side, without allocation.
struct FilterArray<let count: Int>: Sendable {
  private var filters: InlineArray<count, OneEuroFilter>

  init(step: Double, _ configuration: (Int) -> FilterSettings) throws(SignalFilterError) {
    let first = try OneEuroFilter(settings: configuration(0), maximumStepSeconds: step)
    filters = .init(repeating: first)
    for index in 1..<count {
      filters[index] = try OneEuroFilter(settings: configuration(index), maximumStepSeconds: step)
    }
  }

  var rejectedSamples: Int {
    var sum = 0
    for index in 0..<count { sum += filters[index].rejectedSamples }
    return sum
  }

  /// The value filtered, with the filter's delay paid back as far as its settings ask.
  mutating func filter(_ value: Float, _ index: Int, at time: CaptureTime, quality: Double) -> Float {
    _ = filters[index].filter(value, at: time, quality: quality)
    return filters[index].prompt
  }

  mutating func reset() {
    for index in 0..<count { filters[index].reset() }
  }

  mutating func reconfigure(_ configuration: (Int) -> FilterSettings) throws(SignalFilterError) {
    for index in 0..<count { try filters[index].reconfigure(settings: configuration(index)) }
  }
}

extension FilterArray: Equatable {
  static func == (a: Self, b: Self) -> Bool {
    for index in 0..<count where a.filters[index] != b.filters[index] { return false }
    return true
  }
}

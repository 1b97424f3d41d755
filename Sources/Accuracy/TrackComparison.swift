import FaceCore

/// How far a track may lie from the one that is expected.
package struct TrackTolerance: Equatable, Sendable {
  /// Of a weight, 0…1: executors agree within far less.
  package var weight = 0.02
  /// Of a head angle, degrees.
  package var degrees = 1.0
  /// So many frames may differ in whether there is a face.
  package var presenceFrames = 2

  package init() {}
}

/// Two tracks of one session, row by row.
package struct TrackComparison: Sendable {
  /// One curve's difference over the session.
  package struct Channel: Sendable {
    /// ARKit's name, or yaw, pitch, roll.
    package var name: String
    /// The largest difference, in the curve's own unit, and the row of the expected track where it is.
    package var worst = 0.0
    package var row = 0
    /// The root of the mean square of the differences.
    package var rms = 0.0
    /// The curve's tolerance.
    package var tolerance: Double
    /// Degrees, or nothing for weights.
    package var unit: String
  }

  /// By how far they exceed their tolerance, the worst first.
  package private(set) var channels: [Channel] = []
  /// Rows of the expected track where only one of the two has a face.
  package private(set) var presenceRows: [Int] = []
  /// Rows of one track that the other has no row for.
  package private(set) var missingRows = 0
  package private(set) var extraRows = 0
  /// For each expected row the largest difference as a share of its tolerance; 0 where nothing is compared.
  package private(set) var shares: [Double]
  /// For each expected row the other track's, nil where there is none.
  package private(set) var partners: [Int?]
  package let tolerance: TrackTolerance
  package let expected, actual: FaceTable

  /// Whether the tracks agree within the tolerance.
  package var holds: Bool {
    missingRows == 0 && extraRows == 0 && presenceRows.count <= tolerance.presenceFrames
      && channels.allSatisfy { $0.worst <= $0.tolerance }
  }

  /// Compares what both have; rows belong together where their times do, within half a frame.
  package init(expected: FaceTable, actual: FaceTable, tolerance: TrackTolerance) {
    self.expected = expected
    self.actual = actual
    self.tolerance = tolerance
    partners = Self.pair(expected.times, actual.times)
    shares = [Double](repeating: 0, count: expected.times.count)
    missingRows = partners.count { $0 == nil }
    extraRows = actual.times.count - (partners.count - missingRows)
    presenceRows = partners.indices.filter { row in
      partners[row].map { expected.isPresent[row] != actual.isPresent[$0] } ?? false
    }
    for (axis, name) in ["yaw", "pitch", "roll"].enumerated() {
      let channel = Channel(name: name, tolerance: tolerance.degrees, unit: "°")
      add(channel, expected.angles[axis], actual.angles[axis], wraps: true)
    }
    for channel in Blendshape.allCases {
      let curves = (expected.weights[channel.rawValue], actual.weights[channel.rawValue])
      guard !curves.0.isEmpty, !curves.1.isEmpty else { continue }
      add(Channel(name: channel.name, tolerance: tolerance.weight, unit: ""), curves.0, curves.1, wraps: false)
    }
    channels.sort { ($0.worst / $0.tolerance, $1.name) > ($1.worst / $1.tolerance, $0.name) }
  }

  /// The curves of a channel: expected, and actual at the same rows; NaN where there is no value.
  package func curves(of channel: Channel) -> (expected: [Double], actual: [Double]) {
    let axis = ["yaw", "pitch", "roll"].firstIndex(of: channel.name)
    let weight = Blendshape(name: channel.name)?.rawValue ?? 0
    let (wanted, got) =
      axis.map { (expected.angles[$0], actual.angles[$0]) } ?? (expected.weights[weight], actual.weights[weight])
    return (
      wanted.indices.map { expected.isPresent[$0] ? wanted[$0] : .nan },
      partners.map { partner in partner.map { actual.isPresent[$0] ? got[$0] : .nan } ?? .nan }
    )
  }

  private mutating func add(_ channel: Channel, _ wanted: [Double], _ got: [Double], wraps: Bool) {
    var channel = channel
    var (squares, count) = (0.0, 0)
    for (row, partner) in partners.enumerated() {
      guard let partner, expected.isPresent[row], actual.isPresent[partner] else { continue }
      var difference = abs(wanted[row] - got[partner])
      if wraps { difference = min(difference, abs(360 - difference)) }
      // A value that is missing on one side is as wrong as can be; on both it is none.
      if difference.isNaN {
        if wanted[row].isNaN == got[partner].isNaN { continue }
        difference = .infinity
      }
      squares += difference * difference
      count += 1
      shares[row] = max(shares[row], difference / channel.tolerance)
      if difference > channel.worst { (channel.worst, channel.row) = (difference, row) }
    }
    channel.rms = count > 0 ? (squares / Double(count)).squareRoot() : 0
    channels.append(channel)
  }

  /// For each time of `a` the row of `b` that is nearest, within half of a usual step; every row of `b` once.
  private static func pair(_ a: [Double], _ b: [Double]) -> [Int?] {
    let steps = zip(a, a.dropFirst()).map { $1 - $0 }.sorted()
    let reach = (steps.isEmpty ? 1.0 / 30 : steps[steps.count / 2]) / 2
    var next = 0
    return a.map { time in
      while next < b.count, b[next] < time - reach { next += 1 }
      guard next < b.count, b[next] <= time + reach else { return nil }
      defer { next += 1 }
      return next
    }
  }
}

import FaceCore
import Foundation

/// Says how much a face is like each of the expressions that were taught, by nearest neighbours (Cover and Hart 1967, “Nearest
/// neighbor pattern classification”, doi:10.1109/TIT.1967.1053964): instant, without training.
///
/// A name's value is 1 where its examples are plainly nearer than all others and as near as they are to each other, 0 where they
/// are not, and moves between the two in a tenth of a second. One thread; a frame allocates nothing.
package struct TriggerBank: Sendable {
  /// How many of the nearest examples count.
  private static let neighbours = 3
  /// Time constants of rise and fall, seconds.
  private static let riseSeconds = 0.05
  private static let fallSeconds = 0.1
  /// Where a name's share of both distances begins to count, and where it counts fully; 0.5 is as near as the others.
  private static let shareRange: ClosedRange<Float> = 0.48...0.62
  /// How many times its own spread the examples may be away before the value falls, and where it is 0.
  private static let awayRange: ClosedRange<Float> = 2.5...4.5
  /// The least spread of a name's own examples: noise between days.
  private static let leastSpread: Float = 0.2

  /// The taught names and their values 0…1.
  package private(set) var values: MappedChannels
  /// Whether the last frame showed a face, and its vector.
  private(set) var hasFace = false
  private(set) var vector = [Float](repeating: 0, count: ExpressionVector.count)

  private let examples: [[[Float]]]
  private let rest: [[Float]]
  private let spreads: [Float]
  private var distances: [Float]
  private var last: CaptureTime?

  package init(_ library: TriggerLibrary = .init()) {
    let names = library.names
    values = MappedChannels(names: names)
    examples = names.map { library.examples[$0]! }
    rest = library.examples[TriggerLibrary.rest] ?? []
    spreads = examples.map(Self.spread)
    distances = .init(repeating: 0, count: names.count)
  }

  /// Takes a frame as it goes on the wire.
  package mutating func read(_ face: FaceObservation, landmarks: [Float]) {
    let seconds = last.map { max(0, min(0.5, face.time.seconds(since: $0))) } ?? 0
    last = face.time
    hasFace = face.isPresent
    if hasFace { ExpressionVector.write(face.weights, landmarks: landmarks, into: &vector) }
    let atRest = rest.isEmpty ? Float.infinity : distance(to: rest)
    for index in examples.indices { distances[index] = distance(to: examples[index]) }
    for index in examples.indices {
      var others = atRest
      for other in examples.indices where other != index { others = min(others, distances[other]) }
      let goal = hasFace ? value(of: index, others: others) : 0
      let constant = goal > values.values[index] ? Self.riseSeconds : Self.fallSeconds
      values.values[index] += (goal - values.values[index]) * Float(1 - exp(-seconds / constant))
    }
  }

  private func value(of index: Int, others: Float) -> Float {
    let own = distances[index]
    let share = others.isFinite ? others / max(1e-6, others + own) : 1
    let away = own / spreads[index]
    return Self.rise(share, Self.shareRange) * (1 - Self.rise(away, Self.awayRange))
  }

  /// The mean distance of the nearest examples.
  private func distance(to examples: [[Float]]) -> Float {
    Self.nearest(examples, to: vector)
  }

  /// The mean distance of a vector's nearest examples, less one of them.
  static func nearest(_ examples: [[Float]], to vector: [Float], skipping skipped: Int = -1) -> Float {
    var nearest = SIMD3<Float>(repeating: .infinity)
    for index in examples.indices where index != skipped {
      var distance = ExpressionVector.distance(examples[index], vector)
      for place in 0..<neighbours where distance < nearest[place] { swap(&distance, &nearest[place]) }
    }
    var (sum, count): (Float, Float) = (0, 0)
    for place in 0..<neighbours where nearest[place].isFinite { (sum, count) = (sum + nearest[place], count + 1) }
    return count > 0 ? sum / count : .infinity
  }

  /// How far a name's examples lie from each other: the upper quartile of their distances to their own neighbours.
  static func spread(_ examples: [[Float]]) -> Float {
    let own = examples.indices.map { nearest(examples, to: examples[$0], skipping: $0) }.filter(\.isFinite).sorted()
    return max(leastSpread, own.isEmpty ? 0 : own[own.count * 3 / 4])
  }

  private static func rise(_ value: Float, _ range: ClosedRange<Float>) -> Float {
    let t = max(0, min(1, (value - range.lowerBound) / (range.upperBound - range.lowerBound)))
    return t * t * (3 - 2 * t)
  }
}

import FaceCore
import Foundation
import SignalFilters

/// Noise as the networks make it: each value wanders (an Ornstein-Uhlenbeck process) and trembles a little (white).
///
/// Its figures are those of `full` on rendered sessions with truth: how much the error changes over 1 to 10 frames while the
/// truth is still, as `gurn tune SESSION.mp4` prints it. A network's error has hardly any white part: neighbouring frames
/// look alike, and so does what is wrong with them.
package struct NetworkNoise: Sendable {
  /// One group's: deviation and time constant (seconds) of the wander, deviation of the tremble; weights or radians.
  package struct Figures: Equatable, Sendable {
    package var wander, wanderSeconds, tremble: Double
  }

  /// What is added to a group's values.
  package static func figures(_ group: FilterGroup) -> Figures {
    switch group {
    case .lids: Figures(wander: 0.022, wanderSeconds: 0.28, tremble: 0.001)
    case .gaze: Figures(wander: 0.041, wanderSeconds: 0.17, tremble: 0.002)
    case .brows: Figures(wander: 0.033, wanderSeconds: 0.65, tremble: 0.001)
    case .mouth: Figures(wander: 0.020, wanderSeconds: 0.8, tremble: 0.0005)
    case .head: Figures(wander: 0.017, wanderSeconds: 0.65, tremble: 0.0008)
    }
  }

  /// The head's noise about its axes, nod, turn and tilt, as multiples of its group's; their mean square is 1.
  static let headAxes = SIMD3<Float>(1.33, 0.93, 0.6)

  private var random: SplitMix
  private var wanders = [Double](repeating: 0, count: 55)
  private var last: Double?

  /// Equal seeds give equal noise.
  package init(seed: UInt64) { random = SplitMix(state: seed) }

  /// A face with noise on its weights, which stay within 0…1, and its rotation; times ascend from call to call.
  package mutating func added(to face: FaceObservation) -> FaceObservation {
    let seconds = last.map { face.time.seconds - $0 }
    last = face.time.seconds
    var result = face
    for index in 0..<52 {
      result.weights[index] += Float(next(index, FilterGroup(Blendshape(rawValue: index)!), seconds))
    }
    result.weights = result.weights.clamped()
    let turn = SIMD3<Float>(
      Float(next(52, .head, seconds)), Float(next(53, .head, seconds)), Float(next(54, .head, seconds)))
    result.pose.rotation = (face.pose.rotation * Quaternion(rotationVector: turn * Self.headAxes)).normalized
    return result
  }

  private mutating func next(_ index: Int, _ group: FilterGroup, _ seconds: Double?) -> Double {
    let figures = Self.figures(group)
    let kept = seconds.map { exp(-max(0, $0) / figures.wanderSeconds) } ?? 0
    wanders[index] = kept * wanders[index] + figures.wander * (1 - kept * kept).squareRoot() * random.normal()
    return wanders[index] + figures.tremble * random.normal()
  }
}

/// A small generator that gives the same numbers on every machine (Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014, doi:10.1145/2660193.2660195).
struct SplitMix: Sendable {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in 0..<1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Nearly normal, mean 0, deviation 1: the sum of twelve uniform numbers.
  mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + unit() } }
}

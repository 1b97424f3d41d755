import FaceCore
import Foundation

/// Slowly learns each channel's rest and reach while the person goes on with the day, and stretches what lies between to 0…1.
///
/// Rest is the level that a tenth of the time lies below, reach the one that a fiftieth lies above; both follow by stochastic
/// approximation of quantiles (Tierney 1983, “A Space-Efficient Recursive Procedure for Estimating a Quantile of an Unknown
/// Distribution”, doi:10.1137/0904048), by at most 1 % of the range a second, and never further than a person differs from another.
/// Nothing is learned without a face or while it is not frontal. By capture time alone.
struct AutoRange: Equatable, Sendable {
  /// How far a level may move, 1 a second.
  private static let speed: Float = 0.01
  /// What may be learned: rest at most, reach at least.
  private static let restLimit: Float = 0.35
  private static let reachLimit: Float = 0.5
  /// Beyond this turn nothing is learned, radians.
  private static let frontal: Float = 15 * .pi / 180

  private var rest = BlendshapeWeights.neutral
  private var reach: BlendshapeWeights
  private var last: CaptureTime?

  init() {
    reach = .neutral
    for index in 0..<52 { reach[index] = 1 }
  }

  /// Takes a frame of calibrated weights; `rotation` is the head's, from the camera's view.
  mutating func learn(_ weights: BlendshapeWeights, rotation: Quaternion, isPresent: Bool, at time: CaptureTime) {
    let seconds = last.map { Float(max(0, min(0.1, time.seconds(since: $0)))) } ?? 0
    last = time
    let angles = rotation.headAngles
    guard isPresent, max(abs(angles.yaw), abs(angles.pitch)) < Self.frontal else { return }
    let step = Self.speed * seconds
    for index in 0..<52 {
      let weight = weights[index]
      guard weight.isFinite else { continue }
      rest[index] = max(0, min(Self.restLimit, rest[index] + step * (weight > rest[index] ? 0.1 : -0.9)))
      reach[index] = max(Self.reachLimit, min(1, reach[index] + step * (weight > reach[index] ? 0.98 : -0.02)))
    }
  }

  /// Stretches all channels but the looks.
  func apply(to weights: inout BlendshapeWeights) {
    for channel in Blendshape.allCases where !channel.isLook {
      let index = channel.rawValue
      weights[index] = max(0, min(1, (weights[index] - rest[index]) / max(0.15, reach[index] - rest[index])))
    }
  }
}

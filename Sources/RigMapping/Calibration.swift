import FaceCore
import Foundation

/// What was learned of one person before one camera: the neutral face, how far the lids go, how far channels reach.
///
/// All weights are 0…1 as they leave the filters, before any calibration. Parts that were not captured are nil or empty, and
/// what belongs to them passes unchanged.
package struct Calibration: Equatable, Sendable {
  /// The face at rest.
  package struct Neutral: Equatable, Sendable {
    /// The median of each channel.
    package var weights: BlendshapeWeights
    /// How far each channel trembles about its median at rest: three robust standard deviations, 0…1.
    package var spread: BlendshapeWeights
    /// The head's rotation when the person looks straight ahead: head to camera-facing frame.
    package var rotation: Quaternion
    /// The eyeballs' directions then, radians.
    package var gaze: Gaze

    package init(weights: BlendshapeWeights, spread: BlendshapeWeights, rotation: Quaternion, gaze: Gaze) {
      self.weights = weights
      self.spread = spread
      self.rotation = rotation
      self.gaze = gaze
    }
  }

  /// What the two lids read in one state, each 0…1: `eyeBlinkLeft`, `eyeBlinkRight`.
  package struct LidPair: Equatable, Sendable {
    package var left, right: Float

    package init(left: Float, right: Float) {
      self.left = left
      self.right = right
    }
  }

  /// What a turn of the head adds to a channel of the resting face: `linear · u + square · u²`, with `u` the sine of the yaw,
  /// positive to the subject's left.
  package struct TurnOffset: Equatable, Sendable {
    package var linear, square: Float

    package init(linear: Float, square: Float) {
      self.linear = linear
      self.square = square
    }
  }

  package var neutral: Neutral?
  /// What turning the head does to this person's channels; empty where it was not captured.
  package var turn: [Blendshape: TurnOffset] = [:]
  /// Both eyes closed.
  package var closed: LidPair?
  /// The left eye closed, the right one open; and the other way round.
  package var winkLeft, winkRight: LidPair?
  /// The most that a channel reads of this person; channels that were not shown are missing.
  package var maximum: [Blendshape: Float] = [:]

  package init() {}

  /// Whether nothing was captured.
  package var isEmpty: Bool { self == Calibration() }

  /// This calibration with the parts that another one holds put in their place.
  package func updated(by other: Calibration) -> Calibration {
    var result = self
    result.neutral = other.neutral ?? neutral
    if !other.turn.isEmpty { result.turn = other.turn }
    result.closed = other.closed ?? closed
    result.winkLeft = other.winkLeft ?? winkLeft
    result.winkRight = other.winkRight ?? winkRight
    result.maximum.merge(other.maximum) { $1 }
    return result
  }

  /// What was captured, for people.
  package var summary: String {
    var parts: [String] = []
    if let neutral {
      let angles = neutral.rotation.headAngles
      let degrees = [angles.yaw, angles.pitch, angles.roll].map { String(format: "%+.0f°", $0 * 180 / .pi) }
      parts.append("neutral (head at yaw \(degrees[0]), pitch \(degrees[1]), roll \(degrees[2]))")
    }
    if !turn.isEmpty { parts.append("the turning head") }
    func pair(_ name: String, _ lids: LidPair?) {
      guard let lids else { return }
      parts.append(String(format: "%@ (left %.2f, right %.2f)", name as NSString, lids.left, lids.right))
    }
    pair("closed lids", closed)
    pair("left wink", winkLeft)
    pair("right wink", winkRight)
    if !maximum.isEmpty { parts.append("the reach of \(maximum.count) channels") }
    return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
  }
}

/// What can go wrong with calibrations, taught triggers and rig profiles.
package enum RigMappingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was captured can't serve, and what to do.
  case unusable(String)
  /// A file can't be read or written: path and reason.
  case file(path: String, reason: String)
  /// A file holds nonsense: path and what is wrong.
  case damaged(path: String, reason: String)
  /// A profile's expression is wrong: what, and how many characters before the mistake.
  case expression(String, offset: Int)

  package var description: String {
    switch self {
    case .unusable(let text): text
    case .file(let path, let reason): "\(path): \(reason)"
    case .damaged(let path, let reason): "\(path): \(reason)"
    case .expression(let text, _): text
    }
  }
}

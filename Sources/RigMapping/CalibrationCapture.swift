import FaceCore
import Foundation

/// Collects the frames of one state of the face, such as the neutral one, and says what they come to.
///
/// Frames without a face, in motion, turned away, or that plainly show something else don't count; time goes on only with frames
/// that do. Driven by capture time alone. One thread; memory is taken at the start.
package struct CalibrationCapture: Sendable {
  /// What the person is asked to do.
  package enum Kind: String, CaseIterable, Sendable {
    /// Rest and look at the camera, eyes open.
    case neutral
    /// Rest, and turn the head slowly to either side.
    case turn
    /// Close both eyes, as in sleep.
    case closed
    case winkLeft = "wink-left"
    case winkRight = "wink-right"
    /// Move everything as far as it goes: jaw, smile, frown, pout, brows.
    case maximum

    /// For how long frames are collected, seconds.
    package var seconds: Double {
      switch self {
      case .neutral: 2
      case .turn: 5
      case .closed: 1.2
      case .winkLeft, .winkRight: 0.8
      case .maximum: 8
      }
    }
  }

  /// What became of a frame.
  package enum Verdict: Equatable, Sendable {
    case accepted
    case rejected(Reason)
  }

  /// Why a frame doesn't count, as a word to the person.
  package enum Reason: String, Sendable {
    case absent = "no face to be seen"
    case moving = "hold still"
    case turned = "look at the camera"
    case open = "close both eyes"
    case leftOpen = "close the left eye"
    case rightOpen = "close the right eye"
  }

  /// Speeds above which a face moves: of the head, radians a second, and of any weight, 1 a second.
  private static let headSpeed: Float = 25 * .pi / 180
  private static let weightSpeed: Float = 1.2
  /// Beyond this turn the camera sees another face than at rest, radians.
  private static let frontal: Float = 30 * .pi / 180
  /// A lid that reads less than this is not closed.
  private static let lidFloor: Float = 0.2
  private static let sampleLimit = 1200

  package let kind: Kind
  /// Seconds of frames that counted, and how many are needed.
  package private(set) var collected = 0.0
  package let needed: Double
  private var samples: [FaceObservation] = []
  private var last: FaceObservation?

  /// - Parameter seconds: for how long frames are collected, above 0; nil takes what the kind needs.
  package init(_ kind: Kind, seconds: Double? = nil) {
    self.kind = kind
    needed = seconds ?? kind.seconds
    samples.reserveCapacity(Self.sampleLimit)
  }

  /// How far it is, 0…1.
  package var progress: Double { min(1, collected / needed) }
  package var isComplete: Bool { collected >= needed }

  /// Takes a frame as it left the filters, before any calibration.
  @discardableResult
  package mutating func add(_ observation: FaceObservation) -> Verdict {
    defer { last = observation }
    if let reason = judge(observation) { return .rejected(reason) }
    if let last {
      // A camera that stumbles doesn't make time run faster.
      collected += max(0, min(0.1, observation.time.seconds(since: last.time)))
    }
    if samples.count < Self.sampleLimit { samples.append(observation) }
    return .accepted
  }

  private func judge(_ now: FaceObservation) -> Reason? {
    guard now.isPresent, now.isFinite, let last, last.isPresent, last.isFinite else { return .absent }
    let lids = (left: now.weights[.eyeBlinkLeft], right: now.weights[.eyeBlinkRight])
    switch kind {
    case .maximum, .turn: return nil
    case .neutral: break
    case .closed: if min(lids.left, lids.right) < Self.lidFloor { return .open }
    case .winkLeft: if lids.left < Self.lidFloor || lids.left < lids.right + 0.1 { return .leftOpen }
    case .winkRight: if lids.right < Self.lidFloor || lids.right < lids.left + 0.1 { return .rightOpen }
    }
    let seconds = Float(max(now.time.seconds(since: last.time), 1.0 / 30))
    let turn = (last.pose.rotation.conjugate * now.pose.rotation).rotationVector
    if (turn * turn).sum().squareRoot() > Self.headSpeed * seconds { return .moving }
    for channel in Blendshape.allCases where !channel.isLook {
      if abs(now.weights[channel] - last.weights[channel]) > Self.weightSpeed * seconds { return .moving }
    }
    let angles = now.pose.rotation.headAngles
    return max(abs(angles.yaw), abs(angles.pitch)) > Self.frontal ? .turned : nil
  }

  /// What was captured, as a calibration with that part alone.
  ///
  /// - Parameter known: the calibration so far, against which lids and reach are judged.
  /// - Throws: ``RigMappingError/unusable(_:)`` with what to do better.
  package func result(over known: Calibration) throws(RigMappingError) -> Calibration {
    guard samples.count >= 5 else {
      throw .unusable("\(kind.rawValue): only \(samples.count) frames could be used; at least 5 are needed")
    }
    var result = Calibration()
    switch kind {
    case .neutral: result.neutral = try neutral()
    case .turn: result.turn = try TurnFit(samples).offsets(over: known)
    case .closed:
      let open = LidMap.openLevels(known.neutral)
      let lids = LidPair(left: quantile(.eyeBlinkLeft, 0.5), right: quantile(.eyeBlinkRight, 0.5))
      guard lids.left > open.left + 0.15, lids.right > open.right + 0.15 else {
        throw .unusable("closed: closed eyes could not be told from open ones; look at the camera, in more light")
      }
      result.closed = lids
    case .winkLeft: result.winkLeft = try wink(.eyeBlinkLeft, .eyeBlinkRight)
    case .winkRight: result.winkRight = try wink(.eyeBlinkRight, .eyeBlinkLeft)
    case .maximum: result.maximum = reach(over: known.neutral)
    }
    return result
  }

  private typealias LidPair = Calibration.LidPair

  private func neutral() throws(RigMappingError) -> Calibration.Neutral {
    var (weights, spread) = (BlendshapeWeights.neutral, BlendshapeWeights.neutral)
    for channel in Blendshape.allCases {
      let median = quantile(channel, 0.5)
      weights[channel] = median
      let deviations = samples.map { abs($0.weights[channel] - median) }.sorted()
      // 1.4826 makes the median deviation a standard one. A filter that rests lets noise through in rare steps, which the median
      // does not see; a lid's are the end of a blink.
      let steps = channel.isLid ? 0 : deviations[min(deviations.count - 1, deviations.count * 49 / 50)]
      spread[channel] = min(1, max(3 * 1.4826 * deviations[deviations.count / 2], steps))
    }
    guard max(weights[.eyeBlinkLeft], weights[.eyeBlinkRight]) < 0.7 else {
      throw .unusable("neutral: the eyes were closed; open them and look at the camera")
    }
    func middle(_ value: (Gaze) -> Float) -> Float { samples.map { value($0.gaze) }.sorted()[samples.count / 2] }
    return Calibration.Neutral(
      weights: weights, spread: spread, rotation: meanRotation,
      gaze: Gaze(
        leftYaw: middle(\.leftYaw), leftPitch: middle(\.leftPitch), rightYaw: middle(\.rightYaw),
        rightPitch: middle(\.rightPitch)))
  }

  /// The rotation from which the others differ by nothing on the average, by two steps of the usual iteration (Manton 2004, “A
  /// globally convergent numerical algorithm for computing the centre of mass on compact Lie groups”).
  private var meanRotation: Quaternion {
    var mean = samples[samples.count / 2].pose.rotation
    for _ in 0..<2 {
      var sum = SIMD3<Float>.zero
      for sample in samples { sum += (mean.conjugate * sample.pose.rotation).rotationVector }
      mean = (mean * Quaternion(rotationVector: sum / Float(samples.count))).normalized
    }
    return mean
  }

  private func wink(_ shut: Blendshape, _ open: Blendshape) throws(RigMappingError) -> LidPair {
    let (closed, other) = (quantile(shut, 0.5), quantile(open, 0.5))
    guard closed > other + 0.12 else {
      throw .unusable("\(kind.rawValue): the eyes could not be told apart; keep the other eye open, in more light")
    }
    return shut == .eyeBlinkLeft ? LidPair(left: closed, right: other) : LidPair(left: other, right: closed)
  }

  /// The channels that were shown plainly, each with what it exceeded in a fiftieth of the time only.
  private func reach(over neutral: Calibration.Neutral?) -> [Blendshape: Float] {
    var reach: [Blendshape: Float] = [:]
    for channel in Blendshape.allCases where !channel.isLook && !channel.isLid {
      let top = quantile(channel, 0.98)
      if top > (neutral?.weights[channel] ?? 0) + 0.25 { reach[channel] = top }
    }
    return reach
  }

  private func quantile(_ channel: Blendshape, _ share: Double) -> Float {
    let values = samples.map { $0.weights[channel] }.sorted()
    return values[min(values.count - 1, Int(Double(values.count) * share))]
  }
}

extension Blendshape {
  /// Whether this is one of the eight eyeLook channels.
  var isLook: Bool { (Self.eyeLookDownLeft.rawValue...Self.eyeLookUpRight.rawValue).contains(rawValue) }
  /// Whether this is a blink.
  var isLid: Bool { self == .eyeBlinkLeft || self == .eyeBlinkRight }
}

extension FaceObservation {
  /// Whether nothing in weights, rotation and gaze is NaN or infinite.
  var isFinite: Bool {
    let q = pose.rotation
    let others = q.x + q.y + q.z + q.w + gaze.leftYaw + gaze.leftPitch + gaze.rightYaw + gaze.rightPitch
    return others.isFinite && (0..<52).allSatisfy { weights[$0].isFinite }
  }
}

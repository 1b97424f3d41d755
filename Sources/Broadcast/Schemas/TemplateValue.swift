import FaceCore

/// A value that a template can send, with its natural unit.
package enum TemplateValue: Equatable, Sendable {
  /// What a value measures; templates convert units within one kind.
  package enum Kind: Sendable {
    /// 0…1.
    case weight
    /// Degrees.
    case angle
    /// Metres.
    case length
    /// Seconds.
    case time
    /// A component of a unit quaternion, −1…1.
    case component
  }

  case weight(Blendshape)
  case present, confidence, age, time
  case yaw, pitch, roll
  case quaternionX, quaternionY, quaternionZ, quaternionW
  case positionX, positionY, positionZ
  case leftEyeYaw, leftEyePitch, rightEyeYaw, rightEyePitch
  /// A channel of the rig profile, by its name; 0 while there is none.
  case rig(String)
  /// A taught trigger, by its name; 0 while there is none.
  case trigger(String)

  private static let rigPrefix = "rig."
  private static let triggerPrefix = "trigger."

  private static let byName: [String: TemplateValue] = {
    var values: [String: TemplateValue] = [
      "present": .present, "confidence": .confidence, "age": .age, "time": .time, "yaw": .yaw, "pitch": .pitch,
      "roll": .roll, "qx": .quaternionX, "qy": .quaternionY, "qz": .quaternionZ, "qw": .quaternionW, "x": .positionX,
      "y": .positionY, "z": .positionZ, "left_eye_yaw": .leftEyeYaw, "left_eye_pitch": .leftEyePitch,
      "right_eye_yaw": .rightEyeYaw, "right_eye_pitch": .rightEyePitch,
    ]
    for channel in Blendshape.allCases { values[channel.name] = .weight(channel) }
    return values
  }()

  /// All names, for messages.
  package static var names: [String] { byName.keys.sorted() }

  /// The value of that name, such as `jawOpen`, `yaw` or `qw`; `rig.NAME` and `trigger.NAME` are those of the profile and the
  /// triggers.
  package init?(name: String) {
    for (prefix, value) in [(Self.rigPrefix, Self.rig), (Self.triggerPrefix, Self.trigger)]
    where name.hasPrefix(prefix) && name.count > prefix.count {
      self = value(String(name.dropFirst(prefix.count)))
      return
    }
    guard let value = Self.byName[name] else { return nil }
    self = value
  }

  package var kind: Kind {
    switch self {
    case .weight, .present, .confidence, .rig, .trigger: .weight
    case .age, .time: .time
    case .yaw, .pitch, .roll, .leftEyeYaw, .leftEyePitch, .rightEyeYaw, .rightEyePitch: .angle
    case .quaternionX, .quaternionY, .quaternionZ, .quaternionW: .component
    case .positionX, .positionY, .positionZ: .length
    }
  }

  /// Where the value lies among the channels, nil where it is none of them or there is none of that name.
  func index(in names: ChannelNames) -> Int? {
    switch self {
    case .rig(let name): names.index(rig: name)
    case .trigger(let name): names.index(trigger: name)
    default: nil
    }
  }

  /// The value in its natural unit; `angles` are the head's, in degrees.
  func read(_ frame: BroadcastFrame, weights: BlendshapeWeights, angles: SIMD3<Float>) -> Double {
    let observation = frame.observation
    let rotation = observation.pose.rotation
    let gaze = observation.gaze
    return switch self {
    case .weight(let channel): Double(weights[channel])
    case .rig, .trigger: 0
    case .present: observation.isPresent ? 1 : 0
    case .confidence: Double(observation.confidence)
    case .age: frame.ageSeconds
    case .time: observation.time.seconds
    case .yaw: Double(angles.x)
    case .pitch: Double(angles.y)
    case .roll: Double(angles.z)
    case .quaternionX: Double(rotation.x)
    case .quaternionY: Double(rotation.y)
    case .quaternionZ: Double(rotation.z)
    case .quaternionW: Double(rotation.w)
    case .positionX: Double(observation.pose.position.x)
    case .positionY: Double(observation.pose.position.y)
    case .positionZ: Double(observation.pose.position.z)
    case .leftEyeYaw: Double(gaze.leftYaw * degreesPerRadian)
    case .leftEyePitch: Double(gaze.leftPitch * degreesPerRadian)
    case .rightEyeYaw: Double(gaze.rightYaw * degreesPerRadian)
    case .rightEyePitch: Double(gaze.rightPitch * degreesPerRadian)
    }
  }
}

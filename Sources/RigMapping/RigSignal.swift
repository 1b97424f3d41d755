import FaceCore

/// What a profile's expressions may name: the 52 blendshapes, and angles of head and eyes as numbers −1…1.
package struct RigSignal: Equatable, Sendable {
  /// The angles, in the order of their indices after the 52.
  private static let angles = [
    "headYaw", "headPitch", "headRoll", "gazeLeftYaw", "gazeLeftPitch", "gazeRightYaw", "gazeRightPitch",
  ]
  /// The turn that is 1, radians: a quarter turn of the head, half of that of an eye.
  private static let headAtOne = Float.pi / 2
  private static let gazeAtOne = Float.pi / 4

  /// All names.
  package static let names: [String] = Blendshape.allCases.map(\.name) + angles

  /// The index in ``RigSignals``.
  let index: Int

  /// The signal of that name, or nil.
  package init?(name: some StringProtocol) {
    guard let index = Self.names.firstIndex(where: { $0 == name }) else { return nil }
    self.index = index
  }

  private init(index: Int) { self.index = index }

  /// What the mirror image has in this signal's place, and its sign there.
  var mirrored: (signal: RigSignal, sign: Float) {
    if index < 52 { return (RigSignal(index: Blendshape(rawValue: index)!.mirrored.rawValue), 1) }
    switch index - 52 {
    case 0, 2: return (self, -1)
    case 3: return (RigSignal(index: 57), -1)
    case 4: return (RigSignal(index: 58), 1)
    case 5: return (RigSignal(index: 55), -1)
    case 6: return (RigSignal(index: 56), 1)
    default: return (self, 1)
    }
  }

  /// Its value in one face: 0…1 for a blendshape, −1…1 for an angle; yaw > 0 to the subject's left, pitch > 0 up, roll > 0
  /// counter-clockwise in the image. 0 where it is not finite.
  func value(in face: FaceObservation, angles: (yaw: Float, pitch: Float, roll: Float)) -> Float {
    let value: Float =
      switch index - 52 {
      case ..<0: face.weights[index]
      case 0: angles.yaw / Self.headAtOne
      case 1: angles.pitch / Self.headAtOne
      case 2: angles.roll / Self.headAtOne
      case 3: face.gaze.leftYaw / Self.gazeAtOne
      case 4: face.gaze.leftPitch / Self.gazeAtOne
      case 5: face.gaze.rightYaw / Self.gazeAtOne
      default: face.gaze.rightPitch / Self.gazeAtOne
      }
    return value.isFinite ? max(-1, min(1, value)) : 0
  }
}

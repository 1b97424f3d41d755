import FaceCore

@testable import RigMapping

/// Faces for tests.
enum Faces {
  /// A present face at a moment, with some weights, and the gaze that these weights describe.
  static func face(
    _ weights: [Blendshape: Float] = [:], yaw: Float = 0, pitch: Float = 0, at seconds: Double = 0
  ) -> FaceObservation {
    var result = FaceObservation.absent(at: CaptureTime(seconds: seconds))
    result.isPresent = true
    result.confidence = 1
    for (channel, weight) in weights { result.weights[channel] = weight }
    result.gaze = Gaze(of: result.weights)
    result.pose.rotation = Quaternion(yaw: yaw * .pi / 180, pitch: pitch * .pi / 180, roll: 0)
    return result
  }

  /// A repeatable number −1…1 that looks random.
  static func noise(_ index: Int) -> Float {
    var x = UInt64(bitPattern: Int64(index)) &* 0x9E37_79B9_7F4A_7C15
    x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
    return Float((x ^ (x >> 31)) >> 40) / Float(1 << 23) - 1
  }

  /// A calibration captured from frames of a state that lasts.
  static func captured(
    _ kind: CalibrationCapture.Kind, over known: Calibration = .init(), _ weights: [Blendshape: Float],
    yaw: Float = 0
  ) throws -> Calibration {
    var capture = CalibrationCapture(kind)
    var index = 0
    while !capture.isComplete, index < 1000 {
      var face = face(weights, yaw: yaw, at: Double(index) / 30)
      for channel in 0..<52 { face.weights[channel] += 0.004 * noise(index * 52 + channel) }
      face.weights = face.weights.clamped()
      face.gaze = Gaze(of: face.weights)
      capture.add(face)
      index += 1
    }
    return known.updated(by: try capture.result(over: known))
  }
}

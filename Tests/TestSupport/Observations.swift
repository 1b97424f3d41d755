import FaceCore
import Foundation

/// An observation with one weight set.
package func face(
  _ channel: Blendshape = .jawOpen, _ weight: Float = 0, rotation: Quaternion = .identity,
  position: SIMD3<Float> = .zero, gaze: Gaze = .ahead, isPresent: Bool = true, seconds: Double = 0
) -> FaceObservation {
  var weights = BlendshapeWeights()
  weights[channel] = weight
  return FaceObservation(
    time: CaptureTime(seconds: seconds), isPresent: isPresent, confidence: 0.75, weights: weights,
    pose: HeadPose(rotation: rotation, position: position), gaze: gaze, window: nil)
}

/// The shipped sessions' truth as observations.
package enum ShippedSession {
  /// The repository.
  package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Every frame of `Sessions/<name>.csv`, rows without a face included. Gaze follows the look channels, 45° at 1.
  package static func observations(_ name: String = "demo") throws -> [FaceObservation] {
    let text = try String(contentsOf: root.appending(path: "Sessions/\(name).csv"), encoding: .utf8)
    let lines = text.split(separator: "\n")
    let columns = lines[0].split(separator: ",").map(String.init)
    return lines.dropFirst().map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map { Float($0) ?? 0 }
      return observation(Dictionary(uniqueKeysWithValues: zip(columns, fields)))
    }
  }

  private static func observation(_ row: [String: Float]) -> FaceObservation {
    func value(_ name: String) -> Float { row[name] ?? 0 }
    var weights = BlendshapeWeights()
    for channel in Blendshape.allCases { weights[channel] = value(channel.name) }
    func angle(_ positive: Blendshape, _ negative: Blendshape) -> Float {
      (weights[positive] - weights[negative]) * .pi / 4
    }
    let gaze = Gaze(
      leftYaw: angle(.eyeLookOutLeft, .eyeLookInLeft), leftPitch: angle(.eyeLookUpLeft, .eyeLookDownLeft),
      rightYaw: angle(.eyeLookInRight, .eyeLookOutRight), rightPitch: angle(.eyeLookUpRight, .eyeLookDownRight))
    let degree = Float.pi / 180
    let rotation = Quaternion(
      yaw: value("yaw") * degree, pitch: value("pitch") * degree, roll: value("roll") * degree)
    let centre = SIMD2(value("box_x") + value("box_w") / 2, value("box_y") + value("box_h") / 2)
    let isPresent = value("present") > 0.5
    return FaceObservation(
      time: CaptureTime(seconds: Double(value("t"))), isPresent: isPresent, confidence: value("confidence"),
      weights: weights, pose: HeadPose(rotation: rotation, position: isPresent ? [0.02, -0.01, -0.6] : .zero),
      gaze: gaze, window: isPresent ? FaceWindow(centre: centre, side: value("box_w"), roll: 0) : nil)
  }
}

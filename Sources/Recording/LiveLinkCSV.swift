import FaceCore
import Foundation

/// The columns and rows of a CSV as the app Live Link Face writes it, which MotionBuilder, Maya, Blender and Unreal import.
///
/// Weights are 0…1. Head and eyes are in radians, with Gurn's signs: yaw > 0 to the subject's left, pitch > 0 up, roll > 0
/// counter-clockwise in the image. A row without a face has the count 0 and empty fields.
package enum LiveLinkCSV {
  /// The rotations after the 52 weights.
  static let rotations = [
    "HeadYaw", "HeadPitch", "HeadRoll", "LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll", "RightEyeYaw", "RightEyePitch",
    "RightEyeRoll",
  ]

  /// The weights in the app's order, which differs from that of its datagrams at jaw and mouth.
  static let channels: [Blendshape] = [
    .eyeBlinkLeft, .eyeLookDownLeft, .eyeLookInLeft, .eyeLookOutLeft, .eyeLookUpLeft, .eyeSquintLeft, .eyeWideLeft,
    .eyeBlinkRight, .eyeLookDownRight, .eyeLookInRight, .eyeLookOutRight, .eyeLookUpRight, .eyeSquintRight,
    .eyeWideRight, .jawForward, .jawRight, .jawLeft, .jawOpen, .mouthClose, .mouthFunnel, .mouthPucker, .mouthRight,
    .mouthLeft, .mouthSmileLeft, .mouthSmileRight, .mouthFrownLeft, .mouthFrownRight, .mouthDimpleLeft,
    .mouthDimpleRight, .mouthStretchLeft, .mouthStretchRight, .mouthRollLower, .mouthRollUpper, .mouthShrugLower,
    .mouthShrugUpper, .mouthPressLeft, .mouthPressRight, .mouthLowerDownLeft, .mouthLowerDownRight, .mouthUpperUpLeft,
    .mouthUpperUpRight, .browDownLeft, .browDownRight, .browInnerUp, .browOuterUpLeft, .browOuterUpRight, .cheekPuff,
    .cheekSquintLeft, .cheekSquintRight, .noseSneerLeft, .noseSneerRight, .tongueOut,
  ]

  /// The first line.
  package static let header =
    (["Timecode", "BlendShapeCount"] + channels.map { $0.name.prefix(1).uppercased() + $0.name.dropFirst() } + rotations)
    .joined(separator: ",") + "\n"

  /// One row with its line feed.
  package static func row(_ observation: FaceObservation, at timecode: LiveLinkTimecode) -> String {
    guard observation.isPresent else {
      return "\(timecode.text),0" + String(repeating: ",", count: channels.count + rotations.count) + "\n"
    }
    let weights = observation.weights.clamped()
    let (head, gaze) = (observation.pose.rotation.headAngles, observation.gaze)
    let angles = [
      head.yaw, head.pitch, head.roll, gaze.leftYaw, gaze.leftPitch, 0, gaze.rightYaw, gaze.rightPitch, 0,
    ]
    let values = channels.map { weights[$0] } + angles.map { $0.isFinite ? $0 : 0 }
    return "\(timecode.text),\(values.count),"
      + values.map { String(format: "%.10f", Double($0)) }.joined(separator: ",") + "\n"
  }
}

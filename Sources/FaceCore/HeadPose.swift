/// Where the head is and how it is turned.
///
/// Head frame: right-handed, origin between the eyes, +x to the subject's left, +y up, +z out of the face. The camera-facing
/// frame has the same axes when the subject looks straight at the camera (so +x is right in the unmirrored image).
package struct HeadPose: Equatable, Sendable {
  /// From the head frame to the camera-facing frame; the identity looks straight at the camera.
  package var rotation: Quaternion
  /// The head's origin in metres, camera at the origin, z < 0 in front of the camera. Estimated from the window's size.
  package var position: SIMD3<Float>

  package static let neutral = HeadPose(rotation: .identity, position: .zero)

  package init(rotation: Quaternion, position: SIMD3<Float>) {
    self.rotation = rotation
    self.position = position
  }
}

/// The direction of both eyeballs relative to the head, in radians: yaw > 0 towards the subject's left, pitch > 0 up.
package struct Gaze: Equatable, Sendable {
  package var leftYaw, leftPitch, rightYaw, rightPitch: Float

  package static let ahead = Gaze(leftYaw: 0, leftPitch: 0, rightYaw: 0, rightPitch: 0)

  package init(leftYaw: Float, leftPitch: Float, rightYaw: Float, rightPitch: Float) {
    self.leftYaw = leftYaw
    self.leftPitch = leftPitch
    self.rightYaw = rightYaw
    self.rightPitch = rightPitch
  }
}

extension Gaze {
  /// The directions that the eyeLook weights say: weight 1 is 30° sideways, 24° up or down.
  package init(eyeLook weights: BlendshapeWeights) {
    let yaw = Float.pi / 6
    let pitch = Float.pi * 24 / 180
    self.init(
      leftYaw: (weights[.eyeLookOutLeft] - weights[.eyeLookInLeft]) * yaw,
      leftPitch: (weights[.eyeLookUpLeft] - weights[.eyeLookDownLeft]) * pitch,
      rightYaw: (weights[.eyeLookInRight] - weights[.eyeLookOutRight]) * yaw,
      rightPitch: (weights[.eyeLookUpRight] - weights[.eyeLookDownRight]) * pitch)
  }
}

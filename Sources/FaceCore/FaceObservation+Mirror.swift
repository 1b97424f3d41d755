extension FaceObservation {
  /// The same face as a mirror shows it: channels and eyes change sides, and the head turns, rolls and moves the other way.
  ///
  /// The window stays, as it lies in the camera's picture.
  package var mirrored: FaceObservation {
    var result = self
    for channel in Blendshape.allCases { result.weights[channel.mirrored] = weights[channel] }
    result.pose = pose.mirrored
    result.gaze = gaze.mirrored
    return result
  }
}

extension HeadPose {
  /// The pose seen in a mirror at x = 0: yaw, roll and x change their signs.
  package var mirrored: HeadPose {
    let q = rotation
    // From 0, since negating 0 would put a −0 on the wire.
    return HeadPose(
      rotation: Quaternion(x: q.x, y: 0 - q.y, z: 0 - q.z, w: q.w), position: [0 - position.x, position.y, position.z])
  }
}

extension Gaze {
  /// Both eyes as a mirror shows them: they change places, and yaw its sign.
  package var mirrored: Gaze {
    Gaze(leftYaw: 0 - rightYaw, leftPitch: rightPitch, rightYaw: 0 - leftYaw, rightPitch: leftPitch)
  }
}

import FaceCore

/// A face's frame as a message: one JSON object whose names, units and axes are those of the `native` wire format.
///
/// JSON rather than OSC, since it is what subscribers to a broker read without a library: browsers, Node-RED, a line of Python.
struct FaceMessage {
  private var json = JSONText()
  /// `"browDownLeft":` and so on, with a comma before all but the first.
  private let keys: [[UInt8]] = Blendshape.allCases.map {
    Array("\($0.rawValue == 0 ? "" : ",")\"\($0.name)\":".utf8)
  }

  /// - Parameters:
  ///   - ageSeconds: the time between the frame's capture and its sending.
  ///   - unixSeconds: the frame's capture by the wall clock, seconds since 1970, by which frames of several machines are told
  ///     apart.
  /// - Returns: UTF-8.
  mutating func encode(_ face: FaceObservation, ageSeconds: Double, unixSeconds: Double) -> [UInt8] {
    json.clear()
    json.append(face.isPresent ? "{\"present\":1" : "{\"present\":0")
    number(",\"confidence\":", Double(face.confidence), decimals: 3)
    number(",\"age\":", ageSeconds, decimals: 4)
    number(",\"time\":", face.time.seconds, decimals: 6)
    number(",\"utc\":", unixSeconds, decimals: 3)
    let rotation = face.pose.rotation.normalized
    let angles = rotation.headAngles
    let (gaze, position) = (face.gaze, face.pose.position)
    vector(",\"rotation\":", SIMD4(rotation.x, rotation.y, rotation.z, rotation.w), decimals: 5)
    vector(",\"euler\":", SIMD4(angles.yaw, angles.pitch, angles.roll, 0) * Self.degrees, count: 3, decimals: 2)
    vector(",\"position\":", SIMD4(position, 0), count: 3, decimals: 4)
    vector(
      ",\"gaze\":", SIMD4(gaze.leftYaw, gaze.leftPitch, gaze.rightYaw, gaze.rightPitch) * Self.degrees, decimals: 2)
    let weights = face.weights.clamped()
    json.append(",\"blend\":{")
    for index in keys.indices {
      json.append(keys[index])
      json.append(Double(weights[index]), decimals: 4)
    }
    json.append("}}")
    return json.bytes
  }

  private mutating func number(_ key: StaticString, _ value: Double, decimals: Int) {
    json.append(key)
    json.append(value, decimals: decimals)
  }

  private mutating func vector(_ key: StaticString, _ values: SIMD4<Float>, count: Int = 4, decimals: Int) {
    json.append(key)
    json.append(values, count: count, decimals: decimals)
  }

  private static let degrees = Float(180) / .pi
}

/// What a node's address and types do not say: its range, unit and meaning.
struct MethodFacts {
  /// The attribute RANGE of one value; nil where there is no bound.
  struct Range: Encodable, Equatable {
    var minimum: Double?
    var maximum: Double?

    /// The names in the proposal.
    enum CodingKeys: String, CodingKey {
      case minimum = "MIN"
      case maximum = "MAX"
    }
  }

  var description: String
  /// The range that all values of the method share.
  var range: Range?
  /// The unit that all values of the method share, by the proposal's list of units.
  var unit: String?

  private static let named: [String: MethodFacts] = [
    "present": .init(
      description: "1 while a face is held; at 0 everything fades to neutral", range: .init(minimum: 0, maximum: 1)),
    "confidence": .init(
      description: "how sure the network is that it sees a face", range: .init(minimum: 0, maximum: 1)),
    "age": .init(
      description: "time between the frame's capture and its sending", range: .init(minimum: 0), unit: "time.second"),
    "rotation": .init(
      description: "the head's rotation, unit quaternion x, y, z, w; 0 0 0 1 looks straight at the camera",
      range: .init(minimum: -1, maximum: 1)),
    "euler": .init(
      description: "the head's yaw, pitch and roll; yaw > 0 to the subject's left, pitch > 0 up, roll > 0 towards the "
        + "subject's right shoulder", range: .init(minimum: -180, maximum: 180), unit: "angle.degree"),
    "position": .init(
      description:
        "the point between the eyes relative to the camera: +x to the subject's left, +y up, z < 0 in front of "
        + "the camera", unit: "distance.m"),
    "gaze": .init(
      description: "left eye yaw, pitch, right eye yaw, pitch relative to the head; signs as in euler",
      range: .init(minimum: -180, maximum: 180), unit: "angle.degree"),
    "weights": .init(
      description: "all 52 blendshape weights in the alphabetical order of their ARKit names",
      range: .init(minimum: 0, maximum: 1)),
    "time": .init(description: "the frame's capture time on CLOCK_MONOTONIC", unit: "time.second"),
  ]

  private static let containers = [
    "/": "Gurn, a face tracker", "/gurn": "what the tracker sends and obeys", "/gurn/face": "the faces, by number",
  ]

  /// What stands behind `/gurn/face/` and the face's number, without the slash between; nil for another address.
  private static func nameInFace(_ address: String) -> Substring? {
    let parts = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: true)
    guard parts.count >= 3, parts[0] == "gurn", parts[1] == "face" else { return nil }
    return parts.count == 3 ? "" : parts[3]
  }

  /// Facts of a method that Gurn sends.
  static func sent(_ address: String) -> MethodFacts {
    let name = nameInFace(address) ?? ""
    if let facts = named[String(name)] { return facts }
    guard name.hasPrefix("blend/") else { return .init(description: "sent every frame") }
    return .init(
      description: "weight of the blendshape \(name.dropFirst(6)), 0 neutral, 1 extreme",
      range: .init(minimum: 0, maximum: 1))
  }

  /// What a container holds; nil where there is nothing to say.
  static func container(_ path: String) -> String? {
    switch nameInFace(path) {
    case "": "a face: left and right are the subject's own"
    case "blend": "ARKit's blendshape weights, by name"
    default: containers[path]
    }
  }
}

import Broadcast

/// VRChat (docs.vrchat.com, OSC avatar parameters and eye tracking): one value of type f, i, T or F for each parameter, floats in
/// −1…1, one kind of gaze address, and eyes that come again within ten seconds.
package struct VRChatValidator: ReceiverValidator {
  package let name = "VRChat"

  private static let eyes = [
    "/tracking/eye/EyesClosedAmount": "f", "/tracking/eye/CenterPitchYaw": "ff",
    "/tracking/eye/CenterPitchYawDist": "fff", "/tracking/eye/CenterVec": "fff", "/tracking/eye/CenterVecFull": "fff",
    "/tracking/eye/LeftRightPitchYaw": "ffff", "/tracking/eye/LeftRightVec": "ffffff",
  ]

  private var lastEyes: Double?
  private var types: [String: String] = [:]

  package init() {}

  package mutating func complaints(about packets: [[UInt8]], at seconds: Double) -> [String] {
    var complaints: [String] = []
    var gazes: Set<String> = []
    for packet in packets {
      if packet.count > 4096 { complaints.append("\(packet.count) bytes are more than OscCore's 4096") }
      for message in messages(of: packet, &complaints) {
        if message.address.hasPrefix("/tracking/") {
          if Self.eyes[message.address] != message.tags { complaints.append("\(message.address) ,\(message.tags)") }
          if message.address.hasSuffix("Amount") {
            if !(0...1).contains(message.numbers[0]) { complaints.append("eyes closed by \(message.numbers[0])") }
          } else {
            gazes.insert(message.address)
            if !message.numbers.allSatisfy({ abs($0) <= 90 }) { complaints.append("gaze is \(message.numbers)") }
          }
          lastEyes = seconds
        } else {
          complaints += judge(message)
        }
      }
    }
    if gazes.count > 1 { complaints.append("several kinds of gaze: \(gazes)") }
    if let lastEyes, seconds - lastEyes > 9 { complaints.append("eyes are silent for \(seconds - lastEyes) s") }
    return complaints
  }

  private mutating func judge(_ message: PlainOSC.Message) -> [String] {
    let prefix = "/avatar/parameters/"
    guard message.address.hasPrefix(prefix), message.address.count > prefix.count else {
      return ["\(message.address) is no avatar parameter"]
    }
    guard message.arguments.count == 1, "fiTF".contains(message.tags) else {
      return ["\(message.address) has types \(message.tags)"]
    }
    let type = message.tags == "F" ? "T" : message.tags
    defer { types[message.address] = type }
    if let before = types[message.address], before != type { return ["\(message.address) changes its type"] }
    if let value = message.numbers.first, !(-1...1).contains(value) { return ["\(message.address) is \(value)"] }
    return []
  }
}

/// VRCFaceTracking's Babble module (Project-Babble/Baballonia, `BabbleOSC.cs`): one message of one float a datagram, of at most
/// 4096 bytes; what is not in its list is not heard.
package struct BabbleValidator: ReceiverValidator {
  package let name = "VRCFaceTracking Babble module"
  private let names: Set<String>

  /// - Parameter names: the addresses of the module's list.
  package init(names: [String]) { self.names = Set(names) }

  package mutating func complaints(about packets: [[UInt8]], at seconds: Double) -> [String] {
    var heard: Set<String> = []
    var complaints = packets.flatMap { packet -> [String] in
      guard packet.first == UInt8(ascii: "/"), let message = try? PlainOSC.read(packet).messages.first else {
        return ["a datagram is no bare message"]
      }
      heard.insert(message.address)
      if message.tags != "f" { return ["\(message.address) has types \(message.tags)"] }
      return (0...1).contains(message.numbers[0]) ? [] : ["\(message.address) is \(message.numbers[0])"]
    }
    if heard != names { complaints.append("not as the module has them: \(heard.symmetricDifference(names).sorted())") }
    return complaints
  }
}

/// EyeTrackVR's module (EyeTrackVR/ETVRTrackingModule, `OSCManager.cs`): the first byte is a slash, one argument f, i, s, T or F.
package struct ETVRValidator: ReceiverValidator {
  package let name = "EyeTrackVR module"

  private static let names: Set = [
    "EyeX", "EyeY", "EyeLid", "EyeLeftX", "EyeLeftY", "EyeRightX", "EyeRightY", "EyeLidLeft", "EyeLidRight",
  ]

  package init() {}

  package mutating func complaints(about packets: [[UInt8]], at seconds: Double) -> [String] {
    packets.flatMap { packet -> [String] in
      guard packet.first == UInt8(ascii: "/"), packet.count <= 4096,
        let message = try? PlainOSC.read(packet).messages.first
      else { return ["a datagram is no bare message"] }
      guard message.arguments.count == 1, "fisTF".contains(message.tags) else {
        return ["\(message.address) has types \(message.tags)"]
      }
      let name = String(message.address.split(separator: "/").last ?? "")
      let bounds = name.contains("Lid") ? 0.0...1 : -1.0...1
      if !Self.names.contains(name) { return ["\(name) is not known"] }
      return bounds.contains(message.numbers[0]) ? [] : ["\(name) is \(message.numbers[0])"]
    }
  }
}

import Broadcast

/// TouchDesigner's OSC In CHOP (derivative.ca): a channel for each address; warns of anything but f and i.
package struct TouchDesignerValidator: ReceiverValidator {
  package let name = "TouchDesigner"

  /// Whether a datagram of its own may hold a `d`, which costs that datagram's channels only.
  private let mayWarn: Bool

  package init(mayWarn: Bool = false) { self.mayWarn = mayWarn }

  package mutating func complaints(about packets: [[UInt8]], at seconds: Double) -> [String] {
    var complaints: [String] = []
    var channels: Set<String> = []
    for (index, packet) in packets.enumerated() {
      for message in messages(of: packet, &complaints) {
        if !message.tags.allSatisfy({ "fi".contains($0) }), !(mayWarn && index == packets.count - 1) {
          complaints.append("\(message.address) has types \(message.tags)")
        }
        if !message.numbers.allSatisfy(\.isFinite) { complaints.append("\(message.address) holds no number") }
        if !channels.insert(message.address).inserted { complaints.append("\(message.address) comes twice") }
      }
    }
    return complaints
  }
}

/// Unity's OscCore and OscJack, Unreal's OSC plugin: buffers of 4096 bytes and OSC 1.0.
package struct PlainOSCValidator: ReceiverValidator {
  package let name: String
  private let mostBytes: Int

  package init(_ name: String, mostBytes: Int) {
    self.name = name
    self.mostBytes = mostBytes
  }

  package mutating func complaints(about packets: [[UInt8]], at seconds: Double) -> [String] {
    var complaints: [String] = []
    for packet in packets {
      if packet.count > mostBytes { complaints.append("\(packet.count) bytes are more than \(mostBytes)") }
      if messages(of: packet, &complaints).isEmpty { complaints.append("an empty datagram") }
    }
    return complaints
  }
}

/// Blender's AddRoutes (JPfeP/AddRoutes), whose multi-route takes `/W index value`: all 52 indices in every frame.
package struct AddRoutesValidator: ReceiverValidator {
  package let name = "AddRoutes"

  package init() {}

  package mutating func complaints(about packets: [[UInt8]], at seconds: Double) -> [String] {
    var complaints: [String] = []
    var indices: [Double] = []
    for packet in packets {
      for message in messages(of: packet, &complaints) where message.address == "/W" {
        guard message.tags == "if" else {
          complaints.append("/W has types \(message.tags)")
          continue
        }
        indices.append(message.numbers[0])
        if !(0...1).contains(message.numbers[1]) { complaints.append("/W \(message.numbers)") }
      }
    }
    if indices.sorted() != (0..<52).map(Double.init) { complaints.append("indices are \(indices)") }
    return complaints
  }
}

/// Inochi Session's Phiz adaptor (Inochi2D/facetrack-d, `phizosc.d`): bare messages, 52 floats, quaternions of length one.
package struct InochiPhizValidator: ReceiverValidator {
  package let name = "Inochi Session"

  package init() {}

  package mutating func complaints(about packets: [[UInt8]], at seconds: Double) -> [String] {
    packets.flatMap { packet -> [String] in
      guard let read = try? PlainOSC.read(packet), read.timeTag == nil, let message = read.messages.first else {
        return ["a datagram is no bare message"]
      }
      switch message.address {
      case "/phiz/blendshapes":
        guard message.tags == String(repeating: "f", count: 52) else { return ["\(message.arguments.count) weights"] }
        return message.numbers.allSatisfy { (0...1).contains($0) } ? [] : ["weights are \(message.numbers)"]
      case "/phiz/headRotation", "/phiz/leftEyeRotation", "/phiz/rightEyeRotation":
        guard message.tags == "ffff" else { return ["\(message.address) has types \(message.tags)"] }
        let length = message.numbers.reduce(0) { $0 + $1 * $1 }
        return abs(length - 1) < 1e-3 ? [] : ["\(message.address) is no rotation"]
      default: return ["\(message.address) is not Phiz's"]
      }
    }
  }
}

/// Patches for FaceOSC (kylemcdonald/ofxFaceTracker): one bundle a frame, and without a face `/found 0` alone.
package struct FaceOSCValidator: ReceiverValidator {
  package let name = "FaceOSC patches"

  private static let tags = [
    "/found": "i", "/pose/position": "ff", "/pose/scale": "f", "/pose/orientation": "fff", "/gesture/mouth/width": "f",
    "/gesture/mouth/height": "f", "/gesture/eyebrow/left": "f", "/gesture/eyebrow/right": "f", "/gesture/eye/left": "f",
    "/gesture/eye/right": "f", "/gesture/jaw": "f", "/gesture/nostrils": "f",
  ]

  package init() {}

  package mutating func complaints(about packets: [[UInt8]], at seconds: Double) -> [String] {
    guard packets.count == 1 else { return ["\(packets.count) datagrams a frame"] }
    var complaints: [String] = []
    let messages = messages(of: packets[0], &complaints)
    for message in messages where Self.tags[message.address] != message.tags {
      complaints.append("\(message.address) has types \(message.tags)")
    }
    let isFound = messages.first == .init(address: "/found", arguments: [.int32(1)])
    if messages.count != (isFound ? Self.tags.count : 1) { complaints.append("\(messages.count) messages") }
    return complaints
  }
}

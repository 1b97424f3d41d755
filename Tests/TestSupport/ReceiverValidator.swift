import Broadcast
import Foundation

/// A strict reading of what one receiver takes, with the faults that are known of it (sources: each validator's).
///
/// Judges every frame of a stream in its order; what it says is what that receiver would get wrong, refuse or break on.
package protocol ReceiverValidator: Sendable {
  /// The receiver's name.
  var name: String { get }

  /// What is wrong with the next frame's datagrams; empty for nothing.
  mutating func complaints(about packets: [[UInt8]], at seconds: Double) -> [String]
}

extension ReceiverValidator {
  /// The messages of a datagram, or why there are none.
  func messages(of packet: [UInt8], _ complaints: inout [String]) -> [PlainOSC.Message] {
    do { return try PlainOSC.read(packet).messages } catch {
      complaints.append("a datagram is no OSC: \(error)")
      return []
    }
  }
}

/// EVMC4U in Unity (gpsnmeajp/EasyVirtualMotionCaptureForUnity, `ExternalReceiver.cs`): an argument of another type is ignored,
/// a known address without arguments stops the receiver for good, and from the 31st `/VMC/Ext/T` of a rendered frame on
/// everything is dropped.
package struct EVMC4UValidator: ReceiverValidator {
  package let name = "EVMC4U"

  /// Unity's HumanBodyBones that a face tracker may move.
  private static let bones: Set = [
    "Hips", "Spine", "Chest", "UpperChest", "Neck", "Head", "LeftEye", "RightEye", "Jaw",
  ]

  private static let tags: [String: [String]] = [
    "/VMC/Ext/OK": ["i", "iii", "iiii"], "/VMC/Ext/T": ["f"], "/VMC/Ext/Root/Pos": ["sfffffff", "sfffffffffffff"],
    "/VMC/Ext/Bone/Pos": ["sfffffff"], "/VMC/Ext/Blend/Val": ["sf"], "/VMC/Ext/Blend/Apply": [""],
    "/VMC/Ext/Tra/Pos": ["sfffffff"], "/VMC/Ext/Set/Eye": ["ifff"],
  ]

  package init() {}

  package mutating func complaints(about packets: [[UInt8]], at seconds: Double) -> [String] {
    var complaints: [String] = []
    var times = 0
    for packet in packets {
      if packet.count > 1500 { complaints.append("\(packet.count) bytes are more than VMC's 1500") }
      for message in messages(of: packet, &complaints) {
        if message.address == "/VMC/Ext/T" { times += 1 }
        complaints += judge(message)
      }
    }
    if times > 30 { complaints.append("\(times) times in a frame: the receiver drops all after 30") }
    return complaints
  }

  private func judge(_ message: PlainOSC.Message) -> [String] {
    guard let known = Self.tags[message.address] else { return ["\(message.address) is not VMC's"] }
    if message.tags.isEmpty, !known.contains("") { return ["\(message.address) without arguments stops the receiver"] }
    guard known.contains(message.tags) else { return ["\(message.address) has types \(message.tags)"] }
    var complaints: [String] = []
    if !message.numbers.allSatisfy(\.isFinite) { complaints.append("\(message.address) holds a number that is none") }
    if message.address.hasSuffix("/Pos") {
      let length = message.numbers[3..<7].reduce(0) { $0 + $1 * $1 }
      if abs(length - 1) > 1e-3 { complaints.append("\(message.address) turns by no unit quaternion") }
    }
    if message.address == "/VMC/Ext/Bone/Pos", case .string(let bone) = message.arguments[0], !Self.bones.contains(bone)
    {
      complaints.append("\(bone) is no bone")
    }
    if message.address == "/VMC/Ext/Blend/Val", !(0...1).contains(message.numbers[0]) {
      complaints.append("\(message.arguments[0]) is \(message.numbers[0])")
    }
    return complaints
  }
}

/// Receivers that replace the whole face at every Apply: VMC4B in Blender (tonimono/vmc4b, `core`), VMC4UE in Unreal
/// (HAL9HARUKU/VMC4UE), GodotXRVmcTracker. Each wants every name once before each Apply, spelled exactly.
package struct FullSetValidator: ReceiverValidator {
  package let name: String
  private let names: Set<String>
  private let mostBytes: Int
  private var pending: [String: Int] = [:]

  /// - Parameters:
  ///   - names: all names that the receiver's model has.
  ///   - mostBytes: the largest datagram that is read whole.
  package init(_ name: String, names: [String], mostBytes: Int) {
    self.name = name
    self.names = Set(names)
    self.mostBytes = mostBytes
  }

  package mutating func complaints(about packets: [[UInt8]], at seconds: Double) -> [String] {
    var complaints: [String] = []
    var applies = 0
    for packet in packets {
      if packet.count > mostBytes { complaints.append("\(packet.count) bytes are more than \(mostBytes)") }
      for message in messages(of: packet, &complaints) {
        if message.address == "/VMC/Ext/Blend/Val", case .string(let name)? = message.arguments.first {
          pending[name, default: 0] += 1
          if !names.contains(name) { complaints.append("'\(name)' is no name of the model") }
        }
        guard message.address == "/VMC/Ext/Blend/Apply" else { continue }
        applies += 1
        let missing = names.filter { pending[$0] == nil }
        if !missing.isEmpty { complaints.append("before Apply there is no \(missing.sorted().prefix(3))") }
        complaints += pending.filter { $0.value > 1 }.map { "\($0.key) comes \($0.value) times and is added up" }
        pending = [:]
      }
    }
    if applies != 1 { complaints.append("\(applies) Applies in a frame") }
    if !pending.isEmpty { complaints.append("values come after the Apply") }
    return complaints
  }
}

/// VSeeFace (emilianavt/VSeeFaceReleases issue 43): bundles, few a frame, with the time tag at once.
package struct VSeeFaceValidator: ReceiverValidator {
  package let name = "VSeeFace"

  package init() {}

  package mutating func complaints(about packets: [[UInt8]], at seconds: Double) -> [String] {
    var complaints: [String] = []
    for packet in packets {
      let read = try? PlainOSC.read(packet)
      if read?.timeTag != 1 { complaints.append("a datagram is no bundle with the time tag at once") }
    }
    if packets.count > 4 { complaints.append("\(packets.count) datagrams a frame are slow to read") }
    let last = packets.last.flatMap { try? PlainOSC.read($0).messages.last?.address }
    if last != "/VMC/Ext/Blend/Apply" { complaints.append("the frame does not end with its Apply") }
    return complaints
  }
}

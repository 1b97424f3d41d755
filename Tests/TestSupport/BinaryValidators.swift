import Foundation

/// VMagicMirror, VSeeFace, VNyan and other readers of iFacialMocap's text (ifacialmocap.com/for-developer): whole numbers only,
/// exactly one `=`, a bar at the end.
package struct IFacialMocapValidator: ReceiverValidator {
  package let name = "iFacialMocap receivers"
  private let names: Set<String>

  /// - Parameter names: the 52 names as the app writes them.
  package init(names: [String]) { self.names = Set(names) }

  package mutating func complaints(about packets: [[UInt8]], at seconds: Double) -> [String] {
    guard packets.count == 1, let text = String(bytes: packets[0], encoding: .ascii) else {
      return ["no ASCII text in one datagram"]
    }
    var complaints: [String] = []
    if packets[0].count > 1472 { complaints.append("\(packets[0].count) bytes are split on the way") }
    if text.count(where: { $0 == "=" }) != 1 { complaints.append("not exactly one =") }
    if !text.hasSuffix("|") { complaints.append("no bar at the end") }
    let halves = text.split(separator: "=", omittingEmptySubsequences: false)
    var heard: [String] = []
    for field in halves[0].split(separator: "|") {
      let parts = field.split(separator: "-", maxSplits: 1).map(String.init)
      guard parts.count == 2, let value = Int(parts[1]), (0...100).contains(value) else {
        complaints.append("'\(field)' is no name and whole number from 0 to 100")
        continue
      }
      heard.append(parts[0])
    }
    if heard.count != 52 || Set(heard) != names { complaints.append("names are \(heard)") }
    let bones = (halves.count > 1 ? halves[1] : "").split(separator: "|").map {
      $0.split(separator: "#").map(String.init)
    }
    if bones.map(\.first) != ["head", "rightEye", "leftEye"] { complaints.append("bones are \(bones)") }
    for (bone, count) in zip(bones, [6, 3, 3]) {
      let numbers = bone.last?.split(separator: ",").compactMap { Double($0) } ?? []
      if numbers.count != count || !numbers.prefix(3).allSatisfy({ abs($0) <= 180 }) {
        complaints.append("\(bone) has no \(count) numbers")
      }
    }
    return complaints
  }
}

/// Unreal's Live Link source on port 11111, and Inochi Session's reader of the same (facetrack-d `llf.d`).
package struct UnrealLiveLinkValidator: ReceiverValidator {
  package let name = "Unreal Live Link"
  private var lastFrame = -1.0

  package init() {}

  package mutating func complaints(about packets: [[UInt8]], at seconds: Double) -> [String] {
    guard packets.count == 1 else { return ["\(packets.count) datagrams a frame"] }
    var rest = packets[0][...]
    func word() -> UInt32? {
      guard rest.count >= 4 else { return nil }
      defer { rest = rest.dropFirst(4) }
      return rest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
    guard rest.popFirst() == 6 else { return ["the version is not 6"] }
    guard word() == 36, rest.count > 40 else { return ["the device's identifier has no 36 bytes"] }
    rest = rest.dropFirst(36)
    guard let length = word(), (1...64).contains(length), rest.count >= Int(length) + 16 else {
      return ["the subject has no name"]
    }
    guard String(bytes: rest.prefix(Int(length)), encoding: .utf8) != nil else { return ["the name is no UTF-8"] }
    rest = rest.dropFirst(Int(length))
    guard let frame = word(), let subframe = word(), let rate = word(), word() == 1 else { return ["no frame time"] }
    var complaints: [String] = []
    let time = Double(frame) + Double(Float(bitPattern: subframe))
    if time <= lastFrame { complaints.append("frame \(time) comes after \(lastFrame)") }
    lastFrame = time
    if !(1...240).contains(rate) || !(0..<1).contains(Float(bitPattern: subframe)) { complaints.append("rate \(rate)") }
    guard let count = rest.popFirst() else { return complaints }
    guard count == 61, rest.count == 61 * 4 else { return complaints + ["\(count) values in \(rest.count) bytes"] }
    let values = (0..<61).compactMap { _ in word().map { Float(bitPattern: $0) } }
    if !values.prefix(52).allSatisfy({ (0...1).contains($0) }) { complaints.append("weights leave 0…1") }
    if !values.suffix(9).allSatisfy({ abs($0) <= .pi }) { complaints.append("angles are no radians") }
    return complaints
  }
}

/// opentrack's UDP input (opentrack `tracker-udp/ftnoir_tracker_udp.cpp`): six doubles, finite; other sizes are not read.
package struct OpentrackValidator: ReceiverValidator {
  package let name = "opentrack"

  package init() {}

  package mutating func complaints(about packets: [[UInt8]], at seconds: Double) -> [String] {
    packets.flatMap { packet -> [String] in
      guard packet.count == 48 else { return ["\(packet.count) bytes"] }
      let values = (0..<6).map { index in
        Double(bitPattern: packet[(8 * index)..<(8 * index + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) })
      }
      guard values.allSatisfy(\.isFinite) else { return ["not finite: \(values)"] }
      return values.suffix(3).allSatisfy { abs($0) <= 180 } ? [] : ["angles are \(values.suffix(3))"]
    }
  }
}

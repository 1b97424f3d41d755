import FaceCore

/// VRChat: its own eye tracking, and the avatar parameters of VRCFaceTracking's version 2 (port 9000).
///
/// Sources: docs.vrchat.com/docs/osc-eye-tracking; benaclejames/VRCFaceTracking, see ``UnifiedParameter``, and
/// `BinaryBaseParameter.cs` for values as bits. A value is sent when it changes by a 512th, a quarter of what VRChat hands on to
/// other players, and again after the keep-alive: VRChat falls back to its own eyes after ten seconds of silence, and a new
/// avatar starts from its defaults.
package struct VRChatSchema: Schema {
  package struct Configuration: Equatable, Sendable {
    /// How face parameters are sent.
    package enum Parameters: String, CaseIterable, Sendable {
      case none
      /// One float each.
      case float
      /// Bits as booleans: `JawOpen1`, `JawOpen2`, `JawOpen4` …, and `…Negative` where the value may be negative.
      case binary
      case both
    }

    package var parameters = Parameters.float
    /// What stands between `/avatar/parameters/` and `v2/`, such as `FT/`; empty for none.
    package var prefix = ""
    /// The number of bits of a binary parameter, 1…7.
    package var bits = 4
    /// Whether VRChat's own eye tracking is sent.
    package var eyes = true
    /// After how long an unchanged value is sent again, seconds, 0…9.
    package var keepAliveSeconds = 1.0
    /// Whether messages share bundles; if not, each is a datagram.
    package var bundle = true

    package init() {}
  }

  private static let step: Float = 512

  package var datagrams: DatagramSet { selection.datagrams }

  private let configuration: Configuration
  private var messages: DatagramSet
  private var selection: ChangeSelection
  private let eyes, floats, bits, active: DatagramSet.Slot?

  /// - Throws: ``BroadcastError`` if a message cannot be laid out.
  package init(_ configuration: Configuration = .init()) throws(BroadcastError) {
    self.configuration = configuration
    let path = "/avatar/parameters/" + configuration.prefix
    let zero = OSCArgument.float(0)
    var layout = PacketLayout(isBundled: false)
    if configuration.eyes {
      eyes = try layout.add("/tracking/eye/LeftRightPitchYaw", [zero, zero, zero, zero])
      try layout.add("/tracking/eye/EyesClosedAmount", [zero])
    } else {
      eyes = nil
    }
    let sendsFloats = configuration.parameters == .float || configuration.parameters == .both
    let sendsBits = configuration.parameters == .binary || configuration.parameters == .both
    floats = sendsFloats ? try Self.addFloats(to: &layout, path: path + "v2/") : nil
    bits = sendsBits ? try Self.addBits(to: &layout, path: path + "v2/", count: configuration.bits) : nil
    if configuration.parameters == .none {
      active = nil
    } else {
      active = try layout.add(path + "EyeTrackingActive", [.bool(false)])
      for name in ["ExpressionTrackingActive", "LipTrackingActive"] { try layout.add(path + name, [.bool(false)]) }
    }
    messages = try layout.finish()
    selection = ChangeSelection(
      of: messages, isBundled: configuration.bundle, keepAliveSeconds: configuration.keepAliveSeconds)
  }

  package mutating func encode(_ frame: BroadcastFrame) {
    let observation = frame.observation
    let face = UnifiedFace(observation)
    if let eyes {
      // VRChat's pitch is positive downwards, its yaw to the right.
      let gaze = observation.gaze
      let angles = SIMD4(gaze.leftPitch, gaze.leftYaw, gaze.rightPitch, gaze.rightYaw) * -degreesPerRadian
      for index in 0..<4 { messages.set(eyes + index, Self.rounded(angles[index])) }
      messages.set(eyes + 4, Self.rounded(face.both(.eyeBlinkLeft)))
    }
    if let floats {
      for (index, parameter) in UnifiedParameter.all.enumerated() {
        messages.set(floats + index, Self.rounded(parameter.value(face)))
      }
    }
    if bits != nil { encodeBits(of: face) }
    if let active {
      for index in 0..<3 { messages.set(active + index, observation.isPresent) }
    }
    selection.select(from: messages, seconds: frame.seconds)
  }

  private mutating func encodeBits(of face: UnifiedFace) {
    guard var slot = bits else { return }
    for parameter in UnifiedParameter.all {
      let value = parameter.value(face)
      let code = Self.code(value, bits: configuration.bits, isSigned: parameter.isSigned)
      for bit in 0..<configuration.bits {
        messages.set(slot, code >> bit & 1 == 1)
        slot = slot + 1
      }
      if parameter.isSigned {
        messages.set(slot, value < 0)
        slot = slot + 1
      }
    }
  }

  /// The bits of a value: all of them from 0.99999 on, else the whole part of |value| · 2^bits; none below 0 without a sign.
  static func code(_ value: Float, bits: Int, isSigned: Bool) -> Int {
    if value < 0, !isSigned { return 0 }
    let steps = 1 << bits
    return abs(value) > 0.99999 ? steps - 1 : Int(abs(value) * Float(steps))
  }

  private static func rounded(_ value: Float) -> Float {
    guard value.isFinite else { return 0 }
    return (value * step).rounded() / step + 0
  }

  private static func addFloats(to layout: inout PacketLayout, path: String) throws(BroadcastError) -> DatagramSet.Slot?
  {
    var first: DatagramSet.Slot?
    for parameter in UnifiedParameter.all {
      let slot = try layout.add(path + parameter.name, [.float(0)])
      first = first ?? slot
    }
    return first
  }

  private static func addBits(
    to layout: inout PacketLayout, path: String, count: Int
  ) throws(BroadcastError) -> DatagramSet.Slot? {
    var first: DatagramSet.Slot?
    for parameter in UnifiedParameter.all {
      let suffixes = (0..<count).map { String(1 << $0) } + (parameter.isSigned ? ["Negative"] : [])
      for suffix in suffixes {
        let slot = try layout.add(path + parameter.name + suffix, [.bool(false)])
        first = first ?? slot
      }
    }
    return first
  }
}

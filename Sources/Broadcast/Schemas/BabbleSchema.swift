import FaceCore

/// Project Babble's mouth tracking, heard by its VRCFaceTracking module and by oscavmgr (port 8888).
///
/// Source: Project-Babble/ProjectBabble `BabbleApp/osc.py`, Project-Babble/Baballonia `BabbleOSC.cs`. The receivers decode one
/// message a datagram and take floats only, so nothing is bundled. What a camera cannot see of the tongue stays 0; ARKit's
/// one cheek puff is both cheeks'.
package struct BabbleSchema: Schema {
  package struct Configuration: Equatable, Sendable {
    /// What stands before every address, such as `/babble`; empty for none.
    package var prefix = ""

    package init() {}
  }

  package private(set) var datagrams: DatagramSet

  /// The addresses in Babble's order and the channels that feed them, nil for what no channel feeds.
  private static let messages: [(name: String, channel: Blendshape?)] = [
    ("cheekPuffLeft", .cheekPuff), ("cheekPuffRight", .cheekPuff), ("cheekSuckLeft", nil), ("cheekSuckRight", nil),
    ("jawOpen", .jawOpen), ("jawForward", .jawForward), ("jawLeft", .jawLeft), ("jawRight", .jawRight),
    ("noseSneerLeft", .noseSneerLeft), ("noseSneerRight", .noseSneerRight), ("mouthFunnel", .mouthFunnel),
    ("mouthPucker", .mouthPucker), ("mouthLeft", .mouthLeft), ("mouthRight", .mouthRight),
    ("mouthRollUpper", .mouthRollUpper), ("mouthRollLower", .mouthRollLower), ("mouthShrugUpper", .mouthShrugUpper),
    ("mouthShrugLower", .mouthShrugLower), ("mouthClose", .mouthClose), ("mouthSmileLeft", .mouthSmileLeft),
    ("mouthSmileRight", .mouthSmileRight), ("mouthFrownLeft", .mouthFrownLeft), ("mouthFrownRight", .mouthFrownRight),
    ("mouthDimpleLeft", .mouthDimpleLeft), ("mouthDimpleRight", .mouthDimpleRight),
    ("mouthUpperUpLeft", .mouthUpperUpLeft), ("mouthUpperUpRight", .mouthUpperUpRight),
    ("mouthLowerDownLeft", .mouthLowerDownLeft), ("mouthLowerDownRight", .mouthLowerDownRight),
    ("mouthPressLeft", .mouthPressLeft), ("mouthPressRight", .mouthPressRight), ("mouthStretchLeft", .mouthStretchLeft),
    ("mouthStretchRight", .mouthStretchRight), ("tongueOut", .tongueOut), ("tongueUp", nil), ("tongueDown", nil),
    ("tongueLeft", nil), ("tongueRight", nil), ("tongueRoll", nil), ("tongueBendDown", nil), ("tongueCurlUp", nil),
    ("tongueSquish", nil), ("tongueFlat", nil), ("tongueTwistLeft", nil), ("tongueTwistRight", nil),
  ]

  private let first: DatagramSet.Slot

  /// - Throws: ``BroadcastError`` if a message cannot be laid out.
  package init(_ configuration: Configuration = .init()) throws(BroadcastError) {
    var layout = PacketLayout(isBundled: false)
    var slots: [DatagramSet.Slot] = []
    for message in Self.messages {
      slots.append(try layout.add(configuration.prefix + "/" + message.name, [.float(0)]))
    }
    first = slots[0]
    datagrams = try layout.finish()
  }

  package mutating func encode(_ frame: BroadcastFrame) {
    let weights = frame.observation.weights.clamped()
    for (index, message) in Self.messages.enumerated() {
      if let channel = message.channel { datagrams.set(first + index, weights[channel]) }
    }
  }
}

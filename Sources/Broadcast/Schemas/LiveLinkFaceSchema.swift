import FaceCore

/// Epic's Live Link Face, which Unreal reads on port 11111: one big-endian binary datagram a frame.
///
/// Sources: JimWest/PyLiveLinkFace, tbxMb/GodotLiveLinkFace `doc/proto.md`, Inochi2D/facetrack-d `llf.d`. Version 6; a device
/// identifier of 36 bytes; the subject's name; frame number, subframe and rate; 61 and so many floats. Without a face the
/// datagram ends before that count. Angles are radians: the head's yaw > 0 to the subject's left and pitch > 0 up, the eyes'
/// the other way round, as the app has them.
package struct LiveLinkFaceSchema: Schema {
  package struct Configuration: Equatable, Sendable {
    /// The subject's name in Unreal; 1…64 bytes of UTF-8.
    package var subject = "Gurn"

    package init() {}
  }

  /// The frame rate that frame numbers count in.
  private static let framesPerSecond: Int32 = 60

  /// Not a device's but Gurn's own: Unreal only wants it to stay the same.
  private static let device = "6775726E-0000-4000-8000-000000000000"

  package private(set) var datagrams: DatagramSet

  private let headerBytes: Int
  private let frameNumber = DatagramSet.Slot(index: 0)
  private let subframe = DatagramSet.Slot(index: 1)
  private let first = DatagramSet.Slot(index: 2)

  package init(_ configuration: Configuration = .init()) {
    func bigEndian(_ value: Int32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
    let name = Array(configuration.subject.utf8)
    var bytes: [UInt8] = [6]
    bytes += bigEndian(36) + Array(Self.device.utf8)
    bytes += bigEndian(Int32(name.count)) + name
    let time = bytes.count
    bytes += bigEndian(0) + bigEndian(0) + bigEndian(Self.framesPerSecond) + bigEndian(1)
    headerBytes = bytes.count
    bytes += [61] + Array(repeating: 0, count: 61 * 4)
    let values = (0..<61).map { [headerBytes] in headerBytes + 1 + 4 * $0 }
    datagrams = DatagramSet(bytes: bytes, ranges: [0..<bytes.count], offsets: [time, time + 4] + values)
  }

  package mutating func encode(_ frame: BroadcastFrame) {
    let observation = frame.observation
    datagrams.setByteCount(headerBytes + (observation.isPresent ? 1 + 61 * 4 : 0), ofDatagram: 0)
    // Frame numbers start over each day, as a time code does.
    let day = Double(Self.framesPerSecond) * 86_400
    let frames = max(0, observation.time.seconds) * Double(Self.framesPerSecond)
    let number = frames.truncatingRemainder(dividingBy: day)
    datagrams.set(frameNumber, Int32(number))
    datagrams.set(subframe, Float(number - number.rounded(.down)))
    let weights = observation.weights.clamped()
    for (index, channel) in ChannelOrders.liveLinkFace.enumerated() { datagrams.set(first + index, weights[channel]) }
    let head = observation.pose.rotation.normalized.headAngles
    datagrams.set(first + 52, SIMD3(head.yaw, head.pitch, head.roll))
    let gaze = observation.gaze
    datagrams.set(first + 55, SIMD3(0 - gaze.leftYaw, 0 - gaze.leftPitch, 0))
    datagrams.set(first + 58, SIMD3(0 - gaze.rightYaw, 0 - gaze.rightPitch, 0))
  }
}

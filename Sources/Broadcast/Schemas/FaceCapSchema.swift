import FaceCore

/// The live mode of the phone app Face Cap: `/HT`, `/HR`, `/HRQ`, `/ELR`, `/ERR`, and `/W index value` 52 times.
///
/// Source: bannaflak.com/face-cap/livemode.html; Blender's AddRoutes reads `/W` as a multi-route. ARKit's axes, which are the
/// head frame's: rotations are right-handed about +x (looking down), +y (to the subject's left), +z (to the right shoulder),
/// degrees, in the order R = Ry · Rx · Rz; positions in metres; an eye's two angles are about x and y.
package struct FaceCapSchema: Schema {
  package struct Configuration: Equatable, Sendable {
    /// Whether messages share bundles; if not, each is a datagram.
    package var bundle = true

    package init() {}
  }

  package private(set) var datagrams: DatagramSet

  private let position, angles, quaternion, leftEye, rightEye, weights: DatagramSet.Slot

  /// - Throws: ``BroadcastError`` if a message cannot be laid out.
  package init(_ configuration: Configuration = .init()) throws(BroadcastError) {
    let zero = OSCArgument.float(0)
    var layout = PacketLayout(isBundled: configuration.bundle)
    position = try layout.add("/HT", [zero, zero, zero])
    angles = try layout.add("/HR", [zero, zero, zero])
    quaternion = try layout.add("/HRQ", [zero, zero, zero, .float(1)])
    leftEye = try layout.add("/ELR", [zero, zero])
    rightEye = try layout.add("/ERR", [zero, zero])
    weights = try layout.add("/W", [.int32(0), zero])
    for index in 1..<52 { try layout.add("/W", [.int32(Int32(index)), zero]) }
    datagrams = try layout.finish()
  }

  package mutating func encode(_ frame: BroadcastFrame) {
    let observation = frame.observation
    let rotation = observation.pose.rotation.normalized
    let head = rotation.headAngles
    let gaze = observation.gaze
    datagrams.set(position, observation.pose.position)
    datagrams.set(angles, SIMD3(0 - head.pitch, head.yaw, head.roll) * degreesPerRadian)
    datagrams.set(quaternion, SIMD4(rotation.x, rotation.y, rotation.z, rotation.w))
    datagrams.set(leftEye, (0 - gaze.leftPitch) * degreesPerRadian)
    datagrams.set(leftEye + 1, gaze.leftYaw * degreesPerRadian)
    datagrams.set(rightEye, (0 - gaze.rightPitch) * degreesPerRadian)
    datagrams.set(rightEye + 1, gaze.rightYaw * degreesPerRadian)
    let values = observation.weights.clamped()
    for (index, channel) in ChannelOrders.faceCap.enumerated() {
      datagrams.set(weights + (2 * index + 1), values[channel])
    }
  }
}

import FaceCore

/// Phiz, which Inochi Session reads on port 41235: three quaternions x, y, z, w and one array of 52 weights.
///
/// Source: Inochi2D/facetrack-d `phizosc.d`, whose array has an order of its own. Axes are right-handed, +y up, +z out of the
/// face, which are the head frame's. Each message is a datagram.
package struct PhizSchema: Schema {
  package private(set) var datagrams: DatagramSet

  private let head, leftEye, rightEye, weights: DatagramSet.Slot

  /// - Throws: ``BroadcastError`` if a message cannot be laid out.
  package init() throws(BroadcastError) {
    let zero = OSCArgument.float(0)
    let identity = [zero, zero, zero, .float(1)]
    var layout = PacketLayout(isBundled: false)
    head = try layout.add("/phiz/headRotation", identity)
    leftEye = try layout.add("/phiz/leftEyeRotation", identity)
    rightEye = try layout.add("/phiz/rightEyeRotation", identity)
    weights = try layout.add("/phiz/blendshapes", Array(repeating: zero, count: 52))
    datagrams = try layout.finish()
  }

  package mutating func encode(_ frame: BroadcastFrame) {
    let observation = frame.observation
    let gaze = observation.gaze
    set(head, observation.pose.rotation.normalized)
    set(leftEye, Quaternion(yaw: gaze.leftYaw, pitch: gaze.leftPitch, roll: 0))
    set(rightEye, Quaternion(yaw: gaze.rightYaw, pitch: gaze.rightPitch, roll: 0))
    let values = observation.weights.clamped()
    for (index, channel) in ChannelOrders.phiz.enumerated() { datagrams.set(weights + index, values[channel]) }
  }

  private mutating func set(_ slot: DatagramSet.Slot, _ q: Quaternion) {
    datagrams.set(slot, SIMD4(q.x, q.y, q.z, q.w))
  }
}

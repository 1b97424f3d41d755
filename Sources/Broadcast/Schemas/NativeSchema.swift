import FaceCore

/// Gurn's own wire format: a flat address for every value, described in `docs/osc-native.md`.
///
/// Flat single-float addresses are what TouchDesigner, Max, Pure Data and NodeOSC take without a converter. The last
/// datagram repeats the weights as one array and carries the capture time as `d`, a type that some receivers refuse
/// together with the whole datagram: they lose nothing that the others do not hold.
package struct NativeSchema: Schema {
  package struct Configuration: Equatable, Sendable {
    /// Whether messages share bundles; if not, each is a datagram.
    package var bundle = true

    package init() {}
  }

  package private(set) var datagrams: DatagramSet

  private let present, confidence, age, rotation, euler, position, gaze, blend, array, time: DatagramSet.Slot

  /// - Parameter number: the face's, `0..<FaceNumber.most`.
  /// - Throws: ``BroadcastError`` if a message cannot be laid out.
  package init(_ configuration: Configuration = .init(), face number: Int = 0) throws(BroadcastError) {
    let face = "/gurn/face/\(number)"
    let zero = OSCArgument.float(0)
    var layout = PacketLayout(isBundled: configuration.bundle)
    present = try layout.add(face + "/present", [.int32(0)])
    confidence = try layout.add(face + "/confidence", [zero])
    age = try layout.add(face + "/age", [zero])
    rotation = try layout.add(face + "/rotation", [zero, zero, zero, .float(1)])
    euler = try layout.add(face + "/euler", [zero, zero, zero])
    position = try layout.add(face + "/position", [zero, zero, zero])
    gaze = try layout.add(face + "/gaze", [zero, zero, zero, zero])
    // The messages of one argument each follow one another, so the slot of channel n is `blend + n`.
    blend = try layout.add(face + "/blend/" + Blendshape.allCases[0].name, [zero])
    for channel in Blendshape.allCases.dropFirst() { try layout.add(face + "/blend/" + channel.name, [zero]) }
    layout.startDatagram()
    array = try layout.add(face + "/weights", Array(repeating: zero, count: 52))
    time = try layout.add(face + "/time", [.double(0)])
    datagrams = try layout.finish()
  }

  package mutating func encode(_ frame: BroadcastFrame) {
    let observation = frame.observation
    let weights = observation.weights.clamped()
    let rotation = observation.pose.rotation.normalized
    let angles = rotation.headAngles
    let gaze = observation.gaze
    datagrams.set(present, Int32(observation.isPresent ? 1 : 0))
    datagrams.set(confidence, observation.confidence)
    datagrams.set(age, Float(frame.ageSeconds))
    datagrams.set(self.rotation, SIMD4(rotation.x, rotation.y, rotation.z, rotation.w))
    datagrams.set(euler, SIMD3(angles.yaw, angles.pitch, angles.roll) * degreesPerRadian)
    datagrams.set(position, observation.pose.position)
    datagrams.set(
      self.gaze, SIMD4(gaze.leftYaw, gaze.leftPitch, gaze.rightYaw, gaze.rightPitch) * degreesPerRadian)
    for index in 0..<52 {
      datagrams.set(blend + index, weights[index])
      datagrams.set(array + index, weights[index])
    }
    datagrams.set(time, observation.time.seconds)
  }
}

let degreesPerRadian = Float(180) / .pi

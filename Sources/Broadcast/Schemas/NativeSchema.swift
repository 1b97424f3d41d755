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
    /// What is sent as blendshapes.
    package var channels = BlendshapeSource.tracked

    package init() {}
  }

  package private(set) var datagrams: DatagramSet

  private let configuration: Configuration
  private let number: Int
  private let names: ChannelNames
  /// The rig's channels or nil for the 52.
  private let rig: [ChannelNames.RigChannel]?
  private let present, confidence, age, rotation, euler, position, gaze, blend, array, time: DatagramSet.Slot
  private let trigger: DatagramSet.Slot?

  /// - Parameters:
  ///   - number: the face's, `0..<FaceNumber.most`.
  ///   - names: the channels and triggers to lay out; others that a frame brings are laid out when it comes.
  /// - Throws: ``BroadcastError`` if a message cannot be laid out.
  package init(
    _ configuration: Configuration = .init(), face number: Int = 0, names: ChannelNames = .none
  ) throws(BroadcastError) {
    self.configuration = configuration
    self.number = number
    self.names = names
    rig = configuration.channels.rig(names)
    let blendNames = rig?.map { oscName($0.name) } ?? Blendshape.allCases.map(\.name)
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
    blend = try layout.add(face + "/blend/" + blendNames[0], [zero])
    for name in blendNames.dropFirst() { try layout.add(face + "/blend/" + name, [zero]) }
    trigger = try names.triggers.first.map { name throws(BroadcastError) in
      try layout.add(face + "/trigger/" + name, [zero])
    }
    for name in names.triggers.dropFirst() { try layout.add(face + "/trigger/" + name, [zero]) }
    layout.startDatagram()
    array = try layout.add(face + "/weights", Array(repeating: zero, count: blendNames.count))
    time = try layout.add(face + "/time", [.double(0)])
    datagrams = try layout.finish()
  }

  package mutating func encode(_ frame: BroadcastFrame) {
    let observation = frame.observation
    // Once after a change of the profile or of the triggers; this allocates.
    if observation.channels.names !== names,
      let new = try? NativeSchema(configuration, face: number, names: observation.channels.names)
    {
      self = new
    }
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
    for index in 0..<(rig?.count ?? 52) {
      let value = rig == nil ? weights[index] : observation.channels[index]
      datagrams.set(blend + index, value)
      datagrams.set(array + index, value)
    }
    if let trigger {
      for index in names.triggers.indices {
        datagrams.set(trigger + index, observation.channels[names.rig.count + index])
      }
    }
    datagrams.set(time, observation.time.seconds)
  }
}

let degreesPerRadian = Float(180) / .pi

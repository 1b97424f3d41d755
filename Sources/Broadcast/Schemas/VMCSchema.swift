import FaceCore

/// The Virtual Motion Capture protocol, version 2.8, towards a Marionette (a renderer, port 39539) or a Performer (39540).
///
/// Source: the protocol's specification, protocol.vmc.info. Order within a frame: `/VMC/Ext/OK`, `/VMC/Ext/T`,
/// `/VMC/Ext/Root/Pos`, bones, every `/VMC/Ext/Blend/Val` once, and last of all `/VMC/Ext/Blend/Apply`: receivers replace the
/// whole face at each Apply, so a frame is never a part of one. An Assistant sends no status, time or root, which are the
/// Performer's, and gaze as a point. Types are exact, since EVMC4U ignores an int for a float. Bone positions are 0, as a
/// tracker does not know the model's skeleton.
package struct VMCSchema: Schema {
  package struct Configuration: Equatable, Sendable {
    /// Whom Gurn takes the place of.
    package enum Role: String, CaseIterable, Sendable {
      /// A Performer that moves a Marionette: the renderer gets everything from Gurn.
      case marionette
      /// An Assistant to a Performer, which adds a body and hands the whole on.
      case assistant
    }

    /// How blendshapes are named.
    package enum Names: String, CaseIterable, Sendable {
      /// ARKit's 52 in PascalCase (`BrowDownLeft`), as "perfect sync" models have them.
      case pascal
      /// ARKit's 52 in ARKit's own spelling (`browDownLeft`).
      case camel
      /// The presets of VRM 0 (`A`, `Blink_L`, `Joy` …), derived from the 52.
      case vrm0
      /// The presets of VRM 1 (`aa`, `blinkLeft`, `happy` …), likewise.
      case vrm1
      /// `pascal` and `vrm0` together; drives a shape twice where a model has clips for both.
      case both
    }

    /// How the head's pose is sent.
    package enum Head: String, CaseIterable, Sendable {
      case none
      /// As the rotations of the bones `Neck` and `Head`.
      case bones
      /// As a virtual tracker named `Head`, `/VMC/Ext/Tra/Pos`: position relative to the camera, and rotation.
      case tracker
    }

    package var role = Role.marionette
    package var names = Names.pascal
    /// What is sent as blendshapes; a rig's channels bear their own names, whatever `names` says.
    package var channels = BlendshapeSource.tracked
    /// Whether messages share bundles, as VSeeFace prefers; some receivers cannot read bundles.
    package var bundle = true
    package var head = Head.bones
    /// The neck's share of the rotation, 0…1; the head takes the rest.
    package var neckShare: Float = 0.3
    /// Whether gaze is sent: as the rotations of the bones `LeftEye` and `RightEye`, by an Assistant as `/VMC/Ext/Set/Eye`.
    package var eyeBones = false

    package init() {}
  }

  package private(set) var datagrams: DatagramSet

  private let configuration: Configuration
  private let tracking, time: DatagramSet.Slot?
  private let neck, head, tracker, leftEye, rightEye, gaze: DatagramSet.Slot?
  private let arkit: DatagramSet.Slot?
  private let presets: DatagramSet.Slot?
  private let rig: DatagramSet.Slot?
  private let channelNames: ChannelNames
  private let presetList: [VRMPreset]

  /// How far away the point lies that an Assistant's eyes look at, metres.
  private static let gazeMetres: Float = 2

  /// - Parameter names: the rig's channels to lay out; others that a frame brings are laid out when it comes.
  /// - Throws: ``BroadcastError`` if a message cannot be laid out.
  package init(_ configuration: Configuration = .init(), names: ChannelNames = .none) throws(BroadcastError) {
    self.configuration = configuration
    channelNames = names
    let rigNames = configuration.channels.rig(names)?.map(\.name)
    var layout = PacketLayout(isBundled: configuration.bundle)
    let performs = configuration.role == .marionette
    // Loaded, calibrated, normal mode; the last argument is whether tracking is good.
    let okArguments: [OSCArgument] = [.int32(1), .int32(3), .int32(0), .int32(0)]
    tracking = performs ? try layout.add("/VMC/Ext/OK", okArguments) + 3 : nil
    time = performs ? try layout.add("/VMC/Ext/T", [.float(0)]) : nil
    if performs { try layout.add("/VMC/Ext/Root/Pos", Self.pose(of: "root")) }
    let hasBones = configuration.head == .bones
    neck = hasBones ? try layout.add("/VMC/Ext/Bone/Pos", Self.pose(of: "Neck")) : nil
    head = hasBones ? try layout.add("/VMC/Ext/Bone/Pos", Self.pose(of: "Head")) : nil
    tracker = configuration.head == .tracker ? try layout.add("/VMC/Ext/Tra/Pos", Self.pose(of: "Head")) : nil
    let hasEyes = configuration.eyeBones && performs
    leftEye = hasEyes ? try layout.add("/VMC/Ext/Bone/Pos", Self.pose(of: "LeftEye")) : nil
    rightEye = hasEyes ? try layout.add("/VMC/Ext/Bone/Pos", Self.pose(of: "RightEye")) : nil
    let eyeArguments: [OSCArgument] = [.int32(0), .float(0), .float(0), .float(Self.gazeMetres)]
    gaze = configuration.eyeBones && !performs ? try layout.add("/VMC/Ext/Set/Eye", eyeArguments) : nil
    rig = try Self.addBlendshapes(rigNames ?? [], to: &layout)
    let arkitNames = rigNames == nil ? Self.arkitNames(configuration.names) : []
    arkit = try Self.addBlendshapes(arkitNames, to: &layout)
    presetList = rigNames == nil ? Self.presets(configuration.names) : []
    let presetNames = presetList.map { configuration.names == .vrm1 ? $0.vrm1Name : $0.rawValue }
    presets = try Self.addBlendshapes(presetNames, to: &layout)
    try layout.add("/VMC/Ext/Blend/Apply", [])
    datagrams = try layout.finish()
  }

  package mutating func encode(_ frame: BroadcastFrame) {
    let observation = frame.observation
    // Once after a change of the profile; this allocates.
    if configuration.channels == .rig, observation.channels.names !== channelNames,
      let new = try? VMCSchema(configuration, names: observation.channels.names)
    {
      self = new
    }
    let rotation = observation.pose.rotation.normalized
    if let tracking { datagrams.set(tracking, Int32(observation.isPresent ? 1 : 0)) }
    if let time { datagrams.set(time, Float(frame.seconds)) }
    let neckTurn = Quaternion(rotationVector: rotation.rotationVector * configuration.neckShare)
    setRotation(neck, neckTurn)
    setRotation(head, neckTurn.conjugate * rotation)
    if let tracker { datagrams.set(tracker + 1, UnityCoordinates.vector(observation.pose.position)) }
    setRotation(tracker, rotation)
    let eyes = observation.gaze
    setRotation(leftEye, Quaternion(yaw: eyes.leftYaw, pitch: eyes.leftPitch, roll: 0))
    setRotation(rightEye, Quaternion(yaw: eyes.rightYaw, pitch: eyes.rightPitch, roll: 0))
    setGaze(eyes, isPresent: observation.isPresent)
    setBlendshapes(observation.weights.clamped())
    if let rig {
      for index in channelNames.rig.indices { datagrams.set(rig + (2 * index + 1), observation.channels[index]) }
    }
  }

  /// The point in the head's frame that both eyes look at (from version 2.8 on), switched off without a face.
  private mutating func setGaze(_ eyes: Gaze, isPresent: Bool) {
    guard let gaze else { return }
    let direction = Quaternion(
      yaw: (eyes.leftYaw + eyes.rightYaw) / 2, pitch: (eyes.leftPitch + eyes.rightPitch) / 2, roll: 0)
    datagrams.set(gaze, Int32(isPresent ? 1 : 0))
    datagrams.set(gaze + 1, UnityCoordinates.vector(direction.rotate([0, 0, Self.gazeMetres])))
  }

  private mutating func setBlendshapes(_ weights: BlendshapeWeights) {
    // The value is the second argument of each message of two.
    if let arkit {
      for index in 0..<52 { datagrams.set(arkit + (2 * index + 1), weights[index]) }
    }
    if let presets {
      var slot = presets + 1
      for preset in presetList {
        datagrams.set(slot, preset.value(of: weights))
        slot = slot + 2
      }
    }
  }

  /// Replaces the rotation of a message laid out by ``pose(of:)``: after the name and three coordinates.
  private mutating func setRotation(_ message: DatagramSet.Slot?, _ rotation: Quaternion) {
    guard let message else { return }
    datagrams.set(message + 4, UnityCoordinates.quaternion(rotation))
  }

  private static func arkitNames(_ names: Configuration.Names) -> [String] {
    switch names {
    case .pascal, .both: Blendshape.allCases.map(\.pascalName)
    case .camel: Blendshape.allCases.map(\.name)
    case .vrm0, .vrm1: []
    }
  }

  private static func presets(_ names: Configuration.Names) -> [VRMPreset] {
    switch names {
    case .pascal, .camel: []
    case .vrm0, .both: VRMPreset.vrm0
    case .vrm1: VRMPreset.allCases
    }
  }

  /// Adds a value for each name and returns the slot of the first message's first argument, nil without names.
  private static func addBlendshapes(
    _ names: [String], to layout: inout PacketLayout
  ) throws(BroadcastError) -> DatagramSet.Slot? {
    var first: DatagramSet.Slot?
    for name in names {
      let slot = try layout.add("/VMC/Ext/Blend/Val", [.string(name), .float(0)])
      first = first ?? slot
    }
    return first
  }

  /// A name, the position 0 and no rotation.
  private static func pose(of name: String) -> [OSCArgument] {
    let zero = OSCArgument.float(0)
    return [.string(name), zero, zero, zero, zero, zero, zero, .float(1)]
  }
}

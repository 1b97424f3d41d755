import FaceCore

/// The Virtual Motion Capture protocol, version 2.7, towards a Marionette (a renderer, port 39539) or a Performer (39540).
///
/// Source: the protocol's specification, protocol.vmc.info. Order within a frame: `/VMC/Ext/OK`, `/VMC/Ext/T`,
/// `/VMC/Ext/Root/Pos`, bones, every `/VMC/Ext/Blend/Val` once, and last of all `/VMC/Ext/Blend/Apply`: receivers replace the
/// whole face at each Apply, so a frame is never a part of one. Types are exact, since EVMC4U ignores an int for a float.
/// Bone positions are 0, as a tracker does not know the model's skeleton.
package struct VMCSchema: Schema {
  package struct Configuration: Equatable, Sendable {
    /// How blendshapes are named.
    package enum Names: String, CaseIterable, Sendable {
      /// ARKit's 52 in PascalCase (`BrowDownLeft`), as "perfect sync" models have them.
      case arkit
      /// ARKit's 52 in ARKit's own spelling (`browDownLeft`).
      case camel
      /// The presets of VRM 0 (`A`, `Blink_L`, `Joy` …), derived from the 52.
      case vrm0
      /// `arkit` and `vrm0` together; drives a shape twice where a model has clips for both.
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

    package var names = Names.arkit
    /// Whether messages share bundles, as VSeeFace prefers; some receivers cannot read bundles.
    package var bundle = true
    package var head = Head.bones
    /// The neck's share of the rotation, 0…1; the head takes the rest.
    package var neckShare: Float = 0.3
    /// Whether gaze is sent as the rotations of the bones `LeftEye` and `RightEye`.
    package var eyeBones = false

    package init() {}
  }

  package private(set) var datagrams: DatagramSet

  private let configuration: Configuration
  private let tracking, time: DatagramSet.Slot
  private let neck, head, tracker, leftEye, rightEye: DatagramSet.Slot?
  private let arkit: DatagramSet.Slot?
  private let presets: DatagramSet.Slot?

  /// - Throws: ``BroadcastError`` if a message cannot be laid out.
  package init(_ configuration: Configuration = .init()) throws(BroadcastError) {
    self.configuration = configuration
    var layout = PacketLayout(isBundled: configuration.bundle)
    // Loaded, calibrated, normal mode; the last argument is whether tracking is good.
    tracking = try layout.add("/VMC/Ext/OK", [.int32(1), .int32(3), .int32(0), .int32(0)]) + 3
    time = try layout.add("/VMC/Ext/T", [.float(0)])
    try layout.add("/VMC/Ext/Root/Pos", Self.pose(of: "root"))
    let hasBones = configuration.head == .bones
    neck = hasBones ? try layout.add("/VMC/Ext/Bone/Pos", Self.pose(of: "Neck")) : nil
    head = hasBones ? try layout.add("/VMC/Ext/Bone/Pos", Self.pose(of: "Head")) : nil
    tracker = configuration.head == .tracker ? try layout.add("/VMC/Ext/Tra/Pos", Self.pose(of: "Head")) : nil
    leftEye = configuration.eyeBones ? try layout.add("/VMC/Ext/Bone/Pos", Self.pose(of: "LeftEye")) : nil
    rightEye = configuration.eyeBones ? try layout.add("/VMC/Ext/Bone/Pos", Self.pose(of: "RightEye")) : nil
    arkit = try Self.addBlendshapes(Self.arkitNames(configuration.names), to: &layout)
    let hasPresets = configuration.names == .vrm0 || configuration.names == .both
    presets = try Self.addBlendshapes(hasPresets ? VRMPreset.allCases.map(\.rawValue) : [], to: &layout)
    try layout.add("/VMC/Ext/Blend/Apply", [])
    datagrams = try layout.finish()
  }

  package mutating func encode(_ frame: BroadcastFrame) {
    let observation = frame.observation
    let rotation = observation.pose.rotation.normalized
    datagrams.set(tracking, Int32(observation.isPresent ? 1 : 0))
    datagrams.set(time, Float(frame.seconds))
    let neckTurn = Quaternion(rotationVector: rotation.rotationVector * configuration.neckShare)
    setRotation(neck, neckTurn)
    setRotation(head, neckTurn.conjugate * rotation)
    if let tracker { datagrams.set(tracker + 1, UnityCoordinates.vector(observation.pose.position)) }
    setRotation(tracker, rotation)
    let gaze = observation.gaze
    setRotation(leftEye, Quaternion(yaw: gaze.leftYaw, pitch: gaze.leftPitch, roll: 0))
    setRotation(rightEye, Quaternion(yaw: gaze.rightYaw, pitch: gaze.rightPitch, roll: 0))
    setBlendshapes(observation.weights.clamped())
  }

  private mutating func setBlendshapes(_ weights: BlendshapeWeights) {
    // The value is the second argument of each message of two.
    if let arkit {
      for index in 0..<52 { datagrams.set(arkit + (2 * index + 1), weights[index]) }
    }
    if let presets {
      var slot = presets + 1
      for preset in VRMPreset.allCases {
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
    case .arkit, .both: Blendshape.allCases.map { $0.name.prefix(1).uppercased() + $0.name.dropFirst() }
    case .camel: Blendshape.allCases.map(\.name)
    case .vrm0: []
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

import FaceCore

/// FaceOSC, which many Max, Pure Data and Processing patches expect on port 8338: one bundle a frame.
///
/// Source: kylemcdonald/ofxFaceTracker `FaceOSC/src/FaceOsc.cpp`. Without a face the bundle holds `/found 0` alone. Gestures
/// are in FaceOSC's own units, in which a mouth is about 14 wide and an open one about 8 high; they are made of the weights.
/// Position and scale are the window's in pixels of the frame; orientation is radians about the head frame's x, y, z.
package struct FaceOSCSchema: Schema {
  package private(set) var datagrams: DatagramSet

  private let position, scale, orientation, gestures: DatagramSet.Slot
  private let foundBytes, lostBytes: Int

  /// The gestures in the order of sending.
  private static let addresses = [
    "mouth/width", "mouth/height", "eyebrow/left", "eyebrow/right", "eye/left", "eye/right", "jaw", "nostrils",
  ]

  /// The pixels of a window's side for each unit of FaceOSC's scale.
  private static let pixelsPerScale: Float = 40

  /// - Throws: ``BroadcastError`` if a message cannot be laid out.
  package init() throws(BroadcastError) {
    let zero = OSCArgument.float(0)
    var layout = PacketLayout(isBundled: true)
    try layout.add("/found", [.int32(1)])
    position = try layout.add("/pose/position", [zero, zero])
    scale = try layout.add("/pose/scale", [zero])
    orientation = try layout.add("/pose/orientation", [zero, zero, zero])
    gestures = try layout.add("/gesture/" + Self.addresses[0], [zero])
    for address in Self.addresses.dropFirst() { try layout.add("/gesture/" + address, [zero]) }
    foundBytes = try layout.finish().byteCount
    layout.startDatagram()
    try layout.add("/found", [.int32(0)])
    datagrams = try layout.finish()
    lostBytes = datagrams.byteCount - foundBytes
  }

  package mutating func encode(_ frame: BroadcastFrame) {
    let observation = frame.observation
    datagrams.setByteCount(observation.isPresent ? foundBytes : 0, ofDatagram: 0)
    datagrams.setByteCount(observation.isPresent ? 0 : lostBytes, ofDatagram: 1)
    let angles = observation.pose.rotation.normalized.headAngles
    datagrams.set(position, observation.window?.centre.x ?? 0)
    datagrams.set(position + 1, observation.window?.centre.y ?? 0)
    datagrams.set(scale, (observation.window?.side ?? 0) / Self.pixelsPerScale)
    datagrams.set(orientation, SIMD3(0 - angles.pitch, angles.yaw, angles.roll))
    setGestures(observation.weights.clamped())
  }

  /// A rest value and how far the weights move it, from the ranges that FaceOSC's tracker gives for a face.
  private mutating func setGestures(_ w: BlendshapeWeights) {
    let wide = (w[.mouthSmileLeft] + w[.mouthSmileRight] + w[.mouthStretchLeft] + w[.mouthStretchRight]) / 2
    let open = max(0, w[.jawOpen] - w[.mouthClose])
    let lips = (w[.mouthLowerDownLeft] + w[.mouthLowerDownRight] + w[.mouthUpperUpLeft] + w[.mouthUpperUpRight]) / 4
    let flare = (w[.noseSneerLeft] + w[.noseSneerRight]) / 2
    datagrams.set(gestures, 14 + 3 * wide - 4 * max(w[.mouthPucker], w[.mouthFunnel]))
    datagrams.set(gestures + 1, 1 + 7 * open + 2 * lips)
    datagrams.set(gestures + 2, brow(w[.browInnerUp], w[.browOuterUpLeft], w[.browDownLeft]))
    datagrams.set(gestures + 3, brow(w[.browInnerUp], w[.browOuterUpRight], w[.browDownRight]))
    datagrams.set(gestures + 4, 3 - 2 * w[.eyeBlinkLeft] + w[.eyeWideLeft])
    datagrams.set(gestures + 5, 3 - 2 * w[.eyeBlinkRight] + w[.eyeWideRight])
    datagrams.set(gestures + 6, 22 + 6 * w[.jawOpen])
    datagrams.set(gestures + 7, 5.5 + flare)
  }

  private func brow(_ inner: Float, _ outer: Float, _ down: Float) -> Float { 8 + inner + outer - 1.5 * down }
}

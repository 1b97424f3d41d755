import FaceCore

/// iFacialMocap's text, version 1, which VSeeFace, VNyan, Warudo, VBridger and VMagicMirror read on port 49983.
///
/// Source: ifacialmocap.com/for-developer. `name-value|` 52 times with whole values 0…100, exactly one `=` before
/// `head#rx,ry,rz,px,py,pz|`, then `rightEye#…|leftEye#…|`; receivers want the last bar. Angles are degrees that go straight
/// into Unity's `Quaternion.Euler`: left-handed, +y up, +z forward, R = Ry · Rx · Rz; positions in metres.
package struct IFacialMocapSchema: Schema {
  private static let names = ChannelOrders.faceCap.map { (channel: $0, text: $0.sidedName + "-") }

  package private(set) var datagrams: DatagramSet

  package init() {
    datagrams = DatagramSet(byteCapacity: PacketLayout.maximumBytes, datagramCapacity: 1)
  }

  package mutating func encode(_ frame: BroadcastFrame) {
    let observation = frame.observation
    let weights = observation.weights.clamped()
    let head = observation.pose.rotation.normalized.headAngles
    let position = UnityCoordinates.vector(observation.pose.position)
    let gaze = observation.gaze
    datagrams.removeAll()
    datagrams.appendDatagram { text in
      for name in Self.names {
        text.append(contentsOf: name.text.utf8)
        text.append(integer: Int((weights[name.channel] * 100).rounded()))
        text.append(UInt8(ascii: "|"))
      }
      text.append(contentsOf: "=head#".utf8)
      text.append(Self.degrees(yaw: head.yaw, pitch: head.pitch, roll: head.roll))
      text.append(UInt8(ascii: ","))
      text.append(position)
      text.append(contentsOf: "|rightEye#".utf8)
      text.append(Self.degrees(yaw: gaze.rightYaw, pitch: gaze.rightPitch, roll: 0))
      text.append(contentsOf: "|leftEye#".utf8)
      text.append(Self.degrees(yaw: gaze.leftYaw, pitch: gaze.leftPitch, roll: 0))
      text.append(UInt8(ascii: "|"))
    }
  }

  /// Unity's angles about x, y and z: down, to the model's right, and towards its left shoulder are positive.
  private static func degrees(yaw: Float, pitch: Float, roll: Float) -> SIMD3<Float> {
    (0 - SIMD3(pitch, yaw, roll)) * degreesPerRadian
  }
}

extension [UInt8] {
  /// Appends an integer in decimal digits.
  mutating func append(integer: Int) {
    if integer < 0 { append(UInt8(ascii: "-")) }
    var divisor: UInt = 1
    while integer.magnitude / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(integer.magnitude / divisor % 10))
      divisor /= 10
    }
  }

  /// Appends a number with four digits after the point; one that is not finite becomes 0.
  mutating func append(decimal: Float) {
    let scaled = decimal.isFinite ? Int((Double(Swift.max(-1e9, Swift.min(1e9, decimal))) * 10_000).rounded()) : 0
    if scaled < 0 { append(UInt8(ascii: "-")) }
    append(integer: Int(scaled.magnitude / 10_000))
    append(UInt8(ascii: "."))
    var divisor: UInt = 1000
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(scaled.magnitude / divisor % 10))
      divisor /= 10
    }
  }

  /// Appends three numbers with commas between them.
  fileprivate mutating func append(_ vector: SIMD3<Float>) {
    for index in 0..<3 {
      if index > 0 { append(UInt8(ascii: ",")) }
      append(decimal: vector[index])
    }
  }
}

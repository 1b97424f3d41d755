import FaceCore

/// What a schema puts on the wire: one observation of one face and the sender's time.
package struct BroadcastFrame: Sendable {
  package var observation: FaceObservation
  /// Seconds between the frame's capture and its sending.
  package var ageSeconds: Double
  /// Seconds since the process began to send, rising with every frame.
  package var seconds: Double
  /// Whose observation it is, `0..<FaceNumber.most`.
  package var face: Int

  package init(observation: FaceObservation, ageSeconds: Double, seconds: Double, face: Int = 0) {
    self.observation = observation
    self.ageSeconds = ageSeconds
    self.seconds = seconds
    self.face = face
  }
}

/// A wire format: lays out its datagrams when it is made and replaces their numbers each frame. It carries one face; each face
/// that is sent has an instance of its own.
///
/// A new format is one file with a type that conforms, cases of ``SchemaKind`` and ``SchemaConfiguration``, and a test
/// against packets worked out from the format's specification. A schema is used by one thread at a time.
package protocol Schema: Sendable {
  /// The datagrams of the frame that was encoded last, each of at most ``PacketLayout/maximumBytes``.
  var datagrams: DatagramSet { get }

  /// Replaces the numbers of the datagrams. Allocates nothing. Weights are sent within 0…1, never as NaN.
  mutating func encode(_ frame: BroadcastFrame)
}

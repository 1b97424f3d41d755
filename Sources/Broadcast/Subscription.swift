/// One stream that somebody asked for.
struct Subscription: Sendable {
  /// Where the stream goes.
  let address: ResolvedAddress
  /// Whence it was asked for, and what else of the sender's renews it.
  var source: ResolvedAddress
  /// The name that was asked for.
  let schemaName: String
  let identity: SchemaIdentity
  /// The faces that are sent.
  let faces: ClosedRange<Int>
  /// A socket of its own that is connected to the address; nil where the control port's is shared.
  let socket: UDPSocket?
  /// When the lease ends, seconds of CLOCK_MONOTONIC.
  var expires: Double
  var sentDatagrams = 0
  var lostDatagrams = 0

  /// Whether a face in a wire format is part of the stream.
  func wants(_ identity: SchemaIdentity, face: Int) -> Bool { self.identity == identity && faces.contains(face) }

  /// Whether the sender of a message from this address may speak for the subscription.
  func isOf(_ sender: ResolvedAddress, port: Int?) -> Bool {
    guard address.hasSameHost(as: sender) else { return false }
    if let port { return address.port == port }
    return address.port == sender.port || source.port == sender.port
  }
}

/// What a status view shows of a subscription.
package struct SubscriptionStatus: Equatable, Sendable, Codable {
  package var address: String
  package var schema: String
  package var secondsLeft: Double
  package var sent: Int
  package var lost: Int
}

/// Why something cannot be sent or heard.
package enum BroadcastError: Error, Equatable, CustomStringConvertible {
  /// A message alone is larger than a datagram may be.
  case messageTooLarge(address: String, bytes: Int, limit: Int)
  /// liblo refused to put a message or bundle together.
  case layoutFailed(address: String)
  /// Another program listens on the port.
  case portInUse(port: Int, reason: String)
  /// The port cannot be listened on for another reason.
  case cannotListen(port: Int, reason: String)
  /// A target's port lies outside 1…65535.
  case invalidPort(Int)

  package var description: String {
    switch self {
    case .messageTooLarge(let address, let bytes, let limit):
      "\(address) takes \(bytes) bytes, but a datagram may hold \(limit)"
    case .layoutFailed(let address): "\(address) cannot be put into an OSC packet"
    case .portInUse(let port, let reason): "port \(port) is in use by another program: \(reason)"
    case .cannotListen(let port, let reason): "port \(port) cannot be listened on: \(reason)"
    case .invalidPort(let port): "port \(port) does not exist: a port is a number from 1 to 65535"
    }
  }
}

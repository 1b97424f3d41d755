/// Why there is no connection to the broker.
enum BrokerError: Error, Equatable, CustomStringConvertible {
  /// The library refuses what it was told, or cannot begin.
  case unusable(what: String, reason: String)
  case unreadable(path: String, reason: String)
  /// The broker answered that it does not want the client.
  case refused(reason: String)
  case unreachable(reason: String)
  case lost(reason: String)

  var description: String {
    switch self {
    case .unusable(let what, let reason): "\(what): \(reason)"
    case .unreadable(let path, let reason): "\(path) can't be read: \(reason)"
    case .refused(let reason): "the broker refuses: \(reason)"
    case .unreachable(let reason): "can't be reached: \(reason)"
    case .lost(let reason): "the connection is lost: \(reason)"
    }
  }
}

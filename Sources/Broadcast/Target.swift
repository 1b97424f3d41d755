/// Where a stream of datagrams goes and in which wire format.
package struct Target: Equatable, Sendable {
  /// A name, or an IPv4 or IPv6 address.
  package var host: String
  /// 1…65535.
  package var port: Int
  package var schema: SchemaConfiguration
  /// The number of the face that is sent; nil sends every face where the format tells them apart, face 0 elsewhere.
  package var face: Int?
  /// How many routers a multicast may pass, 1…255; 1 stays in the local network.
  package var multicastTTL = 1
  /// The network interface that a multicast leaves by, such as `eth0`; nil lets the system choose.
  package var interface: String?

  package init(host: String = "127.0.0.1", port: Int = 39539, schema: SchemaConfiguration = .vmc(.init())) {
    self.host = host
    self.port = port
    self.schema = schema
  }

  /// Such as `127.0.0.1:39539 (vmc)`, or `(vmc, face 1)` where a face was chosen.
  package var description: String {
    let what = schema.name + (face.map { ", face \($0)" } ?? "")
    return (host.contains(":") ? "[\(host)]" : host) + ":\(port) (\(what))"
  }
}

/// How sending to a target goes.
package enum TargetState: Equatable, Sendable {
  /// The host's name is being looked up; nothing is sent yet.
  case resolving
  case sending
  /// The host answers that nobody listens on the port; sending goes on, in case somebody will.
  case refused
  /// The host's name is not known; it is looked up again every ten seconds.
  case unresolvable(reason: String)
  /// The system does not send; it is tried on.
  case failing(reason: String)

  /// A line for a log or a status view.
  package var description: String {
    switch self {
    case .resolving: "looking up the host's name"
    case .sending: "sending"
    case .refused: "nobody listens there (the host refuses the port); sending goes on"
    case .unresolvable(let reason): "the host's name is not known (\(reason)); trying again every 10 s"
    case .failing(let reason): "cannot be reached (\(reason)); trying on"
    }
  }
}

/// What has happened to a target so far.
package struct TargetStatus: Equatable, Sendable {
  package var target: Target
  package var state: TargetState
  /// Datagrams handed to the network.
  package var sentDatagrams = 0
  /// Datagrams not sent: no address yet, a full socket buffer, no route.
  package var lostDatagrams = 0
  /// Times that the host answered that nobody listens.
  package var refusals = 0
}

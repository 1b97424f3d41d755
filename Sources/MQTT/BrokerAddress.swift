/// A broker, and as whom and under which names a daemon publishes there.
package struct BrokerAddress: Equatable, Sendable {
  /// A name, or an IPv4 or IPv6 address.
  package var host: String
  /// 1…65535.
  package var port: Int
  /// What stands before every topic, without a slash at either end and without `+` and `#`.
  package var prefix: String
  /// Who publishes: one level of the topics, unique at the broker.
  package var actor: String
  /// The name to log in with; nil for none.
  package var username: String?
  /// A file whose first line is the password, an absolute path; nil for none.
  package var passwordFile: String?
  /// A file with the certificates that the broker's own has to be signed by, PEM; nil connects without TLS.
  package var certificateFile: String?

  package init(host: String, port: Int = 1883, prefix: String = "gurn", actor: String) {
    self.host = host
    self.port = port
    self.prefix = prefix
    self.actor = actor
  }

  /// The retained topic that holds `online` or `offline`.
  package var statusTopic: String { "\(prefix)/\(actor)/status" }

  /// The topic of a face's frames.
  package func faceTopic(_ face: Int) -> String { "\(prefix)/\(actor)/face/\(face)" }

  /// Such as `broker.local:1883`.
  var place: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
}

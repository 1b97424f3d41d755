import Foundation

/// Which MQTT broker is published to and under which topics. Plain values: the daemon makes a publisher of them.
package struct MQTTConfiguration: Equatable, Sendable {
  /// A name, or an IPv4 or IPv6 address; nil publishes nothing.
  package var host: String?
  /// 1…65535.
  package var port = 1883
  /// What stands before every topic, without a slash at either end.
  package var prefix = "gurn"
  /// Who publishes: one level of the topics; nil takes the machine's name.
  package var actor: String?
  package var username: String?
  /// A file whose first line is the password, an absolute path.
  package var passwordFile: String?
  /// A file with the certificates that the broker's has to be signed by, an absolute path; nil connects without TLS.
  package var certificateFile: String?

  package init() {}

  /// The actor's name: the configured one, or the machine's.
  package var actorName: String {
    actor ?? ProcessInfo.processInfo.hostName.replacing("/", with: "-")
  }
}

extension Configuration {
  static func readMQTT(_ top: inout Section, _ mqtt: inout MQTTConfiguration) {
    var section = top.section("mqtt")
    section.optionalText("host", &mqtt.host)
    section.integer("port", &mqtt.port, in: 1...65535)
    section.text("prefix", &mqtt.prefix)
    let levels = mqtt.prefix.split(separator: "/", omittingEmptySubsequences: false)
    if !levels.allSatisfy({ isTopicLevel($0) }) || mqtt.prefix.hasPrefix("$") {
      section.refuse(
        "prefix",
        "has to be the beginning of MQTT topics, such as gurn or studio/faces, without + and # and empty levels")
    }
    section.optionalText("actor", &mqtt.actor)
    if let actor = mqtt.actor, actor.contains("/") || !isTopicLevel(Substring(actor)) {
      section.refuse("actor", "has to be one level of MQTT topics, such as anna, without /, + and #")
    }
    section.optionalText("username", &mqtt.username)
    section.path("password_file", &mqtt.passwordFile)
    if mqtt.passwordFile != nil, mqtt.username == nil {
      section.refuse("password_file", "is the password of username, which is not set")
    }
    section.path("ca_file", &mqtt.certificateFile)
    section.finish()
  }

  /// Whether this can stand between the slashes of a topic that is published to (MQTT 3.1.1, section 4.7).
  private static func isTopicLevel(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.count <= 256
      && text.unicodeScalars.allSatisfy {
        !"+#".unicodeScalars.contains($0) && $0.properties.generalCategory != .control
      }
  }
}

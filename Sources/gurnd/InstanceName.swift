import ArgumentParser
import Settings

/// One daemon of several, as `gurnd@NAME.service` starts it.
struct InstanceName {
  /// The configuration that is the instance's own, beside gurn.yaml.
  let file: String
  /// The number that a name of digits stands for.
  let number: Int?

  init(_ name: String) {
    file = name + ".yaml"
    number = name.allSatisfy { $0.isASCII && $0.isNumber } ? Int(name) : nil
  }

  /// Refuses what is no name of a file, and numbers that no camera has.
  static func check(_ name: String) throws {
    let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    guard !name.isEmpty, isPlain, name.first != "." else {
      throw ValidationError("--instance '\(name)': a name has letters, digits, '-', '_' and '.' only")
    }
    if let number = InstanceName(name).number, !(0...255).contains(number) {
      throw ValidationError("--instance \(name): a number is 0 to 255")
    }
  }

  /// The configuration for all as instance `number` has it: its own camera where none is chosen, its own ports.
  static func number(_ number: Int, appliedTo configuration: Configuration) throws -> Configuration {
    var own = configuration
    if own.source.camera == .auto { own.source.camera = .path("/dev/video\(number)") }
    for index in own.targets.indices { own.targets[index].port += number }
    if own.control.port > 0 { own.control.port += number }
    if own.oscQuery.port > 0 { own.oscQuery.port += number }
    own.mqtt.actor = "\(own.mqtt.actorName)-\(number)"
    if let port = (own.targets.map(\.port) + [own.control.port, own.oscQuery.port]).first(where: { $0 > 65535 }) {
      throw DaemonFailure(description: "instance \(number): port \(port) lies above 65535; give it a file of its own")
    }
    return own
  }
}

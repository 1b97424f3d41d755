import Foundation
import Settings

/// Reads the configuration file with the command line's options over it; the same at the start and at every reload.
struct ConfigurationLoader: Sendable {
  let path: String?
  let instance: String?
  let source: String?
  let loop: Bool
  let models: String?
  let networks: String?

  func load() throws -> Configuration {
    var configuration = try loadFile()
    if let source { configuration.source.choose(source) }
    if loop { configuration.source.loop = true }
    if let networks { configuration.tracking.networks = .init(rawValue: networks) ?? .auto }
    if let models { configuration.modelsDirectory = models }
    return configuration
  }

  /// Where relative paths start from: the file that is read, nil where there is none.
  var file: String? {
    path.map { URL(fileURLWithPath: $0).path } ?? instance.flatMap { Configuration.locate(file: InstanceName($0).file) }
      ?? Configuration.locate()
  }

  /// The file that is named, the instance's own, or the one for all.
  private func loadFile() throws -> Configuration {
    guard path == nil, let instance else { return try Configuration.load(path: path) }
    let name = InstanceName(instance)
    if let own = Configuration.locate(file: name.file) { return try Configuration.load(path: own) }
    guard let number = name.number else {
      throw DaemonFailure(
        description:
          "instance \(instance): there is no \(name.file) where gurn.yaml is looked for, such as ~/.config/gurn; "
          + "an instance without a file of its own has a number, which stands for /dev/videoN")
    }
    return try InstanceName.number(number, appliedTo: Configuration.load(path: nil))
  }
}

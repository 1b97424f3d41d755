import ArgumentParser
import Settings

/// What the commands that run the networks have in common.
struct NetworkOptions: ParsableArguments {
  @Option(help: "A configuration file instead of ~/.config/gurn/gurn.yaml.") var config: String?
  @Option(help: "What runs the networks: auto, gl (shaders) or simd (the CPU).") var executor: Executor?
  @Option(help: "Which set of networks: auto, full or lite.") var networks: Networks?
  @Option(help: "The folder with the sets of networks, or one set, instead of the shipped ones.") var models: String?

  enum Networks: String, ExpressibleByArgument, CaseIterable {
    case auto, full, lite
  }

  enum Executor: String, ExpressibleByArgument, CaseIterable {
    case auto, gl, simd
  }

  /// The configuration file, or the user's, with this command's options over it.
  func loadConfiguration() throws -> Configuration { applied(to: try Configuration.load(path: config)) }

  /// The configuration with this command's options over it.
  func applied(to configuration: Configuration) -> Configuration {
    var configuration = configuration
    if let executor { configuration.tracking.executor = .init(rawValue: executor.rawValue)! }
    if let networks { configuration.tracking.networks = .init(rawValue: networks.rawValue)! }
    if let models { configuration.modelsDirectory = models }
    return configuration
  }
}

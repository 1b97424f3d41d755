import ArgumentParser
import Foundation
import Logging
import OSCQuery
import Pipeline
import ServiceLifecycle
import Settings
import UnixSignals

/// The daemon: one camera or recording in, OSC out, until SIGTERM or SIGINT. SIGHUP reloads the configuration.
@main
struct Gurnd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gurnd",
    abstract: "Tracks a face with one webcam and broadcasts it over OSC.",
    discussion: """
      Runs in the foreground and logs to standard error. SIGTERM and SIGINT end it after a last neutral frame; SIGHUP reloads \
      the configuration and keeps the old one if anything in the new one is wrong. Status 0: ended as asked or the recording is \
      over; 1: failed; 64: wrong arguments.
      """,
    version: "0.1.0")

  @Option(help: "The configuration file instead of ~/.config/gurn/gurn.yaml.") var config: String?
  @Option(help: "A camera (auto, a device path, part of its name) or a video file instead of the configured source.")
  var source: String?
  @Flag(help: "Starts a video file over at its end.") var loop = false
  @Option(help: "The folder with the sets of networks, or one set, instead of the shipped ones.") var models: String?
  @Option(help: "Which set of networks: auto (by a measurement), full or lite.") var networks: String?

  func validate() throws {
    if let networks, TrackingConfiguration.Networks(rawValue: networks) == nil {
      throw ValidationError("--networks \(networks): choose auto, full or lite")
    }
    if source?.isEmpty == true { throw ValidationError("--source is empty: give a camera or a video file") }
  }

  func run() async throws {
    // A reader of the log that goes away must not end the daemon, nor a reload that is asked for while it starts.
    signal(SIGPIPE, SIG_IGN)
    let hangups = await UnixSignalsSequence(trapping: .sighup)
    let ends = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    LoggingSystem.bootstrap { label in StreamLogHandler.standardError(label: label) }
    var logger = Logger(label: "gurnd")
    let loader = ConfigurationLoader(path: config, source: source, loop: loop, models: models, networks: networks)
    let configuration = try loader.load()
    logger.logLevel = Logger.Level(rawValue: configuration.logLevel.rawValue) ?? .info
    let feed = ObservationFeed()
    let daemon = try Daemon(configuration: configuration, feed: feed, logger: logger)
    let oscQuery = OSCQueryService(configuration.oscQuery, feed: feed, logger: logger)
    let reload = ReloadService(hangups: hangups, loader: loader, daemon: daemon, oscQuery: oscQuery, logger: logger)
    let group = ServiceGroup(
      configuration: .init(
        services: [
          .init(service: daemon, successTerminationBehavior: .gracefullyShutdownGroup),
          .init(service: oscQuery, successTerminationBehavior: .ignore),
          .init(service: reload, successTerminationBehavior: .ignore),
          .init(service: EndService(signals: ends), successTerminationBehavior: .gracefullyShutdownGroup),
        ], logger: logger))
    do { try await group.run() } catch {
      FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
      endProcess(status: 1)
    }
    endProcess(status: 0)
  }
}

/// Reads the configuration file with the command line's options over it; the same at the start and at every reload.
struct ConfigurationLoader: Sendable {
  let path: String?
  let source: String?
  let loop: Bool
  let models: String?
  let networks: String?

  func load() throws -> Configuration {
    var configuration = try Configuration.load(path: path)
    if let source { configuration.source.choose(source) }
    if loop { configuration.source.loop = true }
    if let networks { configuration.tracking.networks = .init(rawValue: networks) ?? .auto }
    if let models { configuration.modelsDirectory = models }
    return configuration
  }
}

import ArgumentParser
import CMalloc
import Foundation
import Logging
import OSCQuery
import Pipeline
import ServiceLifecycle
import Settings
import UnixSignals

/// The process, before anything asynchronous begins in it.
@main
enum Main {
  static func main() {
    checkDescriptors()
    // One heap for all threads: with one for each, what the threads of a pipeline that was replaced held is of no use to the next
    // one's, and memory rises with reloads. Threads that would wait for each other's allocations allocate nothing.
    mallopt(M_ARENA_MAX, 1)
    Task {
      await Gurnd.main()
      endProcess(status: 0)
    }
    dispatchMain()
  }

  /// Ends the process where it may open fewer files than Dispatch and the libraries below take for granted: they crash
  /// instead of saying so.
  private static func checkDescriptors() {
    let needed = 64
    let limit = sysconf(Int32(_SC_OPEN_MAX))
    guard limit >= 0, limit < needed else { return }
    Gurnd.tell("this process may open \(limit) files (ulimit -n), and needs to open \(needed)")
    endProcess(status: 1)
  }
}

/// The daemon: one camera or recording in, OSC out, until SIGTERM or SIGINT. SIGHUP reloads the configuration.
struct Gurnd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gurnd",
    abstract: "Tracks a face with one webcam and broadcasts it over OSC.",
    discussion: """
      Runs in the foreground and logs to standard error. SIGTERM and SIGINT end it after a last neutral frame; SIGHUP reloads \
      the configuration and keeps the old one if anything in the new one is wrong. Status 0: ended as asked or the recording is \
      over; 1: failed, the configuration included; 64: wrong arguments.

      gurnd --source clip.mp4 --loop plays a recording; gurnd --instance 2 serves /dev/video2, its ports raised by 2.
      """,
    version: "0.1.0")

  @Option(help: "The configuration file instead of ~/.config/gurn/gurn.yaml.") var config: String?
  @Option(help: "A camera (auto, a device path, part of its name) or a video file instead of the configured source.")
  var source: String?
  @Flag(help: "Starts a video file over at its end.") var loop = false
  @Option(help: "The folder with the sets of networks, or one set, instead of the shipped ones.") var models: String?
  @Option(help: "Which set of networks: auto (by a measurement), full or lite.") var networks: String?

  @Option(help: "How fast a video file plays, 0.1 to 16 times.") var speed = 1.0
  @Option(
    help: """
      One daemon of several: the configuration is NAME.yaml in place of gurn.yaml; for a number N without a file of its own \
      it is gurn.yaml, camera auto becomes /dev/videoN, and N is added to every port.
      """) var instance: String?
  @Flag(help: "Logs only what needs attention, unless the configuration asks for debug or trace.") var quiet = false

  func validate() throws {
    guard (0.1...16).contains(speed) else { throw ValidationError("--speed \(speed): give 0.1 to 16") }
    if let instance { try InstanceName.check(instance) }
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
    let isJournalled = JournalLogHandler.journalReads()
    LoggingSystem.bootstrap { label in
      if isJournalled { JournalLogHandler() } else { StreamLogHandler.standardError(label: label) }
    }
    do { try await serve(hangups: hangups, ends: ends) } catch {
      guard isJournalled else { throw error }
      Self.tell("\(error)")
      throw ExitCode.failure
    }
  }

  /// Says why the daemon ends, with a priority where the journal reads.
  fileprivate static func tell(_ reason: String) {
    guard JournalLogHandler.journalReads() else {
      // Not by Foundation, which may want a descriptor of its own for it.
      _ = "Error: \(reason)\n".withCString { write(STDERR_FILENO, $0, strlen($0)) }
      return
    }
    JournalLogHandler.write(reason, at: .error)
  }

  private func serve(hangups: UnixSignalsSequence, ends: UnixSignalsSequence) async throws {
    var logger = Logger(label: "gurnd")
    let loader = ConfigurationLoader(
      path: config, instance: instance, source: source, loop: loop, models: models, networks: networks)
    let configuration = try loader.load()
    logger.logLevel = Logger.Level(rawValue: configuration.logLevel.rawValue) ?? .info
    if quiet, logger.logLevel == .info { logger.logLevel = .notice }
    let manager = ServiceManager()
    let feed = ObservationFeed()
    let daemon = try Daemon(
      configuration: configuration, file: loader.file, speed: speed, feed: feed, manager: manager, logger: logger)
    let oscQuery = OSCQueryService(configuration, feed: feed, logger: logger)
    let reload = ReloadService(
      hangups: hangups, loader: loader, daemon: daemon, manager: manager, oscQuery: oscQuery, logger: logger)
    let group = ServiceGroup(
      configuration: .init(
        services: [
          .init(service: daemon, successTerminationBehavior: .gracefullyShutdownGroup),
          .init(service: oscQuery, successTerminationBehavior: .ignore),
          .init(service: reload, successTerminationBehavior: .ignore),
          .init(
            service: HealthService(daemon: daemon, manager: manager, logger: logger),
            successTerminationBehavior: .ignore),
          .init(service: EndService(signals: ends), successTerminationBehavior: .gracefullyShutdownGroup),
        ], logger: logger))
    do { try await group.run() } catch {
      Self.tell("\(error)")
      endProcess(status: 1)
    }
    endProcess(status: 0)
  }
}

import Broadcast
import Capture
import FaceCore
import Foundation
import Logging
import OSCQuery
import Pipeline
import ServiceLifecycle
import Settings
import Synchronization

/// The pipeline as a service: runs until shutdown is asked for, the recording is over, or it fails.
final class Daemon: Service {
  private struct State {
    var configuration: Configuration
    var pipeline: LivePipeline?
  }

  private let logger: Logger
  private let manager = ServiceManager()
  /// Where OSCQuery finds what was sent, whichever pipeline sent it.
  private let feed: ObservationFeed
  private let state: Mutex<State>
  private let outcome: AsyncStream<Outcome>
  private let continuation: AsyncStream<Outcome>.Continuation

  private enum Outcome: Sendable {
    case ended
    case failed(String)
  }

  /// Opens the source and reads the networks, so that what is wrong with them is said before anything runs.
  init(configuration: Configuration, feed: ObservationFeed, logger: Logger) throws {
    self.logger = logger
    self.feed = feed
    (outcome, continuation) = AsyncStream.makeStream()
    state = Mutex(State(configuration: configuration))
    let pipeline = try start(configuration, replacing: nil)
    state.withLock { $0.pipeline = pipeline }
  }

  func run() async throws {
    manager.notify("READY=1")
    var failure: String?
    for await outcome in outcome.cancelOnGracefulShutdown() {
      if case .failed(let message) = outcome { failure = message }
      break
    }
    manager.notify("STOPPING=1")
    state.withLock { $0.pipeline }?.stop()
    if let failure { throw DaemonFailure(description: failure) }
    logger.info("ended after a last neutral frame")
  }

  /// Takes a new configuration: targets and filters without interruption, everything else by starting over.
  func reconfigure(_ new: Configuration) throws {
    let (old, running) = state.withLock { ($0.configuration, $0.pipeline) }
    guard let running else { return }
    var gentle = old
    gentle.targets = new.targets
    gentle.filters = new.filters
    gentle.logLevel = new.logLevel
    gentle.oscQuery = new.oscQuery
    if gentle == new {
      running.reconfigure(sender: try makeSender(new), filters: new.filters)
    } else {
      // Whether shaders can be had is known only when they are compiled.
      if new.tracking.executor == .gl {
        _ = try StageFactory(new, measuresNetworks: false).makeStage(filters: true, waitsForShaders: true)
      }
      let pipeline = try start(new, replacing: running)
      state.withLock { $0.pipeline = pipeline }
    }
    state.withLock { $0.configuration = new }
  }

  /// Starts a pipeline. What can be wrong is found before the one that it replaces ends: a camera has one owner.
  private func start(_ configuration: Configuration, replacing running: LivePipeline?) throws -> LivePipeline {
    let factory = try StageFactory(configuration, measuresNetworks: true)
    let source = try makeSource(configuration.source)
    let pipeline = makePipeline(configuration.source, sender: try makeSender(configuration))
    running?.stop()
    let targets = configuration.targets.map(\.description).joined(separator: ", ")
    logger.info("networks: \(factory.networkReason)")
    logger.info("broadcasting to \(targets)")
    pipeline.start(source: source) { try factory.makeStage(filters: true, waitsForShaders: false) }
    return pipeline
  }

  private func makeSource(_ source: SourceConfiguration) throws -> sending any FrameSource {
    if let file = source.file { return try VideoFile(path: file, loops: source.loop) }
    let request = CameraRequest(width: source.width, height: source.height, framesPerSecond: Double(source.fps))
    return CameraSource(name: source.camera.text, request: request)
  }

  private func makePipeline(_ source: SourceConfiguration, sender: OSCSender) -> LivePipeline {
    let orientation = FrameOrientation(
      clockwiseTurns: source.rotateDegrees / 90, isMirrored: source.mirror)
    let onSent: @Sendable (FaceObservation, Double) -> Void = { [feed] in feed.publish($0, ageSeconds: $1) }
    return LivePipeline(sender: sender, orientation: orientation, wantsSnapshots: false, onSent: onSent) {
      [logger, continuation, manager] event in
      switch event {
      case .streaming(let source):
        logger.info("frames from \(source)")
        manager.notify("STATUS=frames from \(source)")
      case .waiting(let reason):
        logger.warning("waiting for frames: \(reason)")
        manager.notify("STATUS=waiting for frames: \(reason)")
      case .presence(let isPresent): logger.info(isPresent ? "face found" : "face lost")
      case .ended(let damaged):
        logger.info("the recording is over")
        if damaged > 0 { logger.warning("\(damaged) of its packets were damaged or missing; is it cut off?") }
        continuation.yield(.ended)
      case .failed(let message): continuation.yield(.failed(message))
      }
    }
  }

  private func makeSender(_ configuration: Configuration) throws -> OSCSender {
    try OSCSender(targets: configuration.targets) { [logger] status in
      switch status.state {
      case .sending, .resolving: logger.info("\(status.target.description): \(status.state.description)")
      case .refused, .unresolvable, .failing:
        logger.warning("\(status.target.description): \(status.state.description)")
      }
    }
  }
}

/// Why the daemon had to end.
struct DaemonFailure: Error, CustomStringConvertible {
  let description: String
}

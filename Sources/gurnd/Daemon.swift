import Broadcast
import Capture
import Foundation
import Logging
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
  private let state: Mutex<State>
  private let outcome: AsyncStream<Outcome>
  private let continuation: AsyncStream<Outcome>.Continuation

  private enum Outcome: Sendable {
    case ended
    case failed(String)
  }

  /// Opens the source and reads the networks, so that what is wrong with them is said before anything runs.
  init(configuration: Configuration, logger: Logger) throws {
    self.logger = logger
    (outcome, continuation) = AsyncStream.makeStream()
    state = Mutex(State(configuration: configuration))
    let pipeline = try start(configuration)
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
    if gentle == new {
      running.reconfigure(sender: try makeSender(new), filters: new.filters)
    } else {
      // What can be wrong with the new networks or targets is found before the old pipeline ends; a camera has one owner.
      _ = try StageFactory(new)
      if let file = new.source.file { _ = try VideoFile(path: file) }
      running.stop()
      let pipeline = try start(new)
      state.withLock { $0.pipeline = pipeline }
    }
    state.withLock { $0.configuration = new }
  }

  private func start(_ configuration: Configuration) throws -> LivePipeline {
    let factory = try StageFactory(configuration)
    let sender = try makeSender(configuration)
    let orientation = FrameOrientation(
      clockwiseTurns: configuration.source.rotateDegrees / 90, isMirrored: configuration.source.mirror)
    let pipeline = LivePipeline(sender: sender, orientation: orientation, wantsSnapshots: false) {
      [logger, continuation, manager] event in
      switch event {
      case .streaming(let source):
        logger.info("frames from \(source)")
        manager.notify("STATUS=frames from \(source)")
      case .waiting(let reason):
        logger.warning("waiting for frames: \(reason)")
        manager.notify("STATUS=waiting for frames: \(reason)")
      case .presence(let isPresent): logger.info(isPresent ? "face found" : "face lost")
      case .ended:
        logger.info("the recording is over")
        continuation.yield(.ended)
      case .failed(let message): continuation.yield(.failed(message))
      }
    }
    let targets = configuration.targets.map(\.description).joined(separator: ", ")
    logger.info("broadcasting to \(targets)")
    if let file = configuration.source.file {
      pipeline.start(source: try VideoFile(path: file, loops: configuration.source.loop)) {
        try factory.makeStage(filters: true, waitsForShaders: false)
      }
    } else {
      let source = configuration.source
      let request = CameraRequest(width: source.width, height: source.height, framesPerSecond: Double(source.fps))
      pipeline.start(source: CameraSource(name: source.camera.text, request: request)) {
        try factory.makeStage(filters: true, waitsForShaders: false)
      }
    }
    return pipeline
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

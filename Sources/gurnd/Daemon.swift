import Broadcast
import Capture
import Foundation
import Logging
import OSCQuery
import Pipeline
import Recording
import ServiceLifecycle
import Settings
import Synchronization

/// The pipeline as a service: runs until shutdown is asked for, the recording is over, or it fails.
final class Daemon: Service {
  private struct State {
    var configuration: Configuration
    var pipeline: LivePipeline?
    var sender: OSCSender?
  }

  private let logger: Logger
  private let manager: ServiceManager
  private let speed: Double
  /// The configuration's file; what is set by its key lies beside it too.
  private let file: String?
  /// Where OSCQuery finds what was sent, whichever pipeline sent it.
  private let feed: ObservationFeed
  private let state: Mutex<State>
  /// One change of the configuration at a time: a reload and a command may meet.
  private let changing = Mutex(())
  let control: DaemonControl
  let mqtt: DaemonMQTT
  let started = ContinuousClock.now
  private let outcome: AsyncStream<Outcome>
  private let continuation: AsyncStream<Outcome>.Continuation

  private enum Outcome: Sendable {
    case ended
    case failed(String)
  }

  /// Opens the source and reads the networks, so that what is wrong with them is said before anything runs.
  /// `speed` is how fast a recording plays.
  init(
    configuration: Configuration, file: String?, speed: Double, feed: ObservationFeed, manager: ServiceManager,
    logger: Logger
  ) throws {
    self.logger = logger
    self.feed = feed
    self.manager = manager
    self.speed = speed
    self.file = file
    (outcome, continuation) = AsyncStream.makeStream()
    state = Mutex(State(configuration: configuration))
    control = DaemonControl(logger: logger)
    mqtt = DaemonMQTT(logger: logger)
    let pipeline = try start(configuration, replacing: nil)
    state.withLock { $0.pipeline = pipeline }
    openControl(configuration.control)
    mqtt.open(configuration.mqtt)
  }

  /// The configuration that holds.
  var current: Configuration { state.withLock { $0.configuration } }

  /// The pipeline that runs and its sender.
  var running: (pipeline: LivePipeline?, sender: OSCSender?) { state.withLock { ($0.pipeline, $0.sender) } }

  func run() async throws {
    manager.notify("READY=1", "STATUS=starting")
    var failure: String?
    for await outcome in outcome.cancelOnGracefulShutdown() {
      if case .failed(let message) = outcome { failure = message }
      break
    }
    manager.notify("STOPPING=1", "STATUS=ending")
    control.close()
    state.withLock { $0.pipeline }?.stop()
    mqtt.close()
    if let failure { throw DaemonFailure(description: failure) }
    logger.info("ended after a last neutral frame")
  }

  /// How the pipeline's threads get on. Any thread.
  var health: PipelineHealth { state.withLock { $0.pipeline }?.health ?? PipelineHealth() }

  /// Takes a new configuration: targets, filters, calibration, rig and the control port without interruption, everything else
  /// by starting over.
  func reconfigure(_ new: Configuration) throws {
    try changing.withLock { _ in
      let old = state.withLock { $0.configuration }
      try apply(new, over: old)
      if new.control != old.control { openControl(new.control) }
      if new.mqtt != old.mqtt { mqtt.open(new.mqtt) }
    }
  }

  /// Sets one key until the next reload; only what can change without an interruption.
  func set(_ key: String, to value: String) throws {
    try changing.withLock { _ in
      let old = state.withLock { $0.configuration }
      let new = try old.setting(key, to: value, besides: file)
      guard gentle(new, over: old) == new, new.control == old.control, new.mqtt == old.mqtt else {
        throw SettingRefusal("\(key) cannot change while gurnd runs: change the file and reload")
      }
      try apply(new, over: old)
    }
  }

  /// The old configuration with what can change without an interruption.
  private func gentle(_ new: Configuration, over old: Configuration) -> Configuration {
    var gentle = old
    gentle.targets = new.targets
    gentle.control = new.control
    gentle.filters = new.filters
    gentle.personal = new.personal
    gentle.logLevel = new.logLevel
    // Holds for the next recording.
    gentle.recording = new.recording
    gentle.oscQuery = new.oscQuery
    gentle.mqtt = new.mqtt
    return gentle
  }

  private func apply(_ new: Configuration, over old: Configuration) throws {
    guard let running = state.withLock({ $0.pipeline }) else { return }
    if gentle(new, over: old) == new {
      let personal = try PersonalFiles.stageConfiguration(new.personal)
      let saved = try PersonalKeeper(new, logger: logger).load()
      running.reconfigure(sender: try makeSender(new), filters: new.filters)
      running.reconfigure(personal: personal)
      running.useCalibration(saved.calibration)
      running.useTriggers(saved.triggers)
    } else {
      // Whether shaders can be had is known only when they are compiled.
      if new.tracking.executor == .gl {
        _ = try StageFactory(new, measuresNetworks: false).makeStage(filters: true, waitsForShaders: true)
      }
      let pipeline = try start(new, replacing: running)
      pipeline.setPaused(running.status.isPaused)
      state.withLock { $0.pipeline = pipeline }
    }
    state.withLock { $0.configuration = new }
  }

  /// Starts a pipeline. What can be wrong is found before the one that it replaces ends: a camera has one owner.
  private func start(_ configuration: Configuration, replacing running: LivePipeline?) throws -> LivePipeline {
    var factory = try StageFactory(configuration, measuresNetworks: true)
    let keeper = try PersonalKeeper(configuration, logger: logger)
    (factory.calibration, factory.triggers) = try keeper.load()
    let source = try SourceFactory.make(
      configuration.source, speed: speed, restingRate: configuration.tracking.idleFPS)
    let pipeline = makePipeline(configuration, sender: try makeSender(configuration), keeper: keeper)
    running?.stop()
    let targets = configuration.targets.map(\.description).joined(separator: ", ")
    logger.info("networks: \(factory.networkReason)")
    logger.info("broadcasting to \(targets)")
    if configuration.recording.atStart {
      // Before the first frame, so that none is missing.
      do { try pipeline.startRecording(RecordingPlan(configuration.recording)) } catch {
        logger.error("not recording: \(error)")
      }
    }
    pipeline.start(source: source) { [factory] in
      try factory.makeStage(
        filters: true, waitsForShaders: false, rests: true, faces: configuration.tracking.maxFaces)
    }
    return pipeline
  }

  private func makePipeline(
    _ configuration: Configuration, sender: OSCSender, keeper: PersonalKeeper
  ) -> LivePipeline {
    let faces = configuration.tracking.maxFaces
    control.table.faceCount = faces
    return LivePipeline(
      sender: sender, orientation: FrameOrientation(configuration.source), filters: configuration.filters,
      wantsSnapshots: false, rest: RestPolicy(configuration.tracking), faces: faces,
      hasOtherListeners: { [feed, mqtt] in feed.isAwaited || mqtt.isOn },
      onSent: { [feed, mqtt] faces, age in
        feed.publish(faces, ageSeconds: age)
        mqtt.publish(faces, ageSeconds: age)
      }
    ) { [logger, continuation, manager] event in
      switch event {
      case .streaming(let source):
        logger.info("frames from \(source)")
        manager.notify("STATUS=frames from \(source)")
      case .waiting(let reason):
        logger.warning("waiting for camera: \(reason)")
        manager.notify("STATUS=waiting for camera: \(reason)")
      case .pictures(let reason):
        logger.info("pictures: \(reason.map { "copied, for \($0)" } ?? "read in the camera's buffers, without a copy")")
      case .presence(let isPresent, let face):
        let name = faces > 1 ? "face \(face)" : "face"
        logger.info("\(name) \(isPresent ? "found" : "lost")")
      case .calibration(let event): keeper.take(event)
      case .ended(let damaged):
        logger.info("the recording is over")
        if damaged > 0 { logger.warning("\(damaged) of its packets were damaged or missing; is it cut off?") }
        continuation.yield(.ended)
      case .recording(let event): Self.log(event, to: logger)
      case .failed(let message): continuation.yield(.failed(message))
      }
    }
  }

  /// A recording that fails is said; the daemon goes on.
  private static func log(_ event: Recorder.Event, to logger: Logger) {
    switch event {
    case .began(let path): logger.info("recording \(path)")
    case .dropped(let frames, let rows):
      logger.warning("recording: the disk is too slow for \(frames) frames and \(rows) rows so far")
    case .ended(let state):
      if case .failed = state.phase { logger.error("\(state)") } else { logger.info("recorded \(state)") }
    }
  }

  private func makeSender(_ configuration: Configuration) throws -> OSCSender {
    let sender = try OSCSender(targets: configuration.targets, subscriptions: control.table) { [logger] status in
      switch status.state {
      case .sending, .resolving: logger.info("\(status.target.description): \(status.state.description)")
      case .refused, .unresolvable, .failing:
        logger.warning("\(status.target.description): \(status.state.description)")
      }
    }
    state.withLock { $0.sender = sender }
    return sender
  }
}

/// Why the daemon had to end.
struct DaemonFailure: Error, CustomStringConvertible {
  let description: String
}

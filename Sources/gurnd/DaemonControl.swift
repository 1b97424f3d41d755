import Broadcast
import Foundation
import Logging
import Pipeline
import Recording
import RigMapping
import Settings
import Synchronization

/// The daemon's control port: opened when the pipeline runs, and anew when its configuration changes.
///
/// A port that is taken is no reason not to track: that is said, and the daemon goes on without.
final class DaemonControl: Sendable {
  /// Who is subscribed; outlives reloads.
  let table = SubscriptionTable(limit: 0)

  private let port = Mutex<ControlPort?>(nil)
  private let logger: Logger

  init(logger: Logger) { self.logger = logger }

  /// What came in so far, nil without a port.
  var counters: ControlPort.Counters? { port.withLock { $0 }?.counters }

  /// Closes the port that is open and opens the one that the configuration names, if any.
  func open(
    _ configuration: ControlConfiguration, status: @escaping ControlPort.StatusReport,
    onCommand: @escaping ControlPort.CommandHandler
  ) {
    close()
    table.setLimit(configuration.maxSubscribers)
    guard configuration.port > 0 else { return }
    do {
      let opened = try ControlPort(configuration, table: table, status: status, onCommand: onCommand)
      port.withLock { $0 = opened }
      let who = ["this host"] + configuration.networks.map(\.description)
      logger.info("control port \(opened.port), for \(who.joined(separator: ", "))")
    } catch {
      logger.warning("going on without control: \(error)")
    }
  }

  func close() {
    let open = port.withLock { port in
      defer { port = nil }
      return port
    }
    open?.stop()
  }
}

/// What `/gurn/status.reply` says, as JSON.
struct DaemonStatus: Encodable {
  /// A target and what became of its datagrams.
  struct TargetLine: Encodable {
    var target: String
    var state: String
    var sent: Int
    var lost: Int
    var refusals: Int
  }

  var version: String
  var uptimeSeconds: Double
  var paused: Bool
  var face: Bool
  var frames: Int
  var framesPerSecond: Double
  var waiting: String?
  /// The recording that goes on or was the last, in words.
  var recording: String?
  /// The broker and how the connection to it stands; nil without one.
  var mqtt: String?
  var targets: [TargetLine]
  var subscribers: [SubscriptionStatus]
  /// Targets and subscribers that found no room.
  var omitted = 0
  var control: ControlPort.Counters?

  /// JSON of at most `limit` bytes: subscribers and targets that do not fit are counted only.
  func json(limit: Int) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    var status = self
    while true {
      let data = (try? encoder.encode(status)) ?? Data("{}".utf8)
      if data.count <= limit || status.targets.isEmpty && status.subscribers.isEmpty {
        return String(decoding: data, as: UTF8.self)
      }
      if status.subscribers.isEmpty { status.targets.removeLast() } else { status.subscribers.removeLast() }
      status.omitted += 1
    }
  }
}

extension Daemon {
  /// The largest status that one datagram holds beside its address, bytes.
  private static let statusBytes = 1200

  /// How the daemon is, for `/gurn/status`.
  func statusText() -> String {
    let (pipeline, sender) = running
    let status = pipeline?.status ?? PipelineStatus()
    let targets = (sender?.statuses ?? []).map {
      DaemonStatus.TargetLine(
        target: $0.target.description, state: $0.state.description, sent: $0.sentDatagrams, lost: $0.lostDatagrams,
        refusals: $0.refusals)
    }
    return DaemonStatus(
      version: Gurnd.configuration.version, uptimeSeconds: (ContinuousClock.now - started).inSeconds.rounded(),
      paused: status.isPaused, face: status.isPresent, frames: status.frames,
      framesPerSecond: (status.framesPerSecond * 10).rounded() / 10, waiting: status.waitingReason,
      recording: pipeline?.recordingState.map(\.description), mqtt: mqtt.status, targets: targets,
      subscribers: control.table.statuses(now: OSCSender.now), control: control.counters
    ).json(limit: Self.statusBytes)
  }

  /// What the commands of the control port do.
  func dispatcher() -> ControlDispatcher {
    var dispatcher = ControlDispatcher()
    dispatcher.startCalibration = { [weak self] kind in
      guard let kind = CalibrationCapture.Kind(rawValue: kind) else {
        let kinds = CalibrationCapture.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw SettingRefusal("\(kind) can't be calibrated; \(kinds) can")
      }
      self?.running.pipeline?.startCalibration(kind)
    }
    dispatcher.recentre = { [weak self] in self?.running.pipeline?.recenter() }
    dispatcher.pause = { [weak self] isOn in self?.running.pipeline?.setPaused(isOn) ?? false }
    dispatcher.startRecording = { [weak self] name in
      guard let self, let pipeline = running.pipeline else { throw SettingRefusal("nothing runs") }
      return try pipeline.startRecording(RecordingPlan(current.recording, name: name))
    }
    dispatcher.stopRecording = { [weak self] in
      guard let pipeline = self?.running.pipeline, pipeline.recordingState?.phase == .recording,
        let state = pipeline.stopRecording()
      else { throw SettingRefusal("nothing is recorded") }
      return state.path
    }
    dispatcher.setMirror = { [weak self] isOn in
      guard let self else { return false }
      let isMirrored = isOn ?? !current.personal.stage.mirror
      try set("rig.mirror", to: isMirrored ? "true" : "false")
      return isMirrored
    }
    dispatcher.selectProfile = { [weak self] name in try self?.set("rig.profile", to: name) }
    dispatcher.set = { [weak self] key, value in try self?.set(key, to: value) }
    return dispatcher
  }

  /// Opens the control port of a configuration.
  func openControl(_ configuration: ControlConfiguration) {
    let dispatcher = dispatcher()
    control.open(
      configuration, status: { [weak self] in self?.statusText() ?? "{}" }, onCommand: { dispatcher.perform($0) })
  }
}

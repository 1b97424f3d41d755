import ArgumentParser
import Broadcast
import Capture
import Foundation
import Pipeline
import Recording
import Settings
import Synchronization

/// `gurn replay SESSION`: a video or recorded curves through every output, at their own pace.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Plays a session to the configured targets.",
    discussion: """
      SESSION is a video, whose frames are tracked as a camera's are; or a CSV of curves alone, Live Link Face's (the app's or \
      Gurn's) or `gurn track`'s, which is sent as it is. The ending may be left out; the name of a session that ships with Gurn \
      (even, glasses, leaves, demo) will do. Ends with the session, after --seconds, or at SIGINT, with a last neutral frame.

      Example: gurn replay take1.filtered.csv --speed 0.5 --seek 12
      """)

  @Argument(help: "A video, a CSV, or a session's name.") var session: String
  @Flag(help: "Starts over at the end (where --seek says).") var loop = false
  @Option(help: "Seconds of the session in a second, 0.01 to 100.") var speed = 1.0
  @Option(help: "Begins that many seconds after the session's start.") var seek = 0.0
  @Option(help: "Ends after that many seconds.") var seconds: Double?
  @Flag(help: "Smooths the curves of a CSV with the configured filters.") var filters = false
  @OptionGroup var networks: NetworkOptions

  func validate() throws {
    guard speed >= 0.01 && speed <= 100 else { throw ValidationError("--speed \(speed): must be from 0.01 to 100") }
    guard seek >= 0 && seek <= 1e9 else { throw ValidationError("--seek \(seek): must be from 0 to 1e9") }
    if let seconds, !(seconds > 0 && seconds <= 1e9) {
      throw ValidationError("--seconds \(seconds): must be above 0 and at most 1e9")
    }
  }

  func run() async throws {
    let configuration = try networks.loadConfiguration()
    switch try SessionPath(session) {
    case .video(let path): try await play(video: path, configuration)
    case .table(let path): try await play(table: path, configuration)
    }
  }

  private func play(table path: String, _ configuration: Configuration) async throws {
    let table = try ObservationTable(path: path)
    if table.isTorn { say("\(path): the last row is cut off and left out") }
    var options = ObservationPlayer.Options()
    (options.speed, options.start, options.loops) = (speed, seek, loop)
    if filters { options.filters = configuration.filters }
    let player: ObservationPlayer
    do {
      player = try ObservationPlayer(
        table.observations, sender: try OSCSender(targets: configuration.targets), options: options)
    } catch { throw CommandFailure("\(path): \(error)") }
    let stop = StopSignals()
    try player.start()
    await wait(stop) { player.hasEnded }
    player.stop()
    print("\(path): \(player.sentRows) rows sent to \(targets(configuration))")
  }

  private func play(video path: String, _ configuration: Configuration) async throws {
    let file = try VideoFile(path: path, loops: loop, from: seek)
    let outcome = Mutex<(isOver: Bool, damaged: Int, failure: String?)>((false, 0, nil))
    let faces = configuration.tracking.maxFaces
    let pipeline = LivePipeline(
      sender: try OSCSender(targets: configuration.targets), orientation: FrameOrientation(configuration.source),
      filters: configuration.filters, wantsSnapshots: true, faces: faces
    ) { event in
      switch event {
      case .ended(let damaged): outcome.withLock { ($0.isOver, $0.damaged) = (true, damaged) }
      case .failed(let message): outcome.withLock { ($0.isOver, $0.failure) = (true, message) }
      default: break
      }
    }
    let factory = try StageFactory(configuration, measuresNetworks: true)
    let stop = StopSignals()
    pipeline.start(source: RetimedSource(file, speed: speed)) {
      try factory.makeStage(filters: true, waitsForShaders: false, faces: faces)
    }
    await wait(stop) { outcome.withLock { $0.isOver } }
    pipeline.stop()
    let (_, damaged, failure) = outcome.withLock { $0 }
    if let failure { throw CommandFailure(failure) }
    if damaged > 0 { say("\(path): \(damaged) of its packets were damaged or missing; is it cut off?") }
    print("\(path): \(pipeline.snapshot?.frames ?? 0) frames sent to \(targets(configuration))")
    endProcess(status: 0)
  }

  /// Waits for the end of the session, of --seconds, or a signal.
  private func wait(_ stop: StopSignals, isOver: () -> Bool) async {
    let clock = ContinuousClock()
    let end = seconds.map { clock.now + .seconds($0) }
    while !isOver(), !stop.isRaised, end.map({ clock.now < $0 }) ?? true {
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  private func targets(_ configuration: Configuration) -> String {
    let names = configuration.targets.map(\.description)
    return names.isEmpty ? "no target" : names.joined(separator: ", ")
  }

  private func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}

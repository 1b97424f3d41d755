import ArgumentParser
import Broadcast
import Capture
import FaceCore
import Foundation
import Pipeline
import Settings
import Synchronization

/// `gurn demo`: the daemon's pipeline on the shipped session, broadcasting, with a live view in the terminal.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Plays a session through the daemon's pipeline, broadcasts it, and shows it in the terminal.",
    discussion: "Without a terminal it prints one line a second. q ends it.")

  @Option(help: "A video to play instead of the shipped session; it loops.") var session: String?
  @Option(help: "Ends after that many seconds.") var seconds: Double?
  @OptionGroup var networks: NetworkOptions

  func validate() throws {
    if let seconds, !(seconds > 0 && seconds <= 1e9) {
      throw ValidationError("--seconds \(seconds): must be above 0 and at most 1e9")
    }
  }

  func run() async throws {
    let configuration = try networks.loadConfiguration()
    let path = try session ?? ResourceFolders.find("Sessions/demo.mp4", installed: "sessions/demo.mp4")
    let source = try VideoFile(path: path, loops: true)
    let sender = try OSCSender(targets: configuration.targets)
    let failure = Mutex<String?>(nil)
    let pipeline = LivePipeline(sender: sender, filters: configuration.filters, wantsSnapshots: true) { event in
      if case .failed(let message) = event { failure.withLock { $0 = message } }
    }
    let factory = try StageFactory(configuration, measuresNetworks: true)
    pipeline.start(source: source) { try factory.makeStage(filters: true, waitsForShaders: false) }
    await show(pipeline) { failure.withLock { $0 } != nil }
    pipeline.stop()
    if let message = failure.withLock({ $0 }) { throw CommandFailure(message) }
    endProcess(status: 0)
  }

  /// Draws until the time is over, q is pressed, the process is asked to end, or the pipeline fails.
  private func show(_ pipeline: LivePipeline, until isOver: () -> Bool) async {
    let stop = StopSignals()
    let terminal = Terminal.isInteractive ? Terminal() : nil
    defer { terminal?.restore() }
    let clock = ContinuousClock()
    let start = clock.now
    var lines = 0
    while !isOver(), !stop.isRaised, terminal?.key() != "q" {
      let elapsed = (clock.now - start) / .seconds(1)
      if let seconds, elapsed >= seconds { break }
      if let snapshot = pipeline.snapshot {
        if let terminal {
          let (columns, rows) = Terminal.size
          terminal.draw(LiveView().lines(snapshot, columns: columns, rows: rows))
        } else if Int(elapsed) >= lines {
          lines = Int(elapsed) + 1
          print(summary(snapshot))
        }
      }
      try? await Task.sleep(for: .milliseconds(terminal == nil ? 100 : 50))
    }
  }

  private func summary(_ snapshot: PipelineSnapshot) -> String {
    let angles = snapshot.observation.pose.rotation.headAngles
    let strongest = Blendshape.allCases.sorted { snapshot.observation.weights[$0] > snapshot.observation.weights[$1] }
      .prefix(4).map { String(format: "%@ %.2f", $0.name as NSString, snapshot.observation.weights[$0]) }
    return String(
      format: "%.1f frames/s  track %.2f ms  yaw %+.0f° pitch %+.0f° roll %+.0f°  ",
      snapshot.timings.framesPerSecond, snapshot.timings.trackMilliseconds, angles.yaw * 180 / .pi,
      angles.pitch * 180 / .pi, angles.roll * 180 / .pi)
      + (snapshot.observation.isPresent ? "face  " : "no face  ") + strongest.joined(separator: " ")
  }
}

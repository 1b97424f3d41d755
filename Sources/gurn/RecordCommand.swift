import ArgumentParser
import Broadcast
import Capture
import Foundation
import Pipeline
import Recording
import Settings
import Synchronization

/// `gurn record`: a camera's frames and what the networks make of them, on the disk.
struct RecordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Records a camera's frames and the face's curves.",
    discussion: """
      Writes NAME.mkv (MJPEG as it comes from the camera, other formats without loss as FFV1, with their true times) and beside \
      it NAME.filtered.csv and so on, in Live Link Face's format. Ends after --seconds, with a file's last frame, at SIGINT, or \
      when the disk is full, which is status 1; what was written until then plays. Nothing is broadcast. What is not given here \
      comes from the section recording of the configuration.

      Example: gurn record --seconds 60 --out take1.mkv
      """)

  @Option(help: "A camera (auto, a device path, part of its name) or a video file instead of the configured source.")
  var source: String?
  @Option(help: "A folder, or a file NAME.mkv, instead of the configured folder.") var out: String?
  @Option(help: "Ends after that many seconds of frames.") var seconds: Double?
  @Option(help: "Which curves, parted by commas: raw, filtered, mapped, or none.") var outputs: String?
  @Flag(help: "Records curves only.") var noVideo = false
  @Flag(help: "Starts a video file over at its end.") var loop = false
  @Option(help: "Begins a new part after that many seconds; 0 never.") var partSeconds: Double?
  @Option(help: "Begins a new part with that many megabytes of pictures; 0 never.") var partMegabytes: Double?
  @Option(help: "Keeps only that many parts, the newest; 0 keeps all.") var keepParts: Int?
  @OptionGroup var networks: NetworkOptions

  func validate() throws {
    if let seconds, !(seconds > 0 && seconds <= 1e9) {
      throw ValidationError("--seconds \(seconds): must be above 0 and at most 1e9")
    }
    for (name, value) in [("--part-seconds", partSeconds), ("--part-megabytes", partMegabytes)] {
      if let value, !(value >= 0 && value <= 1e9) { throw ValidationError("\(name) \(value): must be from 0 to 1e9") }
    }
    if let keepParts, keepParts < 0 { throw ValidationError("--keep-parts \(keepParts): must be 0 or more") }
    if source?.isEmpty == true { throw ValidationError("--source is empty: give a camera or a video file") }
    if out?.isEmpty == true { throw ValidationError("--out is empty: give a folder or a file") }
    _ = try chosenOutputs()
  }

  func run() async throws {
    var configuration = try networks.loadConfiguration()
    if let source { configuration.source.choose(source) }
    if loop { configuration.source.loop = true }
    let plan = try makePlan(configuration.recording)
    let source = try SourceFactory.make(configuration.source)
    let factory = try StageFactory(configuration, measuresNetworks: true)
    let progress = RecordingProgress()
    let pipeline = LivePipeline(
      sender: try OSCSender(targets: []), orientation: FrameOrientation(configuration.source), wantsSnapshots: false
    ) { progress.take($0) }
    try pipeline.startRecording(plan)
    let stop = StopSignals()
    pipeline.start(source: source) { try factory.makeStage(filters: true, waitsForShaders: false) }
    while !stop.isRaised, !progress.isOver, pipeline.recordingState?.phase == .recording {
      try? await Task.sleep(for: .milliseconds(50))
    }
    pipeline.stop()
    if let failure = progress.failure { throw CommandFailure(failure) }
    guard let state = pipeline.recordingState else { return }
    if case .failed = state.phase { throw CommandFailure(state.description) }
    if state.frames + state.rows == 0 { throw CommandFailure("nothing was recorded: no frame came") }
    print(state)
    endProcess(status: 0)
  }

  private func makePlan(_ recording: RecordingConfiguration) throws -> RecordingPlan {
    var plan = RecordingPlan(recording, path: out)
    if let outputs = try chosenOutputs() { plan.outputs = outputs }
    if noVideo { plan.hasVideo = false }
    plan.seconds = seconds
    if let partSeconds { plan.partSeconds = partSeconds > 0 ? partSeconds : nil }
    if let partMegabytes { plan.partBytes = partMegabytes > 0 ? Int(partMegabytes * 1e6) : nil }
    if let keepParts { plan.keptParts = keepParts }
    return plan
  }

  private func chosenOutputs() throws -> Set<RecordedOutput>? {
    guard let outputs, outputs != "none" else { return outputs == nil ? nil : [] }
    return Set(
      try outputs.split(separator: ",", omittingEmptySubsequences: false).map { name in
        guard let output = RecordedOutput(rawValue: String(name)) else {
          throw ValidationError("--outputs \(outputs): “\(name)” is none of raw, filtered, mapped")
        }
        return output
      })
  }
}

/// What a recording's pipeline tells, on standard error where people have to know it.
private final class RecordingProgress: Sendable {
  private struct State {
    var isOver = false
    var failure: String?
  }

  private let state = Mutex(State())

  /// Whether the source has ended or the pipeline failed.
  var isOver: Bool { state.withLock { $0.isOver } }
  var failure: String? { state.withLock { $0.failure } }

  /// Takes an event (any thread).
  func take(_ event: LivePipeline.Event) {
    switch event {
    case .waiting(let reason): say("waiting for camera: \(reason)")
    case .recording(.began(let path)): say("recording \(path)")
    case .recording(.dropped(let frames, let rows)): say("the disk is too slow for \(frames) frames and \(rows) rows")
    case .ended: state.withLock { $0.isOver = true }
    case .failed(let message): state.withLock { ($0.isOver, $0.failure) = (true, message) }
    case .streaming, .pictures, .presence, .calibration, .recording: break
    }
  }

  private func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}

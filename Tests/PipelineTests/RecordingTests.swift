import Broadcast
import Capture
import FaceCore
import Foundation
import Recording
import Settings
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

/// Recordings of a running pipeline, and recorded curves on their way to the targets.
@Suite(.inRealTime) struct PipelineRecordingTests {
  static func withFolder(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pipeline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
  }

  @Test func aRecordingCanBeBegunAndEndedWhileItRuns() async throws {
    try await Self.withFolder { folder in
      let (began, continuation) = AsyncStream<String>.makeStream()
      let pipeline = LivePipeline(sender: try OSCSender(targets: []), wantsSnapshots: false) { event in
        if case .recording(.began(let path)) = event { continuation.yield(path) }
      }
      #expect(pipeline.recordingState == nil && pipeline.stopRecording() == nil)
      #expect(pipeline.sourceState == .starting(source: ""))
      let factory = try LivePipelineTests.factory()
      let plan = RecordingPlan(base: folder.appending(path: "a").path, outputs: [.raw, .mapped])
      let path = try pipeline.startRecording(plan)
      #expect(path == plan.base + ".mkv")
      pipeline.start(source: try VideoFile(path: LivePipelineTests.session, loops: true)) {
        try factory.makeStage(filters: true, waitsForShaders: false)
      }
      for await began in began {
        #expect(began == path)
        break
      }
      #expect(pipeline.sourceState == .streaming(source: "speech.mp4"))
      let error = #expect(throws: RecordingError.self) {
        try pipeline.startRecording(RecordingPlan(base: folder.appending(path: "b").path))
      }
      #expect(error?.description.contains("a recording goes on already: \(path)") == true)
      while pipeline.recordingState.map({ $0.rows < 5 && $0.phase == .recording }) ?? false { await Task.yield() }
      let state = try #require(pipeline.stopRecording())
      #expect(state.phase == .finished && state.frames >= state.rows && state.rows >= 5, "\(state)")
      // Another after it.
      try pipeline.startRecording(RecordingPlan(base: folder.appending(path: "c").path, outputs: []))
      while pipeline.recordingState.map({ $0.frames == 0 && $0.phase == .recording }) ?? false { await Task.yield() }
      pipeline.stop()
      #expect(pipeline.recordingState?.phase == .finished)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(names == ["a.mapped.csv", "a.mkv", "a.raw.csv", "c.mkv"])
    }
  }

  @Test func whoNamesARecordingDoesNotLeaveItsFolder() throws {
    var configuration = RecordingConfiguration()
    configuration.directory = "/srv/takes"
    #expect(try RecordingPlan(configuration, name: "take-1_B").base == "/srv/takes/take-1_B")
    #expect(try RecordingPlan(configuration, name: nil).base.hasPrefix("/srv/takes/gurn-"))
    for name in ["", "..", "../a", "a/b", "/etc/passwd", "a b", "a\u{0}", "é", String(repeating: "a", count: 101)] {
      #expect(throws: RecordingError.self) { try RecordingPlan(configuration, name: name) }
    }
  }

  // MARK: Curves

  /// Ten rows whose jaw opens, 10 ms apart.
  static let curves: [FaceObservation] = (0..<10).map { index in
    var face = FaceObservation.absent(at: CaptureTime(seconds: Double(index) / 100))
    face.isPresent = true
    face.weights[Blendshape.jawOpen] = Float(index + 1) / 10
    return face
  }

  /// The jaw of each frame that a receiver hears while the curves are played to their end.
  static func play(_ change: (inout ObservationPlayer.Options) -> Void) async throws -> [Float] {
    let heard = Jaws()
    let receiver = try OSCReceiver(port: 0) { address, arguments in
      guard address == "/VMC/Ext/Blend/Val", arguments.first == .string("JawOpen"),
        case .float(let value)? = arguments.last
      else { return }
      heard.values.withLock { $0.append(value) }
    }
    var options = ObservationPlayer.Options()
    change(&options)
    let player = try ObservationPlayer(
      curves, sender: try OSCSender(targets: [Target(port: receiver.port)]), options: options)
    try player.start()
    while !player.hasEnded, !(options.loops && player.sentRows > 25) { await Task.yield() }
    player.stop()
    // What was sent is still on its way to the receiver's thread; a neutral face is the last.
    let patience = ContinuousClock.now + .seconds(60)
    while heard.values.withLock({ $0.last }) != 0, ContinuousClock.now < patience { await Task.yield() }
    withExtendedLifetime(receiver) {}
    return heard.values.withLock { $0 }
  }

  final class Jaws: Sendable {
    let values = Mutex<[Float]>([])
  }

  @Test func curvesAreSentAsTheyAreAndEndNeutral() async throws {
    let jaws = try await Self.play { _ in }
    #expect(jaws.last == 0)
    #expect(jaws.dropLast() == (1...10).map { Float($0) / 10 }[...])
  }

  @Test func curvesBeginWhereTheyAreSought() async throws {
    let jaws = try await Self.play { ($0.start, $0.speed) = (0.07, 4) }
    #expect(jaws.dropLast() == [0.8, 0.9, 1])
  }

  @Test func curvesStartOver() async throws {
    let jaws = try await Self.play { ($0.loops, $0.speed) = (true, 5) }
    #expect(jaws.count > 20 && Array(jaws[10..<20]) == (1...10).map { Float($0) / 10 })
  }

  @Test func curvesThatEndBeforeTheirStartAreRefused() async throws {
    await #expect(throws: PipelineError.self) { try await Self.play { $0.start = 1 } }
  }

  // MARK: Names

  @Test func aSessionIsAFileAFolderOrAName() async throws {
    try await Self.withFolder { folder in
      for name in ["a.mkv", "b.csv"] { try Data().write(to: folder.appending(path: name)) }
      let path = folder.path
      #expect(try SessionPath(path + "/a.mkv") == .video(path + "/a.mkv"))
      #expect(try SessionPath(path + "/a") == .video(path + "/a.mkv"))
      #expect(try SessionPath(path + "/b") == .table(path + "/b.csv"))
      #expect(try SessionPath(path) == .video(path + "/a.mkv"))
      #expect(throws: PipelineError.self) { try SessionPath(path + "/b").video() }
      #expect(throws: PipelineError.self) { try SessionPath(path + "/c") }
      try Data().write(to: folder.appending(path: "c.mp4"))
      #expect(throws: PipelineError.self) { try SessionPath(path) }
    }
  }
}

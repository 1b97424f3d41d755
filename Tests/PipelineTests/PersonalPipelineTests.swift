import Broadcast
import Capture
import FaceCore
import Foundation
import Pipeline
import RigMapping
import Settings
import TestSupport
import Testing

/// Calibration and rig mapping of a running pipeline, on the recorded session.
@Suite(.inRealTime) struct PersonalPipelineTests {
  /// Plays the session over and over, asks for something, and returns the first answer that `wanted` takes.
  func answer(
    to request: (LivePipeline) -> Void, _ wanted: @escaping @Sendable (CalibrationEvent) -> Bool
  ) async throws -> CalibrationEvent? {
    let (events, continuation) = AsyncStream<CalibrationEvent?>.makeStream()
    let pipeline = LivePipeline(sender: try OSCSender(targets: []), wantsSnapshots: false) { event in
      switch event {
      case .calibration(let event): if wanted(event) { continuation.yield(event) }
      case .failed: continuation.yield(nil)
      // A face is there: now there is something to calibrate.
      case .presence(true, _): continuation.yield(.progress(.neutral, 0, hint: "present"))
      default: break
      }
    }
    let factory = try LivePipelineTests.factory()
    pipeline.start(source: try VideoFile(path: LivePipelineTests.session, loops: true)) {
      try factory.makeStage(filters: true, waitsForShaders: false)
    }
    defer { pipeline.stop() }
    var isAsked = false
    for await event in events {
      if isAsked { return event }
      isAsked = true
      request(pipeline)
    }
    return nil
  }

  @Test func aRunningPipelineIsCalibrated() async throws {
    let event = try await answer(to: { $0.startCalibration(.maximum, seconds: 0.3) }) {
      if case .progress = $0 { false } else { true }
    }
    guard case .finished(.maximum, let calibration)? = event else {
      Issue.record("\(String(describing: event))")
      return
    }
    #expect(calibration.neutral == nil)
  }

  @Test func theHeadsZeroIsSet() async throws {
    let event = try await answer(to: { $0.recenter() }) {
      if case .progress = $0 { false } else { true }
    }
    guard case .recentred(let calibration)? = event else {
      Issue.record("\(String(describing: event))")
      return
    }
    #expect(calibration.neutral?.rotation != .identity)
  }

  @Test func aCaptureThatSeesNothingFails() async throws {
    // The session's person never closes the left eye alone for long.
    let event = try await answer(to: { $0.startCalibration(.winkLeft, seconds: 0.15) }) {
      if case .progress = $0 { false } else { true }
    }
    guard case .failed(.winkLeft, let reason)? = event else {
      Issue.record("\(String(describing: event))")
      return
    }
    #expect(!reason.isEmpty)
  }

  @Test func aProfileOfTheConfigurationIsUsedAndABrokenOneRefused() throws {
    var configuration = Configuration.default
    configuration.modelsDirectory = LivePipelineTests.root.appending(path: "Models").path()
    configuration.tracking.executor = .simd
    configuration.personal.rig = .file(LivePipelineTests.root.appending(path: "Config/rigs/weboji.yaml").path())
    let stage = try StageFactory(configuration, measuresNetworks: false).makeStage(filters: true, waitsForShaders: true)
    let source = try VideoFile(path: LivePipelineTests.session)
    var most: Float = 0
    while case .frame(let frame) = try source.next() {
      let result = try stage.process(
        .init(pixels: frame.pixels, width: frame.width, height: frame.height, stride: frame.stride), at: frame.time)
      #expect(result.rig.names.count == 11)
      #expect(result.filtered.channels.rig("mouthOpen") == result.rig["mouthOpen"])
      most = max(most, result.rig["mouthOpen"] ?? 0)
    }
    #expect(most > 0.1)

    let broken = FileManager.default.temporaryDirectory.appending(path: "gurn-\(UUID().uuidString).yaml").path()
    try "channels:\n  A: jawOpn\n".write(toFile: broken, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: broken) }
    configuration.personal.rig = .file(broken)
    #expect(throws: SettingsError.self) { try StageFactory(configuration, measuresNetworks: false) }
  }
}

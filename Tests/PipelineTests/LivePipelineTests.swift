import Broadcast
import Capture
import FaceCore
import FaceTracking
import Foundation
import Pipeline
import Settings
import SignalFilters
import Synchronization
import TestSupport
import Testing

/// Recorded sessions through the whole pipeline to OSC packets on loopback.
@Suite(.inRealTime) struct LivePipelineTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let session = root.appending(path: "Tests/Fixtures/speech.mp4").path()

  static func factory() throws -> StageFactory {
    var configuration = Configuration.default
    configuration.modelsDirectory = root.appending(path: "Models").path()
    configuration.tracking.executor = .simd
    return try StageFactory(configuration, measuresNetworks: false)
  }

  /// What a receiver heard, in order.
  final class Log: Sendable {
    let messages = Mutex<[(address: String, arguments: [OSCArgument])]>([])
  }

  /// Plays the session once and returns what arrived.
  func play() async throws -> [(address: String, arguments: [OSCArgument])] {
    let log = Log()
    let receiver = try OSCReceiver(port: 0) { address, arguments in
      log.messages.withLock { $0.append((address, arguments)) }
    }
    let sender = try OSCSender(targets: [Target(port: receiver.port)])
    let (ended, continuation) = AsyncStream<String?>.makeStream()
    let pipeline = LivePipeline(sender: sender, wantsSnapshots: true) { event in
      switch event {
      case .ended: continuation.yield(nil)
      case .failed(let message): continuation.yield(message)
      default: break
      }
    }
    let factory = try Self.factory()
    pipeline.start(source: try VideoFile(path: Self.session)) {
      try factory.makeStage(filters: true, waitsForShaders: false)
    }
    for await failure in ended {
      #expect(failure == nil)
      break
    }
    pipeline.stop()
    #expect(pipeline.snapshot?.observation.isPresent == true)
    withExtendedLifetime(receiver) {}
    return log.messages.withLock { $0 }
  }

  @Test func aSessionBecomesVMCWithEveryNameBeforeEachApply() async throws {
    let messages = try await play()
    var names: Set<String> = []
    var applies = 0
    var lastTime: Float = -1
    var heads: [Float] = []
    for (address, arguments) in messages {
      switch address {
      case "/VMC/Ext/Blend/Val":
        guard case .string(let name) = arguments[0] else { Issue.record("a blend value without a name"); continue }
        #expect(names.insert(name).inserted, "\(name) comes twice before one Apply")
      case "/VMC/Ext/Blend/Apply":
        #expect(names.count == 52)
        names = []
        applies += 1
      case "/VMC/Ext/T":
        guard case .float(let time) = arguments[0] else { Issue.record("/VMC/Ext/T is no float"); continue }
        #expect(time >= lastTime)
        lastTime = time
      case "/VMC/Ext/Bone/Pos":
        if arguments[0] == .string("Head"), case .float(let y) = arguments[5] { heads.append(y) }
      default: break
      }
    }
    #expect(applies > 20)
    #expect((heads.max() ?? 0) - (heads.min() ?? 0) > 0.01, "the head bone doesn't turn")
  }

  @Test func theSameSessionGivesTheSameWeightsTwice() throws {
    func run() throws -> [BlendshapeWeights] {
      let stage = try Self.factory().makeStage(filters: true, waitsForShaders: true)
      let source = try VideoFile(path: Self.session)
      var weights: [BlendshapeWeights] = []
      while case .frame(let frame) = try source.next() {
        weights.append(
          try stage.process(
            .init(pixels: frame.pixels, width: frame.width, height: frame.height, stride: frame.stride), at: frame.time
          ).filtered.weights)
      }
      return weights
    }
    let first = try run()
    #expect(first.count > 20)
    #expect(try run() == first)
  }
}

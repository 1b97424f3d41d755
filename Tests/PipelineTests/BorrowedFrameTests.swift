import Broadcast
import Capture
import FaceCore
import FaceTracking
import Foundation
import NeuralGraph
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

/// Frames in a camera's buffers through the whole pipeline, with a camera and an executor of the test's own.
@Suite(.inRealTime) struct BorrowedFrameTests {
  /// A camera of four buffers that counts upwards in their first pixels, and lends them when it is asked to.
  final class Camera: LendingSource {
    let description = "Fake Camera"
    let nominalRate = 100.0
    let frameCount: Int? = nil
    let isLive = true
    let damagedFrames = 0
    let lendingProblem: String?
    private let buffers: [CameraBuffer]
    private let pixels: [UnsafeMutablePointer<UInt8>]
    private var isLending = false
    private var number: UInt8 = 0

    init(lendingProblem: String? = nil) {
      self.lendingProblem = lendingProblem
      pixels = (0..<4).map { _ in
        let pixels = UnsafeMutablePointer<UInt8>.allocate(capacity: 64 * 48)
        pixels.initialize(repeating: 7, count: 64 * 48)
        return pixels
      }
      buffers = pixels.map {
        CameraBuffer(layout: .init(width: 64, height: 48, stride: 64, step: 1), descriptor: -1, pixels: $0, end: {})
      }
    }

    deinit { for memory in pixels { memory.deallocate() } }

    func lend(_ isLending: Bool) { self.isLending = isLending && lendingProblem == nil }

    func next() -> FrameRead {
      Thread.sleep(forTimeInterval: 0.01)
      // A driver overwrites what it has.
      guard let index = buffers.firstIndex(where: { !$0.isHeld }) else { return .late }
      number &+= 1
      pixels[index][0] = number
      var frame = Frame(
        pixels: pixels[index], width: 64, height: 48, stride: 64,
        time: CaptureTime(seconds: LivePipeline.now()))
      if isLending { frame.buffer = buffers[index] }
      return .frame(frame)
    }
  }

  /// Says nothing of any frame, and notes where it came from.
  final class Executor: InferenceBackend, @unchecked Sendable {
    struct Seen {
      var buffers = 0, planes = 0, unheld = 0
      var last: UInt8 = 0
      var isRising = true
    }

    let name = "fake"
    let seen = Mutex(Seen())
    /// Refuses after so many frames.
    let limit: Int
    private(set) var frameImport: FrameImport

    init(_ frameImport: FrameImport, limit: Int = .max) { (self.frameImport, self.limit) = (frameImport, limit) }

    func load(_ luma: LumaPlane) {
      note(luma.pixels[0])
      seen.withLock { $0.planes += 1 }
    }

    func load(_ buffer: CameraBuffer) -> Bool {
      guard seen.withLock({ $0.buffers < limit }) else {
        frameImport = .refused("the test is over")
        return false
      }
      note(buffer.pixels[0])
      seen.withLock {
        $0.buffers += 1
        $0.unheld += buffer.isHeld ? 0 : 1
      }
      return true
    }

    private func note(_ number: UInt8) {
      seen.withLock {
        // Modulo 256, at most half of it ahead.
        $0.isRising = $0.isRising && (number &- $0.last) < 128
        $0.last = number
      }
    }

    func detect(into map: inout [Float]) { for index in map.indices { map[index] = -9 } }
    func refine(_ window: CropTransform, into outputs: inout NetworkOutputs) {}
    func track(_ window: CropTransform, into outputs: inout NetworkOutputs) {}
  }

  /// Runs until so many frames were seen; what the executor saw and what was said of the pictures.
  func run(
    _ executor: Executor, lendingProblem: String? = nil, frames: Int = 60, wantsSnapshots: Bool = false,
    orientation: FrameOrientation = .init()
  ) throws -> (seen: Executor.Seen, said: [String?]) {
    let networks = try FaceNetworks(folder: LivePipelineTests.root.appending(path: "Models/lite").path())
    let said = Mutex<[String?]>([])
    let pipeline = LivePipeline(
      sender: try OSCSender(targets: []), orientation: orientation, wantsSnapshots: wantsSnapshots
    ) { event in
      if case .pictures(let reason) = event { said.withLock { $0.append(reason) } }
    }
    pipeline.start(source: Camera(lendingProblem: lendingProblem)) {
      FaceStage(tracker: FaceTracker(networks: networks, backend: executor, configuration: .init()), filters: nil)
    }
    let limit = LivePipeline.now() + 30
    while executor.seen.withLock({ $0.buffers + $0.planes }) < frames, LivePipeline.now() < limit {
      Thread.sleep(forTimeInterval: 0.01)
    }
    pipeline.stop()
    return (executor.seen.withLock { $0 }, said.withLock { $0 })
  }

  @Test func framesAreReadWhereTheyLie() throws {
    let (seen, said) = try run(Executor(.possible))
    #expect(seen.buffers > 50 && seen.unheld == 0 && seen.isRising, "\(seen)")
    #expect(said == [nil])
  }

  @Test func anExecutorThatRefusesGetsCopiesFromThenOn() throws {
    let (seen, said) = try run(Executor(.possible, limit: 10))
    #expect(seen.buffers == 10 && seen.planes >= 50 && seen.isRising, "\(seen)")
    #expect(said == [nil, "the test is over"])
  }

  @Test func withoutAnImportTheCameraIsNotAskedToLend() throws {
    let (seen, said) = try run(Executor(.refused("the renderer can't")))
    #expect(seen.buffers == 0 && seen.planes >= 60 && seen.isRising)
    #expect(said == ["the renderer can't"])
  }

  @Test func aCameraThatCannotLendSaysWhy() throws {
    let (seen, said) = try run(Executor(.possible), lendingProblem: "MJPG is decoded by the CPU")
    #expect(seen.buffers == 0 && seen.planes >= 60)
    #expect(said == ["MJPG is decoded by the CPU"])
  }

  @Test func picturesThatAreShownOrTurnedAreCopied() throws {
    let shown = try run(Executor(.possible), frames: 20, wantsSnapshots: true)
    #expect(shown.seen.buffers == 0 && shown.said == ["they are shown"])
    let turned = try run(Executor(.possible), frames: 20, orientation: .init(clockwiseTurns: 1))
    #expect(turned.seen.buffers == 0 && turned.said == ["they are turned"])
  }

  @Test func untilTheExecutorIsChosenNothingIsSaid() throws {
    let (seen, said) = try run(Executor(.undecided), frames: 20)
    #expect(seen.buffers == 0 && seen.planes >= 20 && said.isEmpty)
  }
}

import Broadcast
import Capture
import FaceCore
import Foundation
import Pipeline
import Synchronization
import TestSupport
import Testing

/// A camera whose clock is out of order, through the whole pipeline to the wire.
@Suite(.inRealTime) struct DisturbedClockTests {
  /// The recorded session as a camera shows it, its times moved by `shift` seconds from the clock that they should follow.
  private final class Camera: FrameSource {
    let description = "a camera with a clock of its own"
    let nominalRate = 30.0
    let frameCount: Int? = nil
    let isLive = true
    let damagedFrames = 0
    private let session: VideoFile
    private let shift: @Sendable () -> Double?
    private var last = CaptureTime(seconds: 0)

    /// `shift` nil repeats the last time.
    init(_ session: VideoFile, shift: @escaping @Sendable () -> Double?) {
      (self.session, self.shift) = (session, shift)
    }

    func next() throws(CaptureError) -> FrameRead {
      guard case .frame(var frame) = try session.next() else { return .end }
      if let shift = shift() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        last = CaptureTime(seconds: Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9 + shift)
      }
      frame.time = last
      return .frame(frame)
    }
  }

  /// What came since the last question.
  private struct Heard {
    var frames = 0
    var held = 0
    var wrong: [String] = []
  }

  /// Gaps of five seconds, steps back, a clock that stands, and one that was right all along.
  @Test func noJumpOfTheClockSpoilsTheWire() throws {
    let shift = Mutex<Double?>(0)
    let log = Mutex(Heard())
    let news = DispatchSemaphore(value: 0)
    let receiver = try OSCReceiver(port: 0) { address, arguments in
      let numbers = arguments.compactMap(\.number)
      let isWeight = address == "/VMC/Ext/Blend/Val"
      let isRight = numbers.allSatisfy { $0.isFinite && (!isWeight || (0...1).contains($0)) }
      log.withLock { log in
        if !isRight { log.wrong.append("\(address) \(arguments)") }
        if address == "/VMC/Ext/Blend/Apply" { log.frames += 1 }
        if address == "/VMC/Ext/OK", numbers.first == 1 { log.held += 1 }
      }
      if address == "/VMC/Ext/OK" { news.signal() }
    }
    let failure = Mutex<String?>(nil)
    let pipeline = LivePipeline(sender: try OSCSender(targets: [Target(port: receiver.port)]), wantsSnapshots: false) {
      if case .failed(let message) = $0 { failure.withLock { $0 = message } }
    }
    let factory = try LivePipelineTests.factory()
    let session = try VideoFile(path: LivePipelineTests.session, loops: true)
    pipeline.start(source: Camera(session) { shift.withLock { $0 } }) {
      try factory.makeStage(filters: true, waitsForShaders: false)
    }
    for step in [0, 5, 10, 6, 6.02, nil, 1, -60, 3600, 0] as [Double?] {
      shift.withLock { $0 = step }
      log.withLock { $0 = Heard() }
      func isEnough() -> Bool { log.withLock { $0.frames >= 10 && (step == nil || $0.held >= 5) } }
      while !isEnough(), news.wait(timeout: .now() + 20) == .success {}
      let heard = log.withLock { $0 }
      #expect(
        isEnough(),
        "a clock \(step.map { "\($0) s away" } ?? "that stands"): \(heard.frames) frames, \(heard.held) with a face")
      #expect(heard.wrong == [])
    }
    pipeline.stop()
    withExtendedLifetime(receiver) {}
    #expect(failure.withLock { $0 } == nil)
  }
}

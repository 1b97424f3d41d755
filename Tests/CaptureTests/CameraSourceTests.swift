import FaceCore
import Foundation
import Testing

@testable import Capture

/// What a source does while its camera is away, with a clock and a camera of the test.
@Suite struct CameraSourceTests {
  /// What happens at a call of the camera.
  enum Event { case frame, silence, damage, failure }

  static let unplugged = CaptureError.device(path: "/dev/video0", call: "VIDIOC_DQBUF", code: ENODEV)
  static let missing = CaptureError.noCamera(name: "auto", known: [], unreadable: [])

  /// A world whose clock moves only when something waits.
  final class Stage {
    var now = CaptureTime(seconds: 100)
    /// Whether the camera is there.
    var isPlugged = true
    var attempts: [Double] = []
    var waits: [Duration] = []
    var script: [Event] = []
    /// What cameras were told about lending.
    var lending: [Bool] = []
    /// When the device comes back, which is heard at once.
    var arrival: CaptureTime?
    let pixels = UnsafeMutablePointer<UInt8>.allocate(capacity: 32 * 32)

    deinit { pixels.deallocate() }

    func pass(_ duration: Duration) { now = now + duration }

    func source() -> CameraSource {
      CameraSource(
        name: "auto",
        world: .init(
          open: { [self] () throws(CaptureError) in
            attempts.append(now.seconds)
            guard isPlugged else { throw missing }
            return FakeCamera(self)
          },
          now: { self.now },
          wait: { duration in
            self.waits.append(duration)
            if let arrival = self.arrival, arrival <= self.now + duration {
              self.now = max(self.now, arrival)
              self.arrival = nil
              return true
            }
            self.pass(duration)
            return false
          }))
    }
  }

  final class FakeCamera: Camera {
    let stage: Stage
    let description = "Fake Camera"
    let nominalRate = 25.0
    private(set) var account = FrameAccount()
    let lendingProblem: String? = nil

    init(_ stage: Stage) { self.stage = stage }

    func lend(_ isLending: Bool) { stage.lending.append(isLending) }

    func read(timeout: Duration) throws(CaptureError) -> Frame? {
      switch stage.script.isEmpty ? .frame : stage.script.removeFirst() {
      case .frame:
        stage.pass(.milliseconds(40))
        account.wasDelivered()
        return Frame(pixels: stage.pixels, width: 32, height: 32, stride: 32, time: stage.now)
      case .silence:
        stage.pass(timeout)
        return nil
      case .damage:
        stage.pass(timeout)
        account.wasDamaged()
        return nil
      case .failure: throw unplugged
      }
    }
  }

  /// The reason that a source waits for, nil when it has a frame.
  static func waiting(_ source: CameraSource) -> String? {
    if case .waiting(let reason) = source.next() { return reason }
    return nil
  }

  static func isLate(_ source: CameraSource) -> Bool { if case .late = source.next() { true } else { false } }

  @Test func nothingIsOpenedBeforeTheFirstFrameIsWanted() {
    let stage = Stage()
    let source = stage.source()
    #expect(stage.attempts.isEmpty)
    #expect(source.isLive)
    #expect(source.frameCount == nil)
    #expect(source.description == "auto")
    #expect(Self.waiting(source) == nil)
    #expect(stage.attempts == [100])
    #expect(source.description == "Fake Camera")
    #expect(source.nominalRate == 25)
  }

  @Test func aMissingCameraIsTriedTwiceASecond() {
    let stage = Stage()
    stage.isPlugged = false
    let source = stage.source()
    while stage.now.seconds < 101.9 { #expect(Self.waiting(source) == Self.missing.description) }
    #expect(stage.attempts == [100, 100.5, 101, 101.5, 102])
    #expect(stage.waits.allSatisfy { $0 <= .milliseconds(500) })
    stage.isPlugged = true
    while Self.waiting(source) != nil {}
    #expect(stage.attempts == [100, 100.5, 101, 101.5, 102, 102.5])
    #expect(source.openings == 1)
  }

  @Test func anUnpluggedCameraIsOpenedAgainWithinASecond() {
    let stage = Stage()
    stage.script = [.frame, .failure]
    let source = stage.source()
    #expect(Self.waiting(source) == nil)
    #expect(Self.waiting(source) == Self.unplugged.description)
    let lost = stage.now.seconds
    while Self.waiting(source) != nil {}
    #expect(stage.attempts.count == 2)
    #expect(stage.attempts[1] >= lost + 0.5 && stage.attempts[1] < lost + 0.51)
    #expect(source.account.delivered == 2)
    #expect(source.openings == 2)
  }

  @Test func aDeviceThatComesIsTriedAtOnceAndOften() {
    let stage = Stage()
    stage.isPlugged = false
    stage.arrival = CaptureTime(seconds: 100.2)
    let source = stage.source()
    // It was heard of before it may be opened.
    while stage.now.seconds < 100.35 { #expect(Self.waiting(source) != nil) }
    stage.isPlugged = true
    while Self.waiting(source) != nil {}
    let expected = [100, 100.2, 100.3, 100.4, 100.5]
    #expect(stage.attempts.count == expected.count && zip(stage.attempts, expected).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func afterSomeSecondsADeviceThatCameIsAsAnyOther() {
    let stage = Stage()
    stage.isPlugged = false
    stage.arrival = CaptureTime(seconds: 100.2)
    let source = stage.source()
    while stage.now.seconds < 105 { _ = Self.waiting(source) }
    let late = stage.attempts.filter { $0 > 103.4 }
    #expect(!late.isEmpty && zip(late, late.dropFirst()).allSatisfy { abs($1 - $0 - 0.5) < 1e-6 })
  }

  @Test func damagedFramesAloneAreSilence() {
    let stage = Stage()
    stage.script = [.frame] + [Event](repeating: .damage, count: 4)
    let source = stage.source()
    #expect(Self.waiting(source) == nil)
    for _ in 0..<3 { #expect(Self.isLate(source)) }
    #expect(Self.waiting(source) == "Fake Camera sends only damaged frames")
    #expect(Self.waiting(source) == nil)
    #expect(source.openings == 2 && source.damagedFrames == 4)
  }

  @Test func aShortSilenceIsWaitedOut() {
    let stage = Stage()
    stage.script = [.frame, .silence, .silence, .frame]
    let source = stage.source()
    #expect(Self.waiting(source) == nil)
    for _ in 0..<2 { #expect(Self.isLate(source)) }
    #expect(!Self.isLate(source))
    #expect(source.openings == 1)
  }

  @Test func aSilenceOfTwoSecondsOpensTheCameraAgain() {
    let stage = Stage()
    stage.script = [.frame] + [Event](repeating: .silence, count: 4)
    let source = stage.source()
    #expect(Self.waiting(source) == nil)
    let last = stage.now.seconds
    for _ in 0..<3 { #expect(Self.isLate(source)) }
    #expect(Self.waiting(source) == "Fake Camera sends no frames")
    #expect(Self.waiting(source) == nil)
    #expect(source.openings == 2)
    #expect(abs(stage.attempts[1] - last - 2) < 0.01)
  }

  @Test func aCameraThatWasNeverThereIsNamedAsAsked() {
    let stage = Stage()
    stage.isPlugged = false
    let source = stage.source()
    _ = source.next()
    #expect(source.description == "auto")
  }
}

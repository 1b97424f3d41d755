import FaceCore
import FaceTracking
import Testing

@Suite struct WindowTrackerTests {
  let frame = SIMD2<Float>(640, 480)
  let window = FaceWindow(centre: [320, 240], side: 200, roll: 0)

  func time(_ frame: Int, hz: Double = 30) -> CaptureTime { CaptureTime(seconds: Double(frame) / hz) }

  @Test func aFaceIsPresentAtTheFirstConfidentFrame() {
    var tracker = WindowTracker(configuration: .init())
    #expect(tracker.step(at: time(0)) == .detect)
    tracker.update(window, correction: [0, 0, 0, 0], confidence: 0.99, frame: frame, at: time(0))
    #expect(tracker.isPresent)
    #expect(tracker.step(at: time(1)) == .track(window))
  }

  @Test func theWindowFollowsTheCorrectionAlongItsOwnAxes() {
    var tracker = WindowTracker(configuration: .init())
    let turned = FaceWindow(centre: [320, 240], side: 200, roll: .pi / 2)
    tracker.update(turned, correction: [0.1, 0.05, 0, 0.1], confidence: 0.99, frame: frame, at: time(0))
    // A quarter turn counter-clockwise: the window's right is the image's up, its down is the image's right.
    #expect(abs(tracker.window!.centre.x - 330) < 0.01)
    #expect(abs(tracker.window!.centre.y - 220) < 0.01)
    #expect(abs(tracker.window!.roll - (.pi / 2 + 0.1)) < 1e-5)
  }

  @Test func confidenceBetweenTheThresholdsChangesNothing() {
    var tracker = WindowTracker(configuration: .init())
    tracker.update(window, correction: [0, 0, 0, 0], confidence: 0.45, frame: frame, at: time(0))
    #expect(!tracker.isPresent)
    tracker.update(window, correction: [0, 0, 0, 0], confidence: 0.99, frame: frame, at: time(1))
    tracker.update(window, correction: [0, 0, 0, 0], confidence: 0.45, frame: frame, at: time(2))
    #expect(tracker.isPresent)
    tracker.update(window, correction: [0, 0, 0, 0], confidence: 0.2, frame: frame, at: time(3))
    #expect(!tracker.isPresent)
  }

  @Test func anAbsentFacesWindowIsTriedForAWhileAndThenDetectedAnew() {
    var tracker = WindowTracker(configuration: .init())
    tracker.update(window, correction: [0, 0, 0, 0], confidence: 0.99, frame: frame, at: time(0))
    tracker.update(window, correction: [0, 0, 0, 0], confidence: 0.1, frame: frame, at: time(1))
    #expect(!tracker.isPresent)
    #expect(tracker.step(at: time(8)) == .track(window))
    #expect(tracker.step(at: time(10)) == .detect)
  }

  @Test func theDetectorRunsAtItsOwnRateWhileLost() {
    var tracker = WindowTracker(configuration: .init())
    let steps = (0..<60).map { tracker.step(at: time($0, hz: 60)) }
    #expect(steps.count { $0 == .detect } == 10)
    #expect(steps.allSatisfy { $0 == .detect || $0 == .idle })
  }

  @Test func aClockThatRunsBackwardsDoesNotSilenceTheDetector() {
    var tracker = WindowTracker(configuration: .init())
    #expect(tracker.step(at: time(300)) == .detect)
    #expect(tracker.step(at: time(0)) == .detect)
  }

  @Test(arguments: [[Float.nan, 0, 0, 0], [0, 0, .infinity, 0], [1e30, -1e30, 1e30, 1e30]])
  func wildCorrectionsKeepTheWindowFinite(correction: [Float]) {
    let moved = window.corrected(by: correction)
    #expect(moved.centre.x.isFinite && moved.centre.y.isFinite && moved.side.isFinite && moved.roll.isFinite)
  }

  @Test func aWindowThatLeavesTheFrameIsGivenUp() {
    var tracker = WindowTracker(configuration: .init())
    let edge = FaceWindow(centre: [630, 240], side: 200, roll: 0)
    tracker.update(edge, correction: [0.2, 0, 0, 0], confidence: 0.99, frame: frame, at: time(0))
    #expect(!tracker.isPresent)
    #expect(tracker.window == nil)
  }

  @Test func aDoubtedFaceNeedsTheDetectorAtOnceAndASureOneNowAndThen() {
    var tracker = WindowTracker(configuration: .init())
    #expect(tracker.scoreNeeded(confidence: 0.5, at: time(0)) == nil)
    tracker.update(window, correction: [0, 0, 0, 0], confidence: 0.999, frame: frame, at: time(0))
    #expect(tracker.scoreNeeded(confidence: 0.999, at: time(0)) == 0.03)
    tracker.verify(true, at: time(0))
    #expect(tracker.scoreNeeded(confidence: 0.999, at: time(3)) == nil)
    #expect(tracker.scoreNeeded(confidence: 0.9, at: time(3)) == 0.38)
    #expect(tracker.scoreNeeded(confidence: 0.999, at: time(15)) == 0.03)
    tracker.verify(false, at: time(15))
    #expect(!tracker.isPresent && tracker.window == nil)
  }
}

import FaceCore
import FaceTracking
import Foundation
import TestSupport
import Testing

@testable import Pipeline

/// When the pipeline rests, and what its health says.
@Suite(.inRealTime) struct RestTests {
  /// How often a tracker of a source without a face asks for the detector, by seconds since the start.
  private func detections(upTo end: Int, configuration: WindowTracker.Configuration) -> [Int] {
    var tracker = WindowTracker(configuration: configuration)
    var counts = [Int](repeating: 0, count: end)
    for frame in 0..<(end * 30) {
      if tracker.step(at: CaptureTime(seconds: Double(frame) / 30)) == .detect { counts[frame / 30] += 1 }
    }
    return counts
  }

  @Test func withoutAFaceTheDetectorSlowsDown() {
    var configuration = WindowTracker.Configuration()
    configuration.idleAfterSeconds = 10
    let counts = detections(upTo: 20, configuration: configuration)
    #expect(counts[..<10] == [10, 10, 10, 10, 10, 10, 10, 10, 10, 10])
    #expect(counts[11...].allSatisfy { $0 == 2 }, "\(counts)")
  }

  @Test func aRecordingIsLookedAtAlikeThroughout() {
    #expect(detections(upTo: 20, configuration: .init()).allSatisfy { $0 == 10 })
  }

  @Test func aFaceEndsTheRest() {
    var configuration = WindowTracker.Configuration()
    configuration.idleAfterSeconds = 1
    var tracker = WindowTracker(configuration: configuration)
    _ = tracker.step(at: CaptureTime(seconds: 0))
    _ = tracker.step(at: CaptureTime(seconds: 5))
    #expect(tracker.isIdle)
    let window = FaceWindow(centre: SIMD2(320, 240), side: 200, roll: 0)
    tracker.update(
      window, correction: [0, 0, 0, 0], confidence: 1, frame: SIMD2(640, 480), at: CaptureTime(seconds: 5))
    #expect(!tracker.isIdle && tracker.isPresent)
  }

  @Test func aConditionWaitsByTheMonotonicClock() {
    let condition = MonotonicCondition()
    let begin = LivePipeline.now()
    condition.withLock { while condition.wait(untilMonotonic: begin + 0.05) {} }
    #expect(LivePipeline.now() >= begin + 0.05)
    #expect(condition.withLock { condition.wait(untilMonotonic: begin) } == false)
  }

  @Test func aThreadThatStandsStillIsNoticed() {
    var before = PipelineHealth()
    #expect(before.hasMoved(since: before), "a pipeline that is being set up counts as alive")
    (before.captureRounds, before.trackingRounds) = (5, 5)
    var after = before
    #expect(!after.hasMoved(since: before))
    after.captureRounds = 6
    #expect(!after.hasMoved(since: before), "the tracking thread hangs")
    after.trackingRounds = 6
    #expect(after.hasMoved(since: before))
  }

  @Test func theStatusLineSaysWhatGoesOn() {
    let start = PipelineHealth()
    var health = PipelineHealth()
    #expect(health.line(since: start, seconds: 5) == "starting")
    (health.source, health.frames, health.isPresent) = ("C920", 150, true)
    #expect(health.line(since: start, seconds: 5) == "30 frames a second from C920, a face is held")
    (health.isPresent, health.isResting) = (false, true)
    #expect(health.line(since: start, seconds: 5).hasSuffix("resting: no face, or nobody listens"))
    health.waitingReason = "no camera"
    #expect(health.line(since: start, seconds: 5) == "waiting for camera: no camera")
  }
}

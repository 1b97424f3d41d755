import Pipeline
import Testing

@Suite struct StageTimingsTests {
  @Test func theFirstFrameCountsInFullAndTheRateFollowsCaptureTime() {
    var timings = StageTimings()
    timings.add(track: 0.002, filter: 0.0001, send: 0.0002, interval: nil)
    #expect(abs(timings.trackMilliseconds - 2) < 1e-9)
    #expect(timings.framesPerSecond == 0)
    for _ in 0..<60 { timings.add(track: 0.002, filter: 0.0001, send: 0.0002, interval: 1.0 / 25) }
    #expect(abs(timings.framesPerSecond - 25) < 0.1)
    #expect(abs(timings.trackMilliseconds - 2) < 1e-9)
  }
}

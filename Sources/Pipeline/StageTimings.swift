/// How long the stages of one frame took, in milliseconds of wall time, as running means over about a second.
package struct StageTimings: Sendable, Equatable {
  /// From the frame's hand-over to the networks' answer.
  package private(set) var trackMilliseconds: Double = 0
  package private(set) var filterMilliseconds: Double = 0
  /// Encoding and sending to all targets.
  package private(set) var sendMilliseconds: Double = 0
  /// Frames a second by capture time.
  package private(set) var framesPerSecond: Double = 0
  private var isFresh = true

  package init() {}

  /// Takes one frame's times, in seconds; `interval` is the capture time since the frame before, nil for the first.
  package mutating func add(track: Double, filter: Double, send: Double, interval: Double?) {
    let share = isFresh ? 1 : 1.0 / 30
    isFresh = false
    trackMilliseconds += (track * 1000 - trackMilliseconds) * share
    filterMilliseconds += (filter * 1000 - filterMilliseconds) * share
    sendMilliseconds += (send * 1000 - sendMilliseconds) * share
    if let interval, interval > 0 {
      framesPerSecond += (1 / interval - framesPerSecond) * (framesPerSecond == 0 ? 1 : 1.0 / 15)
    }
  }
}

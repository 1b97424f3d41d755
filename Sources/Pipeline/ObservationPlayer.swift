import Broadcast
import FaceCore
import Foundation
import SignalFilters
import Synchronization

/// Broadcasts recorded curves at their own pace, or faster or slower, on a thread of its own.
///
/// `stop()` sends one last neutral frame, so no rig is left with a frozen face.
package final class ObservationPlayer: Sendable {
  /// How curves are played.
  package struct Options: Sendable {
    /// Seconds of the recording in a second, above 0.
    package var speed = 1.0
    /// Seconds from the first row to the one to begin with.
    package var start = 0.0
    /// Whether it starts over at its end.
    package var loops = false
    /// What smooths the curves; nil sends them as they are.
    package var filters: FilterBank.Configuration?

    package init() {}
  }

  private let observations: [FaceObservation]
  private let options: Options
  private let sender: OSCSender
  private let pace = NSCondition()
  private let state = Mutex((isStopping: false, isRunning: false, hasEnded: false, sent: 0))

  /// - Parameter observations: by time, from 0 on.
  /// - Throws: ``PipelineError/unavailable(_:)`` where nothing is left to play.
  package init(_ observations: [FaceObservation], sender: OSCSender, options: Options) throws(PipelineError) {
    let last = observations.last?.time.seconds ?? 0
    self.observations = observations.filter { $0.time.seconds >= options.start - 0.0005 }
    guard !self.observations.isEmpty else {
      throw .unavailable("the recording ends after \(last) s, before the second \(options.start) that was asked for")
    }
    self.options = options
    self.sender = sender
  }

  /// Whether the last row was sent and none will follow.
  package var hasEnded: Bool { state.withLock { $0.hasEnded } }
  /// Rows that were sent.
  package var sentRows: Int { state.withLock { $0.sent } }

  /// Begins.
  ///
  /// - Throws: ``SignalFilterError`` for settings of filters that are none.
  package func start() throws {
    let filters = try options.filters.map { try FilterBank($0) }
    state.withLock { $0.isRunning = true }
    let thread = Thread { [self] in
      play(filters)
      pace.withLock {
        state.withLock { ($0.isRunning, $0.hasEnded) = (false, true) }
        pace.broadcast()
      }
    }
    thread.name = "gurn-replay"
    thread.start()
  }

  /// Ends after a last neutral frame.
  package func stop() {
    pace.withLock {
      state.withLock { $0.isStopping = true }
      pace.broadcast()
      while state.withLock({ $0.isRunning }) { pace.wait() }
    }
  }

  private func play(_ bank: consuming FilterBank?) {
    var bank = bank
    var begin = LivePipeline.now()
    repeat {
      for observation in observations {
        let moment = begin + (observation.time.seconds - options.start) / options.speed
        guard wait(until: moment) else { return sendNeutral() }
        var next = observation
        next.time = CaptureTime(seconds: moment)
        if let filtered = bank?.filter(next) { next = filtered }
        sender.send(next, ageSeconds: max(0, LivePipeline.now() - moment))
        state.withLock { $0.sent += 1 }
      }
      begin += (observations[observations.count - 1].time.seconds - options.start + interval) / options.speed
    } while options.loops
    sendNeutral()
  }

  /// From one row to the next, seconds.
  private var interval: Double {
    let steps = zip(observations, observations.dropFirst()).map { $1.time.seconds(since: $0.time) }.sorted()
    return steps.isEmpty ? 1.0 / 30 : steps[steps.count / 2]
  }

  private func sendNeutral() { sender.send(.absent(at: CaptureTime(seconds: LivePipeline.now())), ageSeconds: 0) }

  /// Waits for a moment of the monotonic clock; false when it is to stop.
  private func wait(until moment: Double) -> Bool {
    pace.withLock {
      while !state.withLock({ $0.isStopping }) {
        let left = moment - LivePipeline.now()
        guard left > 0 else { return true }
        _ = pace.wait(until: Date(timeIntervalSinceNow: left))
      }
      return false
    }
  }
}

import FaceCore
import SignalFilters

/// Sends the face: once a frame, or at a rate of its own by prediction.
///
/// Frames come from the tracking thread; ``run(send:)`` is the body of a thread of its own, which sleeps while every frame is sent
/// as it comes. Settings may change at any time from any thread.
final class OutputClock: @unchecked Sendable {
  /// Sends an observation and the seconds since its frame was captured. Called with the lock held.
  typealias Send = (FaceObservation, Double) -> Void

  // Guarded by `condition`.
  private let condition = MonotonicCondition()
  private var predictor: OutputPredictor
  private var captured: CaptureTime?
  private var isEnded = false

  /// - Parameter configuration: valid settings.
  init(_ configuration: FilterBank.Configuration) { predictor = OutputPredictor(configuration) }

  /// Takes new settings: a new rate holds from now on.
  func reconfigure(_ configuration: FilterBank.Configuration) {
    condition.withLock {
      predictor.reconfigure(configuration, at: Self.now())
      condition.broadcast()
    }
  }

  /// Takes a frame's final values (tracking thread) and, without a rate of its own, sends it.
  func take(_ face: FaceObservation, send: Send) {
    condition.withLock {
      guard !isEnded else { return }
      let now = Self.now()
      let isFirst = captured == nil
      predictor.take(face, at: now)
      captured = face.time
      if predictor.outputHz == nil { sendNow(at: now, send) } else if isFirst { condition.broadcast() }
    }
  }

  /// Sends the last word, as it is; nothing follows it, and ``run(send:)`` returns.
  func finish(with face: FaceObservation, send: Send) {
    condition.withLock {
      guard !isEnded else { return }
      isEnded = true
      var face = face
      // A rig's channels come to their rest too.
      face.channels = FaceChannels(neutral: predictor.channelNames)
      send(face, 0)
      condition.broadcast()
    }
  }

  /// Sends at the rate that is set, until the end. A tick that is missed is left out, none is made up for.
  func run(send: Send) {
    condition.lock()
    defer { condition.unlock() }
    var next = 0.0
    while !isEnded {
      guard let hz = predictor.outputHz, captured != nil else {
        condition.wait()
        continue
      }
      let now = Self.now()
      if next - now.seconds > 1 / hz { next = now.seconds }
      if now.seconds < next {
        // A signal may be a new rate: the time to wait for is worked out anew.
        _ = condition.wait(untilMonotonic: next)
        continue
      }
      sendNow(at: now, send)
      next = max(next + 1 / hz, now.seconds)
    }
  }

  private func sendNow(at now: CaptureTime, _ send: Send) {
    guard let face = predictor.observation(at: now), let captured else { return }
    send(face, max(0, now.seconds(since: captured)))
  }

  /// CLOCK_MONOTONIC, the clock of cameras' buffers.
  private static func now() -> CaptureTime { CaptureTime(seconds: LivePipeline.now()) }
}

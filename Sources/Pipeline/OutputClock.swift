import FaceCore
import SignalFilters

/// Sends the faces: once a frame, or at a rate of its own by prediction.
///
/// Frames come from the tracking thread; ``run(send:)`` is the body of a thread of its own, which sleeps while every frame is sent
/// as it comes. Settings may change at any time from any thread.
final class OutputClock: @unchecked Sendable {
  /// Sends every face, by number, and the seconds since their frame was captured. Called with the lock held.
  typealias Send = ([FaceObservation], Double) -> Void

  // Guarded by `condition`.
  private let condition = MonotonicCondition()
  private var predictors: [OutputPredictor]
  /// What is sent; kept for its memory.
  private var shown: [FaceObservation]
  private var captured: CaptureTime?
  private var isEnded = false

  /// - Parameters:
  ///   - configuration: valid settings.
  ///   - faces: how many faces are sent.
  init(_ configuration: FilterBank.Configuration, faces: Int) {
    predictors = Array(repeating: OutputPredictor(configuration), count: faces)
    shown = Array(repeating: .absent(at: CaptureTime(nanoseconds: 0)), count: faces)
  }

  /// How often is sent; nil for once a frame. All faces have the same settings.
  private var outputHz: Double? { predictors[0].outputHz }

  /// Takes new settings: a new rate holds from now on.
  func reconfigure(_ configuration: FilterBank.Configuration) {
    condition.withLock {
      let now = Self.now()
      for face in predictors.indices { predictors[face].reconfigure(configuration, at: now) }
      condition.broadcast()
    }
  }

  /// Takes a frame's final values of every face (tracking thread) and, without a rate of its own, sends them.
  func take(_ faces: [FaceObservation], send: Send) {
    condition.withLock {
      guard !isEnded else { return }
      let now = Self.now()
      let isFirst = captured == nil
      for face in predictors.indices { predictors[face].take(faces[face], at: now) }
      captured = faces[0].time
      if outputHz == nil { sendNow(at: now, send) } else if isFirst { condition.broadcast() }
    }
  }

  /// Sends the last word of every face, as it is; nothing follows it, and ``run(send:)`` returns.
  func finish(with face: FaceObservation, send: Send) {
    condition.withLock {
      guard !isEnded else { return }
      isEnded = true
      for index in shown.indices {
        shown[index] = face
        // A rig's channels come to their rest too.
        shown[index].channels = FaceChannels(neutral: predictors[index].channelNames)
      }
      send(shown, 0)
      condition.broadcast()
    }
  }

  /// Sends at the rate that is set, until the end. A tick that is missed is left out, none is made up for.
  func run(send: Send) {
    condition.lock()
    defer { condition.unlock() }
    var next = 0.0
    while !isEnded {
      guard let hz = outputHz, captured != nil else {
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
    guard let captured else { return }
    for face in predictors.indices {
      guard let observation = predictors[face].observation(at: now) else { return }
      shown[face] = observation
    }
    send(shown, max(0, now.seconds(since: captured)))
  }

  /// CLOCK_MONOTONIC, the clock of cameras' buffers.
  private static func now() -> CaptureTime { CaptureTime(seconds: LivePipeline.now()) }
}

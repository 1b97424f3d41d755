import Capture
import FaceCore
import NeuralGraph
import Synchronization

/// The capture thread.
extension LivePipeline {
  func capture(from source: any FrameSource) {
    // A recording's first frames are not to pass by while the networks are got ready.
    if !source.isLive { waitForTracking() }
    let clockStart = Self.now()
    var lastPublished = -Double.infinity
    let resting = source as? any RestingSource
    let lending = source as? any LendingSource
    var lendingProblem: String?
    if lending == nil { noteLending(problem: "they come from no camera", before: &lendingProblem) }
    do {
      while !isStopping {
        vitals.withLock { $0.captureRounds &+= 1 }
        resting?.rest(isResting)
        lending?.lend(slot.takesBuffers)
        switch try source.next() {
        case .frame(let frame):
          noteStreaming(from: source)
          let time = source.isLive ? frame.time : CaptureTime(seconds: clockStart + frame.time.seconds)
          if !source.isLive { wait(until: time.seconds) }
          record(frame, at: time)
          if isResting, time.seconds - lastPublished < 0.9 / rest.framesPerSecond { continue }
          lastPublished = time.seconds
          if let lending { noteLending(problem: lending.lendingProblem, before: &lendingProblem) }
          publish(frame, at: time)
        case .late: break
        case .waiting(let reason): noteWaiting(reason)
        case .end:
          state.withLock { $0.hasEnded = true }
          onEvent(.ended(damaged: source.damagedFrames))
          slot.close()
          return
        }
      }
    } catch {
      fail("\(error)")
    }
    slot.close()
  }

  /// Hands a frame to the tracking thread: the camera's buffer where it is lent, else a copy.
  private func publish(_ frame: Frame, at time: CaptureTime) {
    if let buffer = frame.buffer { return slot.publish(buffer, at: time) }
    slot.publish(
      LumaPlane(pixels: frame.pixels, width: frame.width, height: frame.height, stride: frame.stride), at: time)
  }

  /// Leaves word for the tracking thread when it changes.
  private func noteLending(problem: String?, before known: inout String?) {
    guard problem != known else { return }
    known = problem
    state.withLock { $0.lendingProblem = problem }
  }

  private func waitForTracking() {
    pace.withLock {
      while state.withLock({ !$0.isTracking && !$0.isStopping }) { pace.wait() }
    }
  }

  /// Tells once that frames come.
  private func noteStreaming(from source: any FrameSource) {
    let changed = state.withLock { state in
      defer { (state.isStreaming, state.waitingReason) = (true, nil) }
      if !state.isStreaming { state.sourceName = source.description }
      return !state.isStreaming
    }
    if changed {
      vitals.withLock { ($0.source, $0.waitingReason) = (source.description, nil) }
      onEvent(.streaming(source: source.description))
    }
  }

  /// Tells once for each reason that no frames come.
  private func noteWaiting(_ reason: String) {
    let changed = state.withLock { state in
      defer { (state.isStreaming, state.waitingReason) = (false, reason) }
      return state.waitingReason != reason
    }
    if changed {
      vitals.withLock { $0.waitingReason = reason }
      onEvent(.waiting(reason: reason))
    }
  }

  /// Waits for a moment of the monotonic clock (seconds), or for the stop.
  private func wait(until moment: Double) {
    pace.withLock {
      while !state.withLock({ $0.isStopping }) {
        guard moment > Self.now() else { return }
        _ = pace.wait(untilMonotonic: moment)
      }
    }
  }
}

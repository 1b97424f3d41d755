import Capture
import FaceCore
import Recording

extension LivePipeline {
  /// Begins a recording of what the source delivers from now on and what is made of it. Any thread.
  ///
  /// - Returns: the path of its first file.
  /// - Throws: ``RecordingError`` where it can't be written, or one goes on already.
  @discardableResult package func startRecording(_ plan: RecordingPlan) throws(RecordingError) -> String {
    if let state = recordingState, state.phase == .recording {
      throw .unwritable(path: plan.base, reason: "a recording goes on already: \(state.path)")
    }
    let new = try Recorder(
      plan: plan, source: { [weak self] in self?.sourceName ?? "" },
      onEvent: { [weak self] event in self?.onEvent(.recording(event)) })
    let isFirst = recorder.withLock { recorder in
      guard recorder?.state.phase != .recording else { return false }
      recorder = new
      return true
    }
    guard isFirst else {
      new.stop()
      throw .unwritable(path: plan.base, reason: "a recording goes on already")
    }
    return new.state.path
  }

  /// Ends the recording, if there is one, and returns how it came out when all of it is written. Any thread but the pipeline's.
  @discardableResult package func stopRecording() -> RecordingState? { recorder.withLock { $0 }?.stop() }

  /// How the recording stands that goes on or was the last; nil before the first. Any thread.
  package var recordingState: RecordingState? { recorder.withLock { $0 }?.state }

  /// Hands a frame to the recording (capture thread).
  func record(_ frame: Frame, at time: CaptureTime) { recorder.withLock { $0 }?.offer(frame.recorded, at: time) }

  /// Hands a frame's curves to the recording (tracking thread).
  func record(_ row: RecordedRow) { recorder.withLock { $0 }?.offer(row) }
}

import Broadcast
import Capture
import FaceCore
import Foundation
import Recording
import SignalFilters
import Synchronization

/// The running pipeline: a capture thread, a slot of one frame, a tracking thread that tracks, filters and sends, and a thread
/// that sends in its place where a rate is set.
///
/// Recordings play at their own pace. While a camera is away the output fades to neutral and goes on. `stop()` sends one last
/// neutral frame, so no rig is left with a frozen face.
package final class LivePipeline: Sendable {
  /// What happened, for the log. Called on the pipeline's threads.
  package enum Event: Sendable {
    /// Frames come again, or for the first time.
    case streaming(source: String)
    /// No frames come, and why.
    case waiting(reason: String)
    /// Frames are read in the camera's buffers from now on (nil), or copied, and why.
    case pictures(copiedBecause: String?)
    /// A face was found or lost.
    case presence(Bool, face: Int)
    /// A capture goes on or is over.
    case calibration(CalibrationEvent)
    /// The recording is over; so many of its packets and pictures were damaged or missing.
    case ended(damaged: Int)
    /// What became of a recording.
    case recording(Recorder.Event)
    /// The pipeline can't go on.
    case failed(String)
  }

  /// How often a pipeline without frames repeats its output, seconds.
  static let idlePeriod = 1.0 / 30

  struct State {
    var isStopping = false
    var isStreaming = false
    var hasEnded = false
    var isTracking = false
    var sourceName = ""
    var waitingReason: String?
    /// Why the source lends no frames.
    var lendingProblem: String?
    var sender: OSCSender
    var filters: FilterBank.Configuration?
    var snapshot: PipelineSnapshot?
    var wantsSnapshots = false
    var runningThreads = 0
    var status = PipelineStatus()
  }

  let state: Mutex<State>
  let slot: LatestFrame
  let pace = MonotonicCondition()
  let vitals = Mutex(PipelineHealth())
  let rest: RestPolicy
  let output: OutputClock
  let onEvent: @Sendable (Event) -> Void
  let hasOtherListeners: @Sendable () -> Bool
  let onSent: @Sendable (_ faces: [FaceObservation], _ ageSeconds: Double) -> Void
  let personal = PersonalCommands()
  /// The recording that goes on or was the last.
  let recorder = Mutex<Recorder?>(nil)

  /// `wantsSnapshots` makes ``snapshot`` available, which costs a copy of each frame; `filters` says how often is sent.
  /// `hasOtherListeners` says whether somebody hears of `onSent`, besides the sender's targets and subscribers.
  /// `faces` is how many faces are sent; the stage has to follow as many. `onSent` is told what was just sent, by number, on
  /// the thread that sends, and must neither wait nor allocate.
  package init(
    sender: OSCSender, orientation: FrameOrientation = .init(), filters: FilterBank.Configuration = .init(),
    wantsSnapshots: Bool, rest: RestPolicy = .never, faces: Int = 1,
    hasOtherListeners: @escaping @Sendable () -> Bool = { false },
    onSent: @escaping @Sendable (_ faces: [FaceObservation], _ ageSeconds: Double) -> Void = { _, _ in },
    onEvent: @escaping @Sendable (Event) -> Void
  ) {
    slot = LatestFrame(orientation: orientation)
    state = Mutex(State(sender: sender, wantsSnapshots: wantsSnapshots))
    output = OutputClock(filters, faces: faces)
    self.rest = rest
    self.onEvent = onEvent
    self.hasOtherListeners = hasOtherListeners
    self.onSent = onSent
  }

  /// Starts the threads. The stage is made by `makeStage` on the tracking thread, which owns it and its GL context.
  package func start(
    source: sending any FrameSource,
    makeStage: @escaping @Sendable () throws -> FaceStage
  ) {
    nonisolated(unsafe) let source = source
    let name = source.description
    state.withLock { ($0.runningThreads, $0.sourceName) = (3, name) }
    spawn("gurn-capture") { self.capture(from: source) }
    spawn("gurn-output") { self.output.run(send: self.send) }
    spawn("gurn-track") {
      do { try self.track(stage: makeStage(), source: name) } catch {
        self.sendNeutral()
        self.fail("\(error)")
      }
    }
  }

  /// What was last broadcast, for a view; nil before the first frame.
  package var snapshot: PipelineSnapshot? { state.withLock { $0.snapshot } }

  /// Whether frames come, from where, and why not.
  package enum SourceState: Equatable, Sendable {
    case starting(source: String)
    case streaming(source: String)
    case waiting(reason: String)
    case ended
  }

  /// How the source stands. Any thread.
  package var sourceState: SourceState {
    state.withLock { state in
      if state.hasEnded { return .ended }
      if let reason = state.waitingReason { return .waiting(reason: reason) }
      return state.isStreaming ? .streaming(source: state.sourceName) : .starting(source: state.sourceName)
    }
  }

  /// The source as it calls itself: a camera's name is known when it was opened.
  var sourceName: String { state.withLock { $0.sourceName } }

  /// Sends to other targets and filters by other settings from the next frame on, without a jump.
  package func reconfigure(sender: OSCSender, filters: FilterBank.Configuration) {
    state.withLock {
      $0.sender = sender
      $0.filters = filters
    }
    output.reconfigure(filters)
  }

  /// Lets the face fade to neutral and tracks nothing, or goes on; nil changes from one to the other. Returns whether it is
  /// paused now. Frames go on to be sent, so that receivers do not take the sender for gone.
  @discardableResult
  package func setPaused(_ isPaused: Bool?) -> Bool {
    state.withLock { state in
      state.status.isPaused = isPaused ?? !state.status.isPaused
      return state.status.isPaused
    }
  }

  /// How it goes, for a status view.
  package var status: PipelineStatus {
    state.withLock { state in
      var status = state.status
      status.waitingReason = state.waitingReason
      return status
    }
  }

  /// Ends all threads after a last neutral frame, and returns when they have ended.
  package func stop() {
    requestStop()
    pace.withLock {
      while state.withLock({ $0.runningThreads }) > 0 { pace.wait() }
    }
    stopRecording()
  }

  var isStopping: Bool { state.withLock { $0.isStopping } }

  private func requestStop() {
    pace.withLock {
      state.withLock { $0.isStopping = true }
      pace.broadcast()
    }
    slot.close()
  }

  func fail(_ message: String) {
    onEvent(.failed(message))
    requestStop()
  }

  private func spawn(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread { [self] in
      body()
      pace.withLock {
        state.withLock { $0.runningThreads -= 1 }
        pace.broadcast()
      }
    }
    thread.name = name
    thread.stackSize = 4 << 20
    thread.start()
  }

  /// CLOCK_MONOTONIC in seconds, the clock of cameras' buffers.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

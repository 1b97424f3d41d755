import Broadcast
import Capture
import FaceCore
import FaceTracking
import Foundation
import NeuralGraph
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
  private static let idlePeriod = 1.0 / 30

  private struct State {
    var isStopping = false
    var isStreaming = false
    var hasEnded = false
    var isTracking = false
    var sourceName = ""
    var waitingReason: String?
    var sender: OSCSender
    var filters: FilterBank.Configuration?
    var snapshot: PipelineSnapshot?
    var wantsSnapshots = false
    var runningThreads = 0
    var status = PipelineStatus()
  }

  private let state: Mutex<State>
  private let slot: LatestFrame
  private let pace = MonotonicCondition()
  let vitals = Mutex(PipelineHealth())
  private let rest: RestPolicy
  private let output: OutputClock
  let onEvent: @Sendable (Event) -> Void
  private let hasOtherListeners: @Sendable () -> Bool
  private let onSent: @Sendable (_ faces: [FaceObservation], _ ageSeconds: Double) -> Void
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

  private var isStopping: Bool { state.withLock { $0.isStopping } }

  private func requestStop() {
    pace.withLock {
      state.withLock { $0.isStopping = true }
      pace.broadcast()
    }
    slot.close()
  }

  private func fail(_ message: String) {
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
}

// MARK: - Capture thread

extension LivePipeline {
  private func capture(from source: any FrameSource) {
    // A recording's first frames are not to pass by while the networks are got ready.
    if !source.isLive { waitForTracking() }
    let clockStart = Self.now()
    var lastPublished = -Double.infinity
    let resting = source as? any RestingSource
    do {
      while !isStopping {
        vitals.withLock { $0.captureRounds &+= 1 }
        resting?.rest(isResting)
        switch try source.next() {
        case .frame(let frame):
          noteStreaming(from: source)
          let time = source.isLive ? frame.time : CaptureTime(seconds: clockStart + frame.time.seconds)
          if !source.isLive { wait(until: time.seconds) }
          record(frame, at: time)
          if isResting, time.seconds - lastPublished < 0.9 / rest.framesPerSecond { continue }
          lastPublished = time.seconds
          let plane = LumaPlane(
            pixels: frame.pixels, width: frame.width, height: frame.height, stride: frame.stride)
          slot.publish(plane, at: time)
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

  /// CLOCK_MONOTONIC in seconds, the clock of cameras' buffers.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

// MARK: - Tracking thread

extension LivePipeline {
  private func track(stage: FaceStage, source: String) throws {
    var run = TrackingRun(source: source, faces: stage.faceCount)
    pace.withLock {
      state.withLock { $0.isTracking = true }
      pace.broadcast()
    }
    while true {
      vitals.withLock { $0.trackingRounds &+= 1 }
      let filters = state.withLock { state in
        defer { state.filters = nil }
        return state.filters
      }
      if let filters { try stage.reconfigure(filters: filters) }
      obey(stage, &run.capture)
      switch slot.take(timeoutSeconds: isResting ? 1 / rest.framesPerSecond : Self.idlePeriod) {
      case .frame: try slot.withFrame { try step($0, stage: stage, run: &run) }
      case .timeout: idle(stage: stage, run: &run)
      case .closed:
        sendNeutral()
        return
      }
    }
  }

  /// What the tracking thread carries from frame to frame.
  private struct TrackingRun {
    let source: String
    var timings = StageTimings()
    var frames = 0
    var last: CaptureTime?
    var lastStep = 0.0
    /// Which faces are held, by number.
    var presence: [Bool]
    var capture = CaptureProgress()

    init(source: String, faces: Int) {
      self.source = source
      presence = Array(repeating: false, count: faces)
    }

    /// Whether a face is held.
    var isPresent: Bool { presence.contains(true) }
  }

  private func step(_ image: LumaImage, stage: FaceStage, run: inout TrackingRun) throws {
    if state.withLock({ $0.status.isPaused }) { return pausedStep(at: image.time, stage: stage, run: &run) }
    let isRecording = isRecording
    let isHeard =
      !rest.sleepsUnheard || isRecording || hasOtherListeners()
      || state.withLock { $0.wantsSnapshots || $0.sender.hasListeners }
    vitals.withLock { $0.isResting = !isRecording && (!isHeard || stage.isIdle) }
    guard isHeard else { return sleep(stage: stage, run: &run) }
    let result = try image.withPlane { plane in try stage.process(plane, at: image.time) }
    let begin = Self.now()
    output.take(stage.observations, send: send)
    record(RecordedRow(raw: result.raw, filtered: result.smoothed, mapped: result.filtered))
    run.frames += 1
    run.timings.add(
      track: result.trackSeconds, filter: result.filterSeconds, send: Self.now() - begin,
      interval: run.last.map { image.time.seconds(since: $0) })
    run.last = image.time
    run.lastStep = begin
    for face in run.presence.indices where stage.isPresent(face) != run.presence[face] {
      run.presence[face].toggle()
      onEvent(.presence(run.presence[face], face: face))
    }
    vitals.withLock { ($0.frames, $0.isPresent) = (run.frames, run.isPresent) }
    report(stage, at: image.time, &run.capture)
    publish(result, image: image, stage: stage, run: run)
  }

  /// A frame that nobody would hear of: the networks sleep, and the face counts as lost.
  private func sleep(stage: FaceStage, run: inout TrackingRun) {
    guard run.isPresent else { return }
    _ = stage.absent(at: CaptureTime(seconds: Self.now()))
    noteAbsence(&run)
  }

  /// A frame that is not tracked: the fade to neutral goes on.
  private func pausedStep(at time: CaptureTime, stage: FaceStage, run: inout TrackingRun) {
    stage.absent(at: time)
    output.take(stage.observations, send: send)
    run.lastStep = Self.now()
    noteAbsence(&run)
  }

  private func noteAbsence(_ run: inout TrackingRun) {
    guard run.isPresent else { return }
    state.withLock { $0.status.isPresent = false }
    vitals.withLock { $0.isPresent = false }
    for face in run.presence.indices where run.presence[face] {
      run.presence[face] = false
      onEvent(.presence(false, face: face))
    }
  }

  /// Without frames: after two periods of silence the face counts as lost, and its fade to neutral goes on.
  private func idle(stage: FaceStage, run: inout TrackingRun) {
    let now = Self.now()
    let silence = isResting ? max(0.25, 2.5 / rest.framesPerSecond) : 0.25
    guard run.frames > 0, now - run.lastStep > silence else { return }
    noteAbsence(&run)
    let observation = stage.absent(at: CaptureTime(seconds: now))
    report(stage, at: observation.time, &run.capture)
    output.take(stage.observations, send: send)
    state.withLock { state in
      state.snapshot?.observation = observation
      state.snapshot?.landmarks = []
      state.snapshot?.waitingReason = state.waitingReason
    }
  }

  /// The last word to every target: no rig is left with a frozen face.
  private func sendNeutral() { output.finish(with: .absent(at: CaptureTime(seconds: Self.now())), send: send) }

  private func send(_ faces: [FaceObservation], age: Double) {
    let sender = state.withLock { $0.sender }
    for face in faces.indices { sender.send(faces[face], ageSeconds: age, face: face) }
    onSent(faces, age)
  }

  private func publish(_ result: FaceStage.Result, image: LumaImage, stage: FaceStage, run: TrackingRun) {
    let (wanted, sender, waiting) = state.withLock { state in
      state.status.isPresent = run.isPresent
      state.status.frames = run.frames
      state.status.framesPerSecond = run.timings.framesPerSecond
      return (state.wantsSnapshots, state.sender, state.waitingReason)
    }
    guard wanted else { return }
    let window = result.raw.window
    let snapshot = PipelineSnapshot(
      observation: result.filtered, landmarks: window.map { stage.landmarks(in: $0) } ?? [], image: image,
      timings: run.timings, executor: stage.executor, source: run.source, waitingReason: waiting, frames: run.frames,
      droppedFrames: slot.droppedFrames,
      targets: sender.statuses.map { "\($0.target.description): \($0.state.description)" })
    state.withLock { $0.snapshot = snapshot }
  }
}

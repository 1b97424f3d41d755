import Broadcast
import FaceCore
import Recording
import SignalFilters
import Synchronization

/// The tracking thread, and what is sent.
extension LivePipeline {
  func track(stage: FaceStage, source: String) throws {
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
      slot.takesBuffers = stage.frameImport == .possible && !state.withLock { $0.wantsSnapshots }
      switch slot.take(timeoutSeconds: isResting ? 1 / rest.framesPerSecond : Self.idlePeriod) {
      case .frame: try slot.withFrame { try step(&$0, stage: stage, run: &run) }
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
    var pictures = PicturePath()

    init(source: String, faces: Int) {
      self.source = source
      presence = Array(repeating: false, count: faces)
    }

    /// Whether a face is held.
    var isPresent: Bool { presence.contains(true) }
  }

  private func step(_ image: inout LumaImage, stage: FaceStage, run: inout TrackingRun) throws {
    if state.withLock({ $0.status.isPaused }) { return pausedStep(at: image.time, stage: stage, run: &run) }
    let isRecording = isRecording
    let isHeard =
      !rest.sleepsUnheard || isRecording || hasOtherListeners()
      || state.withLock { $0.wantsSnapshots || $0.sender.hasListeners }
    vitals.withLock { $0.isResting = !isRecording && (!isHeard || stage.isIdle) }
    guard isHeard else { return sleep(stage: stage, run: &run) }
    let result = try read(&image, stage: stage, path: &run.pictures)
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
  func sendNeutral() { output.finish(with: .absent(at: CaptureTime(seconds: Self.now())), send: send) }

  func send(_ faces: [FaceObservation], age: Double) {
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

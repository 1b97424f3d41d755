import FaceCore

/// Between the filters and the wire: what makes one person's face drive one rig.
///
/// In its order: yaw compensation, calibration, slow auto-range, gaze, mirror, rig mapping, triggers. The zeros of head and
/// gaze are taken off before the filters (``prepare(_:)``), which are blind to them, so that their fade on loss ends at neutral. Whatever
/// changes, changes over ``Configuration/fadeSeconds``. By capture time alone. One thread; a frame allocates nothing.
package struct PersonalStage: Sendable {
  package private(set) var configuration: Configuration
  package private(set) var calibration: Calibration
  /// The capture that is under way.
  package private(set) var capture: CalibrationCapture?
  /// What became of the last frame in it.
  package private(set) var captureVerdict: CalibrationCapture.Verdict?
  /// The face of the last frame as a calibration sees it: after yaw compensation, before everything personal.
  package private(set) var uncalibrated: FaceObservation?
  /// The taught triggers and their values.
  package private(set) var triggers: TriggerBank

  private var mapper: RigMapper?
  private var mapped = MappedChannels.none
  private var names = ChannelNames.none
  private var yaw: YawCompensation
  private var lids: LidMap?
  private var channels: ChannelMap
  private var autoRange = AutoRange()
  private var gaze = GazeSolver()
  private var zero = FadingRotation()
  private var passage: Passage?
  private var published: FaceObservation?
  private var lastTime: CaptureTime?

  package init(
    _ configuration: Configuration = .init(), calibration: Calibration = .init(), triggers: TriggerBank = .init()
  ) {
    self.configuration = configuration
    self.calibration = calibration
    self.triggers = triggers
    yaw = YawCompensation(calibration)
    lids = Self.lidMap(calibration)
    channels = ChannelMap(calibration)
    mapper = configuration.profile.map(RigMapper.init)
    mapped = mapper?.channels ?? .none
    names = Self.names(mapper, triggers)
    zero.set(calibration.neutral?.rotation ?? .identity, at: nil, seconds: 0)
  }

  /// The rig's channels after the last frame; none without a profile.
  package var rigChannels: MappedChannels { mapped }

  // MARK: - Frames

  /// Takes the zeros of head and gaze off a frame that comes from the networks.
  package mutating func prepare(_ raw: FaceObservation) -> FaceObservation {
    var result = raw
    result.pose.rotation = (zero.value(at: raw.time).conjugate * raw.pose.rotation).normalized
    if let neutral = calibration.neutral, raw.isPresent { result.gaze = neutral.gazeRelative(raw.gaze) }
    return result
  }

  /// Makes what goes on the wire of a frame that comes from the filters.
  ///
  /// - Parameter landmarks: the 70 of the window network, −1…1 across the window, x and y in turn; empty where there are none.
  package mutating func finish(_ filtered: FaceObservation, landmarks: [Float] = []) -> FaceObservation {
    var face = filtered.usable
    let seen = zero.value(at: face.time) * face.pose.rotation
    yaw.apply(to: &face.weights, rotation: seen, strength: Float(configuration.yawCompensation))
    collect(face, seen: seen)
    personalise(&face, seen: seen)
    // A trigger is what the person does, whichever side and rig show it.
    triggers.read(face, landmarks: landmarks)
    if configuration.mirror { face = face.mirrored }
    if mapper != nil {
      face = mapper!.map(face)
      mapped.values.withUnsafeMutableBufferPointer { values in
        for index in values.indices { values[index] = mapper!.channels.values[index] }
      }
    }
    fade(&face)
    carryChannels(on: &face)
    published = face
    lastTime = face.time
    return face
  }

  private mutating func collect(_ face: FaceObservation, seen: Quaternion) {
    var plain = face
    plain.pose.rotation = seen
    // The looks' weights have no zero taken off.
    plain.gaze = Gaze(of: face.weights)
    uncalibrated = plain
    captureVerdict = capture?.add(plain)
  }

  private mutating func personalise(_ face: inout FaceObservation, seen: Quaternion) {
    if let time = lastTime, face.time < time { lids?.reset() }
    let isCalibrated = calibration.neutral != nil || !calibration.maximum.isEmpty
    if isCalibrated { channels.apply(to: &face.weights) }
    lids?.apply(to: &face.weights)
    if configuration.autoRange {
      autoRange.learn(face.weights, rotation: seen, isPresent: face.isPresent, at: face.time)
      autoRange.apply(to: &face.weights)
    }
    let lids = (left: face.weights[.eyeBlinkLeft], right: face.weights[.eyeBlinkRight])
    face.gaze = gaze.solve(
      face.gaze, lids: lids, vergence: Float(configuration.vergenceDegrees) * .pi / 180,
      freezes: configuration.blinkFreezesGaze && face.isPresent, at: face.time)
    // A person's own straight ahead is the weights' too; without it they stay what the networks say of each eye.
    if calibration.neutral != nil { face.gaze.setLook(&face.weights) }
  }

  private mutating func fade(_ face: inout FaceObservation) {
    guard let passage else { return }
    let share = passage.share(at: face.time)
    if share < 1 { passage.blend(&face, &mapped, share: share) } else { self.passage = nil }
  }

  private func carryChannels(on face: inout FaceObservation) {
    face.channels = FaceChannels(neutral: names)
    for index in names.rig.indices { face.channels[index] = mapped.values[index] }
    for index in names.triggers.indices { face.channels[names.rig.count + index] = triggers.values.values[index] }
  }

  private static func names(_ mapper: RigMapper?, _ triggers: TriggerBank) -> ChannelNames {
    let isEmpty = mapper == nil && triggers.values.names.isEmpty
    return isEmpty ? .none : ChannelNames(rig: mapper?.rigChannels ?? [], triggers: triggers.values.names)
  }

  private static func lidMap(_ calibration: Calibration) -> LidMap? {
    let hasLids = calibration.neutral != nil || calibration.closed != nil
    return hasLids || calibration.winkLeft != nil || calibration.winkRight != nil ? LidMap(calibration) : nil
  }
}

// MARK: - Changes

extension PersonalStage {
  /// Takes new settings.
  package mutating func reconfigure(_ new: Configuration) {
    guard new != configuration else { return }
    let old = mapped
    if new.profile != configuration.profile {
      mapper = new.profile.map(RigMapper.init)
      mapped = mapper?.channels ?? .none
      names = Self.names(mapper, triggers)
    }
    if new.autoRange != configuration.autoRange { autoRange = AutoRange() }
    configuration = new
    // A channel that both profiles have goes on from where it was.
    startPassage(channels: mapped.names.map { old[$0] ?? 0 })
  }

  /// Changes a setting.
  package mutating func change(_ edit: (inout Configuration) -> Void) {
    var new = configuration
    edit(&new)
    reconfigure(new)
  }

  /// Takes another calibration.
  package mutating func calibrate(_ new: Calibration) {
    guard new != calibration else { return }
    calibration = new
    yaw = YawCompensation(new)
    channels = ChannelMap(new)
    let before = lids
    lids = Self.lidMap(new)
    if let before { lids?.resume(from: before) }
    autoRange = AutoRange()
    zero.set(new.neutral?.rotation ?? .identity, at: lastTime, seconds: configuration.fadeSeconds)
    startPassage(channels: mapped.values)
  }

  /// Takes other triggers.
  package mutating func teach(_ new: TriggerBank) {
    let isSame = new.values.names == triggers.values.names
    triggers = new
    if !isSame { names = Self.names(mapper, triggers) }
  }

  /// Makes the way the head is turned now its zero; false while no face has been seen.
  package mutating func recenter() -> Bool {
    guard let seen = uncalibrated, seen.isPresent, seen.isFinite else { return false }
    var neutral = calibration.neutral ?? .unknown
    neutral.rotation = seen.pose.rotation
    var new = calibration
    new.neutral = neutral
    calibrate(new)
    return true
  }

  /// Begins a capture; one that is under way is dropped.
  package mutating func startCapture(_ kind: CalibrationCapture.Kind, seconds: Double? = nil) {
    capture = CalibrationCapture(kind, seconds: seconds)
  }

  /// Drops the capture.
  package mutating func cancelCapture() { capture = nil }

  /// Ends a complete capture and takes what it came to.
  ///
  /// - Returns: the whole calibration with the new part.
  /// - Throws: ``RigMappingError/unusable(_:)``; the old calibration then stays.
  package mutating func finishCapture() throws(RigMappingError) -> Calibration {
    guard let done = capture else { throw .unusable("no calibration is under way") }
    capture = nil
    let new = calibration.updated(by: try done.result(over: calibration))
    calibrate(new)
    return new
  }

  private mutating func startPassage(channels: [Float]) {
    guard let published, configuration.fadeSeconds > 0 else { return }
    passage = Passage(
      from: published, channels: channels, start: published.time, seconds: configuration.fadeSeconds)
  }
}

extension Calibration.Neutral {
  /// A neutral face of which nothing is known but what is set afterwards: every channel rests at 0.
  static let unknown = Calibration.Neutral(weights: .neutral, spread: .neutral, rotation: .identity, gaze: .ahead)

  /// Directions measured from the neutral ones, with both ends of the eyes' range still reached.
  func gazeRelative(_ read: Gaze) -> Gaze {
    func yaw(_ value: Float, _ centre: Float) -> Float {
      ChannelMap.signed(value / Gaze.yawAtOne, centre / Gaze.yawAtOne, 0.02) * Gaze.yawAtOne
    }
    func pitch(_ value: Float, _ centre: Float) -> Float {
      ChannelMap.signed(value / Gaze.pitchAtOne, centre / Gaze.pitchAtOne, 0.02) * Gaze.pitchAtOne
    }
    return Gaze(
      leftYaw: yaw(read.leftYaw, gaze.leftYaw), leftPitch: pitch(read.leftPitch, gaze.leftPitch),
      rightYaw: yaw(read.rightYaw, gaze.rightYaw), rightPitch: pitch(read.rightPitch, gaze.rightPitch))
  }
}

extension FaceObservation {
  /// This observation with nothing in it that is no number, and weights within 0…1.
  fileprivate var usable: FaceObservation {
    var result = self
    result.weights = weights.clamped()
    result.pose.rotation = pose.rotation.normalized
    if !pose.position.x.isFinite || !pose.position.y.isFinite || !pose.position.z.isFinite {
      result.pose.position = .zero
    }
    let directions = gaze.leftYaw + gaze.leftPitch + gaze.rightYaw + gaze.rightPitch
    if !directions.isFinite { result.gaze = .ahead }
    return result
  }
}

/// A rotation that passes to another over some time.
private struct FadingRotation: Sendable {
  private var from = Quaternion.identity
  private var to = Quaternion.identity
  private var start: CaptureTime?
  private var seconds = 0.0

  /// `time` nil, or no seconds, sets it at once.
  mutating func set(_ rotation: Quaternion, at time: CaptureTime?, seconds: Double) {
    from = time.map { value(at: $0) } ?? rotation
    to = rotation
    start = time
    self.seconds = seconds
  }

  func value(at time: CaptureTime) -> Quaternion {
    guard let start, seconds > 0 else { return to }
    let elapsed = time.seconds(since: start)
    guard elapsed >= 0, elapsed < seconds else { return to }
    let t = Float(elapsed / seconds)
    return from.turned(towards: to, t * t * (3 - 2 * t))
  }
}

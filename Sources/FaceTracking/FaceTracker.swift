import FaceCore
import NeuralGraph

/// Follows faces through the frames of a source: detector, window, expression.
///
/// Each face has a number, which it keeps: ``FaceNumbering`` says which one a face gets that appears. All share the detector,
/// which runs at most once a frame. Used from one thread. After the first frames it allocates nothing.
package final class FaceTracker {
  /// One frame's answer, before any filter.
  package struct Reading: Sendable {
    package var observation: FaceObservation
    /// The face box in frame pixels (x, y, width, height), nil while absent.
    package var box: SIMD4<Float>?
  }

  /// A face that is followed, or the place for one.
  struct Face {
    var tracker: WindowTracker
    var outputs: NetworkOutputs
    /// The window that was read in this frame, and its confidence.
    var window: FaceWindow?
    var confidence: Float = 0
    var course: FaceCourse?
    var reading: Reading
  }

  let backend: any InferenceBackend
  let map: DetectionMap
  private let expression: ExpressionReading
  var faces: [Face]
  var mapValues: [Float]
  /// The windows that a search leaves out; kept for its memory.
  var taken: [FaceWindow] = []

  /// - Parameter faces: how many are followed at most, 1 to ``FaceNumber/most``.
  package init(
    networks: FaceNetworks, backend: any InferenceBackend, configuration: WindowTracker.Configuration, faces: Int = 1
  ) {
    precondition((1...FaceNumber.most).contains(faces), "\(faces) faces: must be 1 to \(FaceNumber.most)")
    self.backend = backend
    map = networks.detectionMap
    expression = ExpressionReading(networks: networks)
    let face = Face(
      tracker: WindowTracker(configuration: configuration), outputs: NetworkOutputs(networks: networks),
      reading: Reading(observation: .absent(at: CaptureTime(nanoseconds: 0)), box: nil))
    self.faces = Array(repeating: face, count: faces)
    mapValues = .init(repeating: 0, count: networks.detector.output(named: "map")?.range.count ?? 0)
    taken.reserveCapacity(2 * faces + 1)
  }

  /// The executor's name, for people.
  package var backendName: String { backend.name }
  /// How many faces are followed at most.
  package var faceCount: Int { faces.count }
  /// The last frame's answer for a face.
  package func reading(of face: Int) -> Reading { faces[face].reading }
  /// The 70 landmarks of a face's last reading, −1…1 across its window, x and y in turn.
  package func landmarks(of face: Int = 0) -> [Float] { faces[face].outputs.landmarks }

  /// Whether no face has been seen for so long that the detector looks less often.
  package var isIdle: Bool { faces.allSatisfy(\.tracker.isIdle) }

  /// Reads one frame and returns face 0's answer; ``reading(of:)`` has the others'.
  @discardableResult
  package func read(_ luma: LumaPlane, at time: CaptureTime) throws(FaceTrackingError) -> Reading {
    try backend.load(luma)
    return try read(width: luma.width, height: luma.height, at: time)
  }

  /// As ``read(_:at:)-(LumaPlane,_)``, a frame in its camera's buffer; nil where it has to be copied. The GPU is done with the
  /// buffer when this returns.
  package func read(_ buffer: CameraBuffer, at time: CaptureTime) throws(FaceTrackingError) -> Reading? {
    guard try backend.load(buffer) else { return nil }
    return try read(width: buffer.layout.width, height: buffer.layout.height, at: time)
  }

  /// Whether frames can be read in their camera's buffers.
  package var frameImport: FrameImport { backend.frameImport }

  private func read(width: Int, height: Int, at time: CaptureTime) throws(FaceTrackingError) -> Reading {
    let frame = SIMD2(Float(width), Float(height))
    let isSearchDue = try followHeld(frame: frame, at: time)
    partMeeting(at: time)
    let isDoubted = faces.contains { $0.tracker.scoreNeeded(confidence: $0.confidence, at: time) != nil }
    if isSearchDue || isDoubted {
      try backend.detect(into: &mapValues)
      let crop = map.frameCrop(width: width, height: height)
      try search(crop: crop, frame: frame, at: time)
      verify(crop: crop, at: time)
    }
    for index in faces.indices { faces[index].reading = reading(faces[index], frame: frame, time: time) }
    return faces[0].reading
  }

  /// Forgets the faces, as at the start of another source, all but where each was.
  package func reset() {
    for index in faces.indices { faces[index].tracker.reset() }
    backend.dropRetiredBuffers()
  }

  /// Runs the networks on the windows of the faces that are held; true where a face is to be looked for.
  private func followHeld(frame: SIMD2<Float>, at time: CaptureTime) throws(FaceTrackingError) -> Bool {
    let present = faces.count { $0.tracker.isPresent }
    var isSearchDue = false
    for index in faces.indices {
      faces[index].window = nil
      let others = present - (faces[index].tracker.isPresent ? 1 : 0)
      switch faces[index].tracker.step(at: time, isAccompanied: others > 0) {
      case .track(let held): try follow(index, in: held, frame: frame, at: time)
      case .detect: isSearchDue = true
      case .idle: break
      }
    }
    return isSearchDue
  }

  /// Runs the networks on a face's window.
  func follow(_ index: Int, in window: FaceWindow, frame: SIMD2<Float>, at time: CaptureTime) throws(FaceTrackingError)
  {
    try backend.track(window.crop, into: &faces[index].outputs)
    let confidence = faces[index].outputs.confidence.logistic
    faces[index].window = window
    faces[index].confidence = confidence
    faces[index].tracker.update(
      window, correction: faces[index].outputs.correction, confidence: confidence, frame: frame, at: time)
  }

  /// Asks the detector's map for its opinion of the faces that are held.
  private func verify(crop: CropTransform, at time: CaptureTime) {
    let early = faces.count > 1
    for index in faces.indices {
      guard let window = faces[index].window,
        let needed = faces[index].tracker.scoreNeeded(
          confidence: faces[index].confidence, at: time, early: early)
      else { continue }
      faces[index].tracker.verify(map.score(near: window, in: mapValues, crop: crop) >= needed, at: time)
    }
  }

  private func reading(_ face: Face, frame: SIMD2<Float>, time: CaptureTime) -> Reading {
    var absent = FaceObservation.absent(at: time)
    guard let window = face.window else { return Reading(observation: absent, box: nil) }
    guard face.tracker.isPresent else {
      absent.confidence = face.confidence
      return Reading(observation: absent, box: nil)
    }
    let weights = expression.weights(of: face.outputs)
    let pose = HeadPose(
      rotation: PoseReading.rotation(columns: face.outputs.rotation, window: window),
      position: PoseReading.position(window: window.corrected(by: face.outputs.correction), frame: frame))
    return Reading(
      observation: FaceObservation(
        time: time, isPresent: true, confidence: face.confidence, weights: weights, pose: pose,
        gaze: Gaze(of: weights), window: window),
      box: PoseReading.box(landmarks: face.outputs.landmarks, window: window))
  }
}

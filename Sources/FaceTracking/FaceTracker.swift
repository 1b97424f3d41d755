import FaceCore
import NeuralGraph

/// Follows one face through the frames of a source: detector, window, expression.
///
/// Used from one thread. After the first frames it allocates nothing.
package final class FaceTracker {
  /// One frame's answer, before any filter.
  package struct Reading: Sendable {
    package var observation: FaceObservation
    /// The face box in frame pixels (x, y, width, height), nil while absent.
    package var box: SIMD4<Float>?
  }

  private let backend: any InferenceBackend
  private let map: DetectionMap
  private let expression: ExpressionReading
  private var tracker: WindowTracker
  private var outputs: NetworkOutputs
  private var mapValues: [Float]
  /// The detector's score, 0…1, from which its best candidate is looked at.
  private let detectionThreshold: Float = 0.3
  /// How often the window network corrects a detection before it counts as a window.
  private let refinements = 2

  package init(networks: FaceNetworks, backend: any InferenceBackend, configuration: WindowTracker.Configuration) {
    self.backend = backend
    map = networks.detectionMap
    expression = ExpressionReading(networks: networks)
    tracker = WindowTracker(configuration: configuration)
    outputs = NetworkOutputs(networks: networks)
    mapValues = .init(repeating: 0, count: networks.detector.output(named: "map")?.range.count ?? 0)
  }

  /// The executor's name, for people.
  package var backendName: String { backend.name }
  /// The 70 landmarks of the last reading, −1…1 across its window, x and y in turn.
  package var landmarks: [Float] { outputs.landmarks }

  /// Whether no face has been seen for so long that the detector looks less often.
  package var isIdle: Bool { tracker.isIdle }

  /// Reads one frame.
  package func read(_ luma: LumaPlane, at time: CaptureTime) throws(FaceTrackingError) -> Reading {
    let frame = SIMD2(Float(luma.width), Float(luma.height))
    try backend.load(luma)
    var window: FaceWindow?
    switch tracker.step(at: time) {
    case .track(let held): window = held
    case .detect: window = try find(in: luma, frame: frame)
    case .idle: break
    }
    guard let window else { return Reading(observation: .absent(at: time), box: nil) }
    try backend.track(window.crop, into: &outputs)
    let confidence = outputs.confidence.logistic
    tracker.update(window, correction: outputs.correction, confidence: confidence, frame: frame, at: time)
    if let needed = tracker.scoreNeeded(confidence: confidence, at: time) {
      let crop = map.frameCrop(width: luma.width, height: luma.height)
      try backend.detect(into: &mapValues)
      tracker.verify(map.score(near: window, in: mapValues, crop: crop) >= needed, at: time)
    }
    guard tracker.isPresent else {
      var absent = FaceObservation.absent(at: time)
      absent.confidence = confidence
      return Reading(observation: absent, box: nil)
    }
    return reading(window: window, confidence: confidence, frame: frame, time: time)
  }

  /// Forgets the face, as at the start of another source.
  package func reset() { tracker.reset() }

  /// The detector's best candidate, moved by the window network until it sits; nil when there is none.
  private func find(in luma: LumaPlane, frame: SIMD2<Float>) throws(FaceTrackingError) -> FaceWindow? {
    try backend.detect(into: &mapValues)
    let crop = map.frameCrop(width: luma.width, height: luma.height)
    guard var window = map.best(in: mapValues, crop: crop, threshold: detectionThreshold)?.window else { return nil }
    for _ in 0..<refinements {
      try backend.refine(window.crop, into: &outputs)
      window = window.corrected(by: outputs.correction)
      guard window.isPlausible(in: frame) else { return nil }
    }
    return window
  }

  private func reading(window: FaceWindow, confidence: Float, frame: SIMD2<Float>, time: CaptureTime) -> Reading {
    let weights = expression.weights(of: outputs)
    let pose = HeadPose(
      rotation: PoseReading.rotation(columns: outputs.rotation, window: window),
      position: PoseReading.position(window: window.corrected(by: outputs.correction), frame: frame))
    return Reading(
      observation: FaceObservation(
        time: time, isPresent: true, confidence: confidence, weights: weights, pose: pose,
        gaze: Gaze(of: weights), window: window),
      box: PoseReading.box(landmarks: outputs.landmarks, window: window))
  }
}

import FaceCore
import FaceTracking
import NeuralGraph
import RigMapping
import SignalFilters

/// Tracker and filters in their order: one frame in, one observation of each face out. Used from one thread.
package final class FaceStage {
  /// One frame's answer for one face.
  package struct Result: Sendable {
    /// Straight from the networks.
    package var raw: FaceObservation
    /// After the filters alone.
    package var smoothed: FaceObservation
    /// After filters, calibration and rig mapping: what goes on the wire. Equal to `raw` where these are off.
    package var filtered: FaceObservation
    /// The rig's channels and the taught triggers, beside the 52; none without a profile, without any taught.
    package var rig = MappedChannels.none
    package var triggers = MappedChannels.none
    /// The face box in frame pixels (x, y, width, height), nil while no face is held.
    package var box: SIMD4<Float>?
    /// Wall time of the two stages, seconds.
    package var trackSeconds: Double
    package var filterSeconds: Double
  }

  /// What is done with one face, and what came of it last.
  private struct Line {
    var filters: FilterBank?
    var personal: PersonalStage?
    var smoothed = FaceObservation.absent(at: CaptureTime(nanoseconds: 0))
  }

  private let tracker: FaceTracker
  private var lines: [Line]
  /// What goes on the wire of each face after the last frame, by number.
  package private(set) var observations: [FaceObservation]
  private var trackSeconds = 0.0
  private var filterSeconds = 0.0
  private let clock = ContinuousClock()

  /// A stage for as many faces as the tracker follows, each with its own copy of filters and personal stage.
  ///
  /// - Parameters:
  ///   - filters: nil hands the networks' words on as they are.
  ///   - personal: face 0's. The other faces have its settings, but no calibration and no triggers, which are one person's.
  package init(tracker: FaceTracker, filters: FilterBank?, personal: PersonalStage? = nil) {
    self.tracker = tracker
    let other = personal.map { PersonalStage($0.configuration) }
    lines = (0..<tracker.faceCount).map { Line(filters: filters, personal: $0 == 0 ? personal : other) }
    observations = lines.map(\.smoothed)
  }

  /// Calibration, gaze, rig mapping and triggers of face 0; nil hands on what the filters say.
  package var personal: PersonalStage? {
    get { lines[0].personal }
    set { lines[0].personal = newValue }
  }

  /// The executor that serves, for people.
  package var executor: String { tracker.backendName }

  /// Whether no face has been seen for so long that the detector looks less often.
  package var isIdle: Bool { tracker.isIdle }

  /// How many faces are followed at most.
  package var faceCount: Int { lines.count }

  /// Reads one frame and returns face 0's answer; ``result(of:)`` has the others'.
  @discardableResult
  package func process(_ luma: LumaPlane, at time: CaptureTime) throws(FaceTrackingError) -> Result {
    let begin = clock.now
    try tracker.read(luma, at: time)
    return finish(begunAt: begin)
  }

  /// As ``process(_:at:)-(LumaPlane,_)``, a frame in its camera's buffer; nil where it has to be copied. The buffer is read no
  /// more when this returns.
  package func process(_ buffer: CameraBuffer, at time: CaptureTime) throws(FaceTrackingError) -> Result? {
    let begin = clock.now
    guard try tracker.read(buffer, at: time) != nil else { return nil }
    return finish(begunAt: begin)
  }

  /// Whether frames can be read in their camera's buffers.
  package var frameImport: FrameImport { tracker.frameImport }

  private func finish(begunAt begin: ContinuousClock.Instant) -> Result {
    let tracked = clock.now
    for face in lines.indices { finish(face, tracker.reading(of: face).observation) }
    trackSeconds = (tracked - begin).inSeconds
    filterSeconds = (clock.now - tracked).inSeconds
    return result(of: 0)
  }

  /// The last frame's answer for a face; the times are those of all faces together.
  package func result(of face: Int) -> Result {
    let reading = tracker.reading(of: face)
    return Result(
      raw: reading.observation, smoothed: lines[face].smoothed, filtered: observations[face],
      rig: lines[face].personal?.rigChannels ?? .none, triggers: lines[face].personal?.triggers.values ?? .none,
      box: reading.box, trackSeconds: trackSeconds, filterSeconds: filterSeconds)
  }

  /// Whether a face is held.
  package func isPresent(_ face: Int) -> Bool { tracker.reading(of: face).observation.isPresent }

  /// A moment without a frame: no faces, and the filters' fade to neutral goes on. Returns face 0.
  @discardableResult
  package func absent(at time: CaptureTime) -> FaceObservation {
    tracker.reset()
    for face in lines.indices { finish(face, .absent(at: time)) }
    return observations[0]
  }

  /// What filters, and then the personal stage, make of the networks' words.
  private func finish(_ face: Int, _ raw: FaceObservation) {
    let prepared = lines[face].personal?.prepare(raw) ?? raw
    let smoothed = lines[face].filters?.filter(prepared) ?? prepared
    lines[face].smoothed = smoothed
    observations[face] = lines[face].personal?.finish(smoothed, landmarks: tracker.landmarks(of: face)) ?? smoothed
  }

  /// Takes new filter settings without a jump; the settings must be valid.
  package func reconfigure(filters configuration: FilterBank.Configuration) throws(SignalFilterError) {
    for face in lines.indices { try lines[face].filters?.reconfigure(configuration) }
  }

  /// Changes the personal settings of every face.
  package func changePersonal(_ edit: (inout PersonalStage.Configuration) -> Void) {
    for face in lines.indices { lines[face].personal?.change(edit) }
  }

  /// The 70 landmarks of face 0's last reading in frame pixels.
  package func landmarks(in window: FaceWindow) -> [SIMD2<Float>] {
    let points = tracker.landmarks()
    return (0..<points.count / 2).map { window.point(landmark: $0, of: points) }
  }
}

extension Duration {
  /// This span in seconds.
  package var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}

import FaceCore
import FaceTracking
import NeuralGraph
import RigMapping
import SignalFilters

/// Tracker and filters in their order: one frame in, one observation out. Used from one thread.
package final class FaceStage {
  /// One frame's answer.
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

  private let tracker: FaceTracker
  private var filters: FilterBank?
  /// Calibration, gaze, rig mapping and triggers; nil hands on what the filters say.
  package var personal: PersonalStage?
  private let clock = ContinuousClock()

  /// `filters` nil hands the networks' words on as they are.
  package init(tracker: FaceTracker, filters: FilterBank?, personal: PersonalStage? = nil) {
    self.tracker = tracker
    self.filters = filters
    self.personal = personal
  }

  /// The executor that serves, for people.
  package var executor: String { tracker.backendName }

  /// Whether no face has been seen for so long that the detector looks less often.
  package var isIdle: Bool { tracker.isIdle }

  /// Reads one frame.
  package func process(_ luma: LumaPlane, at time: CaptureTime) throws(FaceTrackingError) -> Result {
    let begin = clock.now
    let reading = try tracker.read(luma, at: time)
    let tracked = clock.now
    let (smoothed, filtered) = finished(reading.observation)
    return Result(
      raw: reading.observation, smoothed: smoothed, filtered: filtered, rig: personal?.rigChannels ?? .none,
      triggers: personal?.triggers.values ?? .none, box: reading.box, trackSeconds: (tracked - begin).inSeconds,
      filterSeconds: (clock.now - tracked).inSeconds)
  }

  /// A moment without a frame: no face, and the filters' fade to neutral goes on.
  package func absent(at time: CaptureTime) -> FaceObservation {
    tracker.reset()
    return finished(.absent(at: time)).mapped
  }

  /// What filters, and then the personal stage, make of the networks' words.
  private func finished(_ raw: FaceObservation) -> (smoothed: FaceObservation, mapped: FaceObservation) {
    let prepared = personal?.prepare(raw) ?? raw
    let smoothed = filters?.filter(prepared) ?? prepared
    return (smoothed, personal?.finish(smoothed, landmarks: tracker.landmarks) ?? smoothed)
  }

  /// Takes new filter settings without a jump; the settings must be valid.
  package func reconfigure(filters configuration: FilterBank.Configuration) throws(SignalFilterError) {
    try filters?.reconfigure(configuration)
  }

  /// The 70 landmarks of the last reading in frame pixels.
  package func landmarks(in window: FaceWindow) -> [SIMD2<Float>] {
    let points = tracker.landmarks
    return (0..<points.count / 2).map { window.point(landmark: $0, of: points) }
  }
}

extension Duration {
  /// This span in seconds.
  package var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}

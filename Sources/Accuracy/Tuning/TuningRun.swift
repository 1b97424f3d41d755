import FaceCore
import SignalFilters

/// Runs a session's raw frames through filters.
package enum TuningRun {
  /// The values of the paper's example: minimum cutoff 1 Hz, beta 0.007, derivative cutoff 1 Hz (Casiez, Roussel, Vogel
  /// 2012, section "Tuning"). One step a frame, as published; weights as they are, the head in radians.
  package static let published = OneEuroConfiguration(minCutoffHz: 1, beta: 0.007, derivativeCutoffHz: 1)

  /// Every frame through a filter bank.
  ///
  /// - Throws: ``SignalFilterError`` for a setting that is out of its range.
  package static func filtered(
    _ frames: [FaceObservation], _ configuration: FilterBank.Configuration
  ) throws(SignalFilterError) -> TuningCurves {
    var bank = try FilterBank(configuration)
    return TuningSession.curves(
      frames.map { frame in
        var face = bank.filter(frame)
        // A face that fades away is none to be measured.
        face.isPresent = frame.isPresent
        return face
      })
  }

  /// Every frame through One Euro at its published settings.
  package static func published(_ frames: [FaceObservation]) throws(SignalFilterError) -> TuningCurves {
    var filters: [OneEuroFilter] = []
    for _ in 0..<52 { filters.append(try OneEuroFilter(published)) }
    var rotation = try RotationFilter(published)
    return TuningSession.curves(
      frames.map { frame in
        guard frame.isPresent else { return frame }
        var face = frame
        for index in 0..<52 { face.weights[index] = filters[index].filter(frame.weights[index], at: frame.time) }
        face.pose.rotation = rotation.filter(frame.pose.rotation, at: frame.time)
        return face
      })
  }

  /// How much the filtered weights depend on the frame rate: the root mean square of the difference of the session at 15, at
  /// 30 and at 30 frames a second with every fifth one dropped from the one at 60, where both have a frame.
  ///
  /// - Throws: ``SignalFilterError`` for a setting that is out of its range.
  package static func rateDependence(
    _ session: TuningSession, _ configuration: FilterBank.Configuration
  ) throws(SignalFilterError) -> Double {
    let full = session.resampled(hz: 60)
    let reference = try filtered(full, configuration)
    let places = Dictionary(zip(full.map { key($0) }, full.indices)) { first, _ in first }
    var worst = 0.0
    for (hz, dropping) in [(15.0, nil), (30, nil), (30, 5 as Int?)] {
      let frames = session.resampled(hz: hz, dropping: dropping)
      let curves = try filtered(frames, configuration)
      var squares: [Double] = []
      for (row, frame) in frames.enumerated() {
        guard let place = places[key(frame)] else { continue }
        for channel in TuningChannel.all where !channel.isAngle {
          let difference = curves[channel][row] - reference[channel][place]
          if difference.isFinite { squares.append(difference * difference) }
        }
      }
      worst = max(worst, Statistics.mean(squares).squareRoot())
    }
    return worst
  }

  /// The time in 120ths of a second.
  private static func key(_ frame: FaceObservation) -> Int { Int((frame.time.seconds * 120).rounded()) }
}

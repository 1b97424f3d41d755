import FaceCore

/// The figures of one clip. Nil where a clip says nothing about a figure.
package struct ClipScore: Codable, Sendable {
  /// One head axis, degrees.
  package struct Axis: Codable, Sendable {
    /// Mean absolute error as it is, and with the clip's median offset removed; the offset.
    package var rawError, error, offset: Double
  }

  /// One blendshape that moves in the reference.
  package struct Channel: Codable, Sendable {
    /// Pearson's correlation, as it is and with the clip's lag removed.
    package var correlation, alignedCorrelation: Double?
    /// Least-squares slope of the track over the reference.
    package var gain: Double?
    package var meanError: Double
    /// Standard deviation of the reference.
    package var deviation: Double
  }

  package var frames = 0
  package var facesInReference = 0
  package var absentInReference = 0
  /// Share of the reference's faces that are tracked, and of its frames without a face where one is reported.
  package var recall: Double?
  package var falsePresence: Double?
  /// Seconds until the first face is tracked.
  package var acquisition: Double?
  /// Mean overlap of the boxes, intersection over union.
  package var boxOverlap: Double?
  /// yaw, pitch, roll.
  package var axes: [String: Axis] = [:]
  /// Means over the axes, degrees.
  package var rotationRawError: Double?
  package var rotationError: Double?
  /// By ARKit name.
  package var channels: [String: Channel] = [:]
  /// Mean correlation over the core channels that move: as it is, and with the lag removed; over all that move.
  package var coreCorrelation: Double?
  package var alignedCoreCorrelation: Double?
  package var correlation: Double?
  package var alignedCorrelation: Double?
  /// Median slope and mean error over the core channels that move.
  package var coreGain: Double?
  package var coreError: Double?
  /// Seconds; positive where the track is late.
  package var lag: Double?
  package var blinks: BlinkEvents.Match?
  package var blinkF1: Double?
  /// At the threshold where it is best.
  package var blinkBestF1: Double?
  package var blinkBestThreshold: Double?
  /// Root mean square of the change a frame while the reference is still: degrees, and weights of core channels.
  package var stillFrames = 0
  package var rotationJitter: Double?
  package var weightJitter: Double?

  /// The channels that count most for how alive a face looks.
  package static let core: [Blendshape] = [
    .jawOpen, .eyeBlinkLeft, .eyeBlinkRight, .mouthSmileLeft, .mouthSmileRight, .browInnerUp, .browOuterUpLeft,
    .browOuterUpRight, .browDownLeft, .browDownRight, .mouthPucker, .mouthFunnel,
  ]
}

extension Double {
  /// The number, or nil where there is none.
  var known: Double? { isFinite ? self : nil }
}

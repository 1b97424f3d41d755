import FaceCore

extension PersonalStage {
  /// What can be set.
  package struct Configuration: Equatable, Sendable {
    /// Whether rest and reach are learned slowly all the time.
    package var autoRange = false
    /// How much of the foreshortening of a turned head is taken off, 0…1.
    package var yawCompensation = 1.0
    /// How long a change of any of these settings takes to show fully, seconds, 0…10.
    package var fadeSeconds = 0.3
    /// The profile that makes the rig's channels; nil makes none.
    package var profile: RigProfile?
    /// Whether left and right change places on the wire, head and gaze included.
    package var mirror = false
    /// The most that the eyes converge, degrees, 0…45: 12 looks at a point 30 cm away.
    package var vergenceDegrees = 12.0
    /// Whether shut lids hold the gaze.
    package var blinkFreezesGaze = true

    package init() {}
  }
}

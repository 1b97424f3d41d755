import RigMapping

/// Whose face it is and which rig it drives. Plain values: the pipeline reads the files that they name.
package struct PersonalSettings: Equatable, Sendable {
  /// Where the calibration comes from.
  package enum CalibrationUse: Equatable, Sendable {
    /// The saved one of this camera and user, if there is one.
    case auto
    case none
    /// A file, an absolute path.
    case file(String)
  }

  /// Which rig profile makes the mapped channels.
  package enum Rig: Equatable, Sendable {
    case none
    /// One that ships with Gurn, by its name.
    case shipped(String)
    /// A file, an absolute path.
    case file(String)

    /// What ships with Gurn: the files of `Config/rigs`.
    package static let shippedNames = ["arkit", "metahuman", "vrchat", "vrm", "weboji"]
  }

  package var calibration = CalibrationUse.auto
  /// Whose calibration and triggers: a name.
  package var user = "default"
  package var rig = Rig.none
  /// The stage's own settings, but for the profile, which `rig` names.
  package var stage = PersonalStage.Configuration()

  package init() {}
}

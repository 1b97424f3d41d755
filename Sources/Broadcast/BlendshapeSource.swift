import FaceCore

/// What a target is sent as blendshapes.
package enum BlendshapeSource: String, CaseIterable, Sendable {
  /// ARKit's 52.
  case tracked
  /// The channels of the rig profile, under their own names; the 52 while there is no profile.
  case rig

  /// The channels in place of the 52, nil for the 52 themselves.
  func rig(_ names: ChannelNames) -> [ChannelNames.RigChannel]? {
    self == .rig && !names.rig.isEmpty ? names.rig : nil
  }
}

/// A name as a part of an OSC address: what may not stand in one becomes `_` (OSC 1.0, "OSC Address Spaces").
func oscName(_ name: String) -> String {
  String(name.map { !$0.isASCII || " #*,/?[]{}".contains($0) ? "_" : $0 })
}

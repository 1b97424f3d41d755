import FaceCore

/// The parts of a face that move alike and so share the settings of a filter.
package enum FilterGroup: String, CaseIterable, Sendable {
  /// Blink, squint, wide.
  case lids
  /// The eyeballs' angles and the eyeLook channels.
  case gaze
  case brows
  /// Jaw, lips, cheeks, nose, tongue.
  case mouth
  /// Rotation and position.
  case head

  /// The group of a channel.
  package init(_ channel: Blendshape) {
    switch channel {
    case .browDownLeft, .browDownRight, .browInnerUp, .browOuterUpLeft, .browOuterUpRight: self = .brows
    case .eyeBlinkLeft, .eyeBlinkRight, .eyeSquintLeft, .eyeSquintRight, .eyeWideLeft, .eyeWideRight: self = .lids
    case .eyeLookDownLeft, .eyeLookDownRight, .eyeLookInLeft, .eyeLookInRight, .eyeLookOutLeft, .eyeLookOutRight,
      .eyeLookUpLeft, .eyeLookUpRight:
      self = .gaze
    default: self = .mouth
    }
  }
}

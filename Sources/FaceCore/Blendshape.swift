/// One of the 52 expression coefficients of a face.
///
/// Cases are spelled as in ARKit's `ARFaceAnchor.BlendShapeLocation` and ordered alphabetically; the raw value is the
/// channel's index in ``BlendshapeWeights`` and in every array of 52. Left and right are the subject's own.
package enum Blendshape: Int, CaseIterable, Sendable {
  case browDownLeft, browDownRight, browInnerUp, browOuterUpLeft, browOuterUpRight
  case cheekPuff, cheekSquintLeft, cheekSquintRight
  case eyeBlinkLeft, eyeBlinkRight
  case eyeLookDownLeft, eyeLookDownRight, eyeLookInLeft, eyeLookInRight
  case eyeLookOutLeft, eyeLookOutRight, eyeLookUpLeft, eyeLookUpRight
  case eyeSquintLeft, eyeSquintRight, eyeWideLeft, eyeWideRight
  case jawForward, jawLeft, jawOpen, jawRight
  case mouthClose, mouthDimpleLeft, mouthDimpleRight, mouthFrownLeft, mouthFrownRight, mouthFunnel, mouthLeft
  case mouthLowerDownLeft, mouthLowerDownRight, mouthPressLeft, mouthPressRight, mouthPucker, mouthRight
  case mouthRollLower, mouthRollUpper, mouthShrugLower, mouthShrugUpper, mouthSmileLeft, mouthSmileRight
  case mouthStretchLeft, mouthStretchRight, mouthUpperUpLeft, mouthUpperUpRight
  case noseSneerLeft, noseSneerRight, tongueOut

  private static let names: [String] = allCases.map { String(describing: $0) }
  private static let byName = Dictionary(uniqueKeysWithValues: zip(names, allCases))
  private static let mirrors: [Blendshape] = names.map { name in
    let mirrored =
      if name.hasSuffix("Left") { name.dropLast(4) + "Right" } else if name.hasSuffix("Right") {
        name.dropLast(5) + "Left"
      } else { Substring(name) }
    return byName[String(mirrored)]!
  }

  /// The ARKit name, such as `jawOpen`.
  package var name: String { Self.names[rawValue] }

  /// The channel of the other side of the face; channels without a side are their own mirror.
  package var mirrored: Blendshape { Self.mirrors[rawValue] }

  /// The channel of that exact ARKit name, or nil.
  package init?(name: some StringProtocol) {
    guard let channel = Self.byName[String(name)] else { return nil }
    self = channel
  }
}

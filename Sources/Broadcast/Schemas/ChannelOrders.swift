import FaceCore

/// The orders and spellings of the 52 channels that other programs chose.
enum ChannelOrders {
  /// Face Cap's blendshape index 0…51 (bannaflak.com/face-cap/livemode.html).
  static let faceCap: [Blendshape] = [
    .browInnerUp, .browDownLeft, .browDownRight, .browOuterUpLeft, .browOuterUpRight, .eyeLookUpLeft, .eyeLookUpRight,
    .eyeLookDownLeft, .eyeLookDownRight, .eyeLookInLeft, .eyeLookInRight, .eyeLookOutLeft, .eyeLookOutRight,
    .eyeBlinkLeft, .eyeBlinkRight, .eyeSquintLeft, .eyeSquintRight, .eyeWideLeft, .eyeWideRight, .cheekPuff,
    .cheekSquintLeft, .cheekSquintRight, .noseSneerLeft, .noseSneerRight, .jawOpen, .jawForward, .jawLeft, .jawRight,
    .mouthFunnel, .mouthPucker, .mouthLeft, .mouthRight, .mouthRollUpper, .mouthRollLower, .mouthShrugUpper,
    .mouthShrugLower, .mouthClose, .mouthSmileLeft, .mouthSmileRight, .mouthFrownLeft, .mouthFrownRight,
    .mouthDimpleLeft, .mouthDimpleRight, .mouthUpperUpLeft, .mouthUpperUpRight, .mouthLowerDownLeft,
    .mouthLowerDownRight, .mouthPressLeft, .mouthPressRight, .mouthStretchLeft, .mouthStretchRight, .tongueOut,
  ]

  /// Phiz's array: like Face Cap's up to the nose, then in an order of its own (Inochi2D/facetrack-d, `phizosc.d`).
  static let phiz: [Blendshape] =
    faceCap.prefix(24) + [
      .mouthFunnel, .mouthPucker, .mouthRollUpper, .mouthRollLower, .mouthShrugUpper, .mouthShrugLower, .mouthClose,
      .mouthSmileLeft, .mouthSmileRight, .mouthFrownLeft, .mouthFrownRight, .mouthDimpleLeft, .mouthDimpleRight,
      .mouthUpperUpLeft, .mouthUpperUpRight, .mouthLowerDownLeft, .mouthLowerDownRight, .mouthPressLeft,
      .mouthPressRight, .mouthStretchLeft, .mouthStretchRight, .mouthLeft, .mouthRight, .jawOpen, .jawForward, .jawLeft,
      .jawRight, .tongueOut,
    ]

  /// The first 52 values of a Live Link Face datagram, in which jaw and mouth go left before right
  /// (tbxMb/GodotLiveLinkFace, Inochi2D/facetrack-d `llf.d`); ARKit's own order of groups.
  static let liveLinkFace: [Blendshape] = [
    .eyeBlinkLeft, .eyeLookDownLeft, .eyeLookInLeft, .eyeLookOutLeft, .eyeLookUpLeft, .eyeSquintLeft, .eyeWideLeft,
    .eyeBlinkRight, .eyeLookDownRight, .eyeLookInRight, .eyeLookOutRight, .eyeLookUpRight, .eyeSquintRight,
    .eyeWideRight, .jawForward, .jawLeft, .jawRight, .jawOpen, .mouthClose, .mouthFunnel, .mouthPucker, .mouthLeft,
    .mouthRight, .mouthSmileLeft, .mouthSmileRight, .mouthFrownLeft, .mouthFrownRight, .mouthDimpleLeft,
    .mouthDimpleRight, .mouthStretchLeft, .mouthStretchRight, .mouthRollLower, .mouthRollUpper, .mouthShrugLower,
    .mouthShrugUpper, .mouthPressLeft, .mouthPressRight, .mouthLowerDownLeft, .mouthLowerDownRight, .mouthUpperUpLeft,
    .mouthUpperUpRight, .browDownLeft, .browDownRight, .browInnerUp, .browOuterUpLeft, .browOuterUpRight, .cheekPuff,
    .cheekSquintLeft, .cheekSquintRight, .noseSneerLeft, .noseSneerRight, .tongueOut,
  ]
}

extension Blendshape {
  /// The name in PascalCase, as models with "perfect sync" have it: `BrowDownLeft`.
  package var pascalName: String { name.prefix(1).uppercased() + name.dropFirst() }

  /// The name in snake_case: `brow_down_left`.
  package var snakeName: String {
    name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
  }

  /// The name with its side as iFacialMocap writes it: `browDown_L`; a direction such as `jawLeft` stays.
  var sidedName: String {
    guard mirrored != self, ![.jawLeft, .jawRight, .mouthLeft, .mouthRight].contains(self) else { return name }
    return name.hasSuffix("Left") ? name.dropLast(4) + "_L" : name.dropLast(5) + "_R"
  }
}

import FaceCore

/// A face as VRCFaceTracking's unified expressions see it.
struct UnifiedFace {
  /// The angle at which a gaze coordinate reaches 1, radians: 45°.
  private static let fullGaze = Float.pi / 4

  private let weights: BlendshapeWeights
  /// Where each eye looks, −1…1: right and up are positive.
  let leftX, leftY, rightX, rightY: Float

  init(_ observation: FaceObservation) {
    func coordinate(_ angle: Float) -> Float { max(-1, min(1, angle.isFinite ? angle / Self.fullGaze : 0)) }
    weights = observation.weights.clamped()
    leftX = coordinate(0 - observation.gaze.leftYaw)
    leftY = coordinate(observation.gaze.leftPitch)
    rightX = coordinate(0 - observation.gaze.rightYaw)
    rightY = coordinate(observation.gaze.rightPitch)
  }

  subscript(channel: Blendshape) -> Float { weights[channel] }

  /// The mean of a channel and its other side.
  func both(_ channel: Blendshape) -> Float { (weights[channel] + weights[channel.mirrored]) / 2 }

  /// The larger of a channel and its other side.
  func either(_ channel: Blendshape) -> Float { max(weights[channel], weights[channel.mirrored]) }

  /// 0 closed, 0.75 open, 1 wide.
  func lid(_ blink: Blendshape, _ wide: Blendshape) -> Float { (1 - weights[blink]) * 0.75 + weights[wide] * 0.25 }

  func brow(_ outer: Blendshape, _ down: Blendshape) -> Float {
    min(1, (weights[.browInnerUp] + weights[outer]) / 2) - weights[down]
  }

  func sad(_ frown: Blendshape, _ stretch: Blendshape) -> Float { max(weights[frown], weights[stretch]) }
}

/// One parameter of VRCFaceTracking's version 2, made of ARKit's channels.
///
/// Source: benaclejames/VRCFaceTracking `UnifiedExpressionsParameters.cs`, `UnifiedSimpleExpressions.cs`, and the comparison
/// with ARKit in its documentation. A channel that ARKit blends (brow down, cheek puff, funnel, pucker, roll, smile) feeds all
/// of its parts. What ARKit does not know (cheek suck, tightener, tongue directions) is not sent.
struct UnifiedParameter: Sendable {
  let name: String
  /// Whether the value lies in −1…1; in 0…1 otherwise.
  let isSigned: Bool
  let value: @Sendable (UnifiedFace) -> Float

  private init(_ name: String, signed: Bool = false, _ value: @escaping @Sendable (UnifiedFace) -> Float) {
    (self.name, isSigned, self.value) = (name, signed, value)
  }

  /// A channel under several names.
  private static func channel(_ channel: Blendshape, _ names: String...) -> [UnifiedParameter] {
    names.map { UnifiedParameter($0) { $0[channel] } }
  }

  /// A channel of either side under names that end in the side, and with `mean` the mean of both under the bare name.
  private static func sides(_ left: Blendshape, _ names: String..., mean: Bool = false) -> [UnifiedParameter] {
    let right = left.mirrored
    let sided = names.flatMap { name in
      [UnifiedParameter(name + "Left") { $0[left] }, UnifiedParameter(name + "Right") { $0[right] }]
    }
    return sided + (mean ? [UnifiedParameter(names[0]) { $0.both(left) }] : [])
  }

  /// A channel that is all four corners of the lips.
  private static func lips(_ upper: Blendshape, _ lower: Blendshape, _ name: String) -> [UnifiedParameter] {
    channel(upper, name + "Upper", name + "UpperLeft", name + "UpperRight")
      + channel(lower, name + "Lower", name + "LowerLeft", name + "LowerRight")
      + [UnifiedParameter(name) { ($0[upper] + $0[lower]) / 2 }]
  }

  static let all: [UnifiedParameter] = eyes + brows + cheeks + jaw + mouth

  private static let eyes: [UnifiedParameter] =
    [
      .init("EyeLeftX", signed: true) { $0.leftX }, .init("EyeLeftY", signed: true) { $0.leftY },
      .init("EyeRightX", signed: true) { $0.rightX }, .init("EyeRightY", signed: true) { $0.rightY },
      .init("EyeX", signed: true) { ($0.leftX + $0.rightX) / 2 },
      .init("EyeY", signed: true) { ($0.leftY + $0.rightY) / 2 },
      .init("EyeLidLeft") { $0.lid(.eyeBlinkLeft, .eyeWideLeft) },
      .init("EyeLidRight") { $0.lid(.eyeBlinkRight, .eyeWideRight) },
      .init("EyeLid") { ($0.lid(.eyeBlinkLeft, .eyeWideLeft) + $0.lid(.eyeBlinkRight, .eyeWideRight)) / 2 },
      .init("EyeOpenLeft") { 1 - $0[.eyeBlinkLeft] }, .init("EyeOpenRight") { 1 - $0[.eyeBlinkRight] },
      .init("EyeOpen") { 1 - $0.both(.eyeBlinkLeft) },
      .init("EyeSquint") { $0.either(.eyeSquintLeft) }, .init("EyeWide") { $0.either(.eyeWideLeft) },
    ] + sides(.eyeBlinkLeft, "EyeClosed", mean: true) + sides(.eyeSquintLeft, "EyeSquint")
    + sides(.eyeWideLeft, "EyeWide")

  private static let brows: [UnifiedParameter] =
    sides(.browDownLeft, "BrowDown", "BrowLowerer", "BrowPinch", mean: true)
    + sides(.browOuterUpLeft, "BrowOuterUp", mean: true)
    + channel(.browInnerUp, "BrowInnerUp", "BrowInnerUpLeft", "BrowInnerUpRight") + [
      .init("BrowUpLeft") { $0[.browOuterUpLeft] * 0.6 + $0[.browInnerUp] * 0.4 },
      .init("BrowUpRight") { $0[.browOuterUpRight] * 0.6 + $0[.browInnerUp] * 0.4 },
      .init("BrowUp") { $0.both(.browOuterUpLeft) * 0.6 + $0[.browInnerUp] * 0.4 },
      .init("BrowExpressionLeft", signed: true) { $0.brow(.browOuterUpLeft, .browDownLeft) },
      .init("BrowExpressionRight", signed: true) { $0.brow(.browOuterUpRight, .browDownRight) },
      .init("BrowExpression", signed: true) {
        ($0.brow(.browOuterUpLeft, .browDownLeft) + $0.brow(.browOuterUpRight, .browDownRight)) / 2
      },
    ]

  private static let cheeks: [UnifiedParameter] =
    sides(.cheekSquintLeft, "CheekSquint", mean: true) + channel(.cheekPuff, "CheekPuffLeft", "CheekPuffRight")
    + ["CheekPuffSuckLeft", "CheekPuffSuckRight", "CheekPuffSuck"].map { .init($0, signed: true) { $0[.cheekPuff] } }
    + sides(.noseSneerLeft, "NoseSneer", mean: true)

  private static let jaw: [UnifiedParameter] =
    channel(.jawOpen, "JawOpen") + channel(.jawForward, "JawForward") + channel(.jawLeft, "JawLeft")
    + channel(.jawRight, "JawRight") + channel(.mouthClose, "MouthClosed") + channel(.tongueOut, "TongueOut") + [
      .init("JawX", signed: true) { $0[.jawRight] - $0[.jawLeft] }, .init("JawZ", signed: true) { $0[.jawForward] },
    ]

  private static let mouth: [UnifiedParameter] =
    sides(.mouthUpperUpLeft, "MouthUpperUp", mean: true) + sides(.mouthLowerDownLeft, "MouthLowerDown", mean: true)
    + sides(.mouthSmileLeft, "MouthSmile", "MouthCornerPull", "MouthCornerSlant")
    + sides(.mouthFrownLeft, "MouthFrown", mean: true) + sides(.mouthStretchLeft, "MouthStretch", mean: true)
    + sides(.mouthDimpleLeft, "MouthDimple", mean: true) + sides(.mouthPressLeft, "MouthPress", mean: true)
    + channel(.mouthShrugUpper, "MouthRaiserUpper") + channel(.mouthShrugLower, "MouthRaiserLower")
    + lips(.mouthFunnel, .mouthFunnel, "LipFunnel") + lips(.mouthPucker, .mouthPucker, "LipPucker")
    + lips(.mouthRollUpper, .mouthRollLower, "LipSuck")
    + ["MouthX", "MouthUpperX", "MouthLowerX"].map {
      .init($0, signed: true) { $0[.mouthRight] - $0[.mouthLeft] }
    } + [
      .init("MouthOpen") { ($0.both(.mouthUpperUpLeft) + $0.both(.mouthLowerDownLeft)) / 2 },
      .init("MouthSadLeft") { $0.sad(.mouthFrownLeft, .mouthStretchLeft) },
      .init("MouthSadRight") { $0.sad(.mouthFrownRight, .mouthStretchRight) },
      .init("SmileFrownLeft", signed: true) { $0[.mouthSmileLeft] - $0[.mouthFrownLeft] },
      .init("SmileFrownRight", signed: true) { $0[.mouthSmileRight] - $0[.mouthFrownRight] },
      .init("SmileFrown", signed: true) { $0.both(.mouthSmileLeft) - $0.both(.mouthFrownLeft) },
      .init("SmileSadLeft", signed: true) { $0[.mouthSmileLeft] - $0.sad(.mouthFrownLeft, .mouthStretchLeft) },
      .init("SmileSadRight", signed: true) { $0[.mouthSmileRight] - $0.sad(.mouthFrownRight, .mouthStretchRight) },
      .init("SmileSad", signed: true) {
        $0.both(.mouthSmileLeft)
          - ($0.sad(.mouthFrownLeft, .mouthStretchLeft) + $0.sad(.mouthFrownRight, .mouthStretchRight)) / 2
      },
      .init("LipSuckFunnelUpper", signed: true) { $0[.mouthRollUpper] - $0[.mouthFunnel] },
      .init("LipSuckFunnelLower", signed: true) { $0[.mouthRollLower] - $0[.mouthFunnel] },
    ]
}

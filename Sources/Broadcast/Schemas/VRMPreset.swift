import FaceCore

/// The expression presets of VRM, which models without the 52 ARKit clips have; spelled as VRM 0 has them on the wire.
enum VRMPreset: String, CaseIterable {
  case a = "A"
  case i = "I"
  case u = "U"
  case e = "E"
  case o = "O"
  case blink = "Blink"
  case blinkLeft = "Blink_L"
  case blinkRight = "Blink_R"
  case lookUp = "LookUp"
  case lookDown = "LookDown"
  case lookLeft = "LookLeft"
  case lookRight = "LookRight"
  case joy = "Joy"
  case angry = "Angry"
  case sorrow = "Sorrow"
  case fun = "Fun"
  /// A preset of VRM 1 only.
  case surprised

  /// The presets that VRM 0 knows.
  static let vrm0 = allCases.filter { $0 != .surprised }

  /// The spelling of VRM 1 (VMC specification, blendshape names).
  var vrm1Name: String {
    switch self {
    case .a: "aa"
    case .i: "ih"
    case .u: "ou"
    case .e: "ee"
    case .o: "oh"
    case .blink: "blink"
    case .blinkLeft: "blinkLeft"
    case .blinkRight: "blinkRight"
    case .lookUp: "lookUp"
    case .lookDown: "lookDown"
    case .lookLeft: "lookLeft"
    case .lookRight: "lookRight"
    case .joy: "happy"
    case .angry: "angry"
    case .sorrow: "sad"
    case .fun: "relaxed"
    case .surprised: "surprised"
    }
  }

  /// The preset's value 0…1 for weights within 0…1.
  ///
  /// A closed pair of eyes is `Blink` alone, a wink what one lid closes more than the other: a model adds up what it gets.
  func value(of weights: BlendshapeWeights) -> Float {
    let both = min(weights[.eyeBlinkLeft], weights[.eyeBlinkRight])
    switch self {
    case .blink: return both
    case .blinkLeft: return weights[.eyeBlinkLeft] - both
    case .blinkRight: return weights[.eyeBlinkRight] - both
    default: break
    }
    var sum: Float = 0
    forEachTerm { channel, gain in sum += gain * weights[channel] }
    return max(0, min(1, sum))
  }

  /// The table: what each channel adds to the preset.
  private func forEachTerm(_ add: (Blendshape, Float) -> Void) {
    func both(_ left: Blendshape, _ gain: Float) {
      add(left, gain / 2)
      add(left.mirrored, gain / 2)
    }
    switch self {
    case .a:
      add(.jawOpen, 1.2)
      add(.mouthFunnel, -0.6)
      add(.mouthPucker, -0.8)
    case .i:
      both(.mouthStretchLeft, 0.8)
      both(.mouthDimpleLeft, 0.4)
      add(.jawOpen, -0.5)
    case .u:
      add(.mouthPucker, 1)
      add(.mouthFunnel, -0.4)
    case .e:
      both(.mouthLowerDownLeft, 0.6)
      both(.mouthStretchLeft, 0.4)
      add(.mouthFunnel, -0.5)
    case .o:
      add(.mouthFunnel, 1)
      add(.mouthPucker, -0.3)
    case .lookUp: both(.eyeLookUpLeft, 1)
    case .lookDown: both(.eyeLookDownLeft, 1)
    case .lookLeft:
      add(.eyeLookOutLeft, 0.5)
      add(.eyeLookInRight, 0.5)
    case .lookRight:
      add(.eyeLookInLeft, 0.5)
      add(.eyeLookOutRight, 0.5)
    case .joy:
      both(.mouthSmileLeft, 1)
      both(.mouthFrownLeft, -1)
    case .angry:
      both(.browDownLeft, 0.8)
      both(.noseSneerLeft, 0.4)
      add(.browInnerUp, -0.6)
      both(.mouthSmileLeft, -0.5)
    case .sorrow:
      both(.mouthFrownLeft, 0.7)
      add(.browInnerUp, 0.4)
      both(.mouthSmileLeft, -1)
    case .fun:
      both(.cheekSquintLeft, 0.6)
      both(.eyeSquintLeft, 0.4)
      both(.browDownLeft, -0.6)
    case .surprised:
      add(.browInnerUp, 0.5)
      both(.eyeWideLeft, 0.5)
      add(.jawOpen, 0.3)
      both(.browDownLeft, -0.6)
    case .blink, .blinkLeft, .blinkRight: break
    }
  }
}

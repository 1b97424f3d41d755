import FaceCore

/// Everything that one rendered picture shows: who, which expression, where, in what light, before what.
///
/// Colours are linear light, red, green, blue, around 0…1.
struct FaceScene {
  /// Skin, hair and eyes of the person.
  struct Person {
    var identity: FaceIdentity
    /// Layers of the skin textures and the second one's share, 0…1.
    var skinLayers: (first: Int, second: Int, share: Float)
    /// Gain by channel and exponent on the albedo.
    var skinGain: SIMD3<Float>
    var skinContrast: Float
    /// What the photograph fades to.
    var skinColour: SIMD3<Float>
    /// Factor −0.6…0.8 on the photographed brow, strength 0…1, half width and lift in texture units of the drawn one.
    var brow: SIMD4<Float>
    var browColour: SIMD3<Float>
    /// How deep the skin folds where muscles pull, 0…1.
    var creaseDepth: Float
    /// How far brows and lips go at weight 1, as a multiple of the rig's shapes: people differ, and many raise their brows
    /// twice as far as the rig does.
    var reach: Reach
    /// Beard strength 0…1, 1 for a chin beard, moustache strength, noise offset.
    var beard: SIMD4<Float>
    var hairColour: SIMD3<Float>
    /// Front line y, tilt, side line y (cm of the generic face), thickness (cm).
    var hairLine: SIMD4<Float>
    var isBald: Bool
    /// A hat or hood in the same terms; thickness 0 for none.
    var coverLine: SIMD4<Float>
    var coverColour: SIMD3<Float>
    var lipTint: SIMD3<Float>
    var shine: Float
    var irisColour: SIMD3<Float>
    /// Iris and pupil radius as chords of the eyeball, sclera brightness, lid shadow 0…1.
    var irisSize: SIMD4<Float>
    /// Teeth brightness, light in the mouth, tongue brightness, unused.
    var mouth: SIMD4<Float>
    var clothColour: SIMD3<Float>
    /// Half width of the shoulders, cm.
    var shoulders: Float
    var glasses: Glasses?
    /// How far the hair falls below the side line at the sides, cm; 0 for short hair.
    var longHair: Float
    /// Meshed hair and brow cards, numbers of the assets' lists.
    var hairStyle: Int?
    var browStyle: Int?
  }

  struct Reach {
    var raisedBrows: Float
    var loweredBrows: Float
    /// Pucker and funnel.
    var roundedLips: Float

    /// A rig's own shapes.
    static let rig = Reach(raisedBrows: 1, loweredBrows: 1, roundedLips: 1)

    /// The weights that the rig is bent by.
    func bent(_ weights: BlendshapeWeights) -> BlendshapeWeights {
      var w = weights
      for channel in [Blendshape.browInnerUp, .browOuterUpLeft, .browOuterUpRight] { w[channel] *= raisedBrows }
      for channel in [Blendshape.browDownLeft, .browDownRight] { w[channel] *= loweredBrows }
      for channel in [Blendshape.mouthPucker, .mouthFunnel] { w[channel] *= roundedLips }
      return w
    }
  }

  struct Glasses {
    /// Half width and half height of a lens, cm.
    var lens: SIMD2<Float>
    /// Exponent of the superellipse: 2 round, 5 boxy.
    var boxiness: Float
    /// Radius of the rim, cm.
    var rim: Float
    var colour: SIMD3<Float>
    /// Colour and opacity of the lens.
    var tint: SIMD4<Float>
    /// Whether the rim runs below the lens too.
    var isFullRim: Bool
  }

  struct Light {
    /// Panorama whose light it is, and its turn about y in radians.
    var panorama: Int
    var turn: Float
    /// Spherical harmonics, nine of red, green, blue.
    var harmonics: [SIMD3<Float>]
    var directions: [SIMD3<Float>]
    var colours: [SIMD3<Float>]
    var exposure: Float
    /// The shadows of the first of `directions`.
    var shadow = Shadow.none
    /// How much brighter than the person the room behind is.
    var surround: Float = 1
  }

  struct Shadow {
    /// The share of the lamp's light that shadows lack, 0…1.
    var strength: Float
    /// Half the width of their edges, cm.
    var softness: Float

    static let none = Shadow(strength: 0, softness: 0)
  }

  struct Background {
    /// Nil for a gradient.
    var panorama: Int?
    /// View direction: yaw and pitch in radians, and tangent of half the view.
    var yaw: Float
    var pitch: Float
    var tangent: Float
    var blurLevel: Float
    var gain: Float
    /// Two linear colours; noise scale and strength.
    var gradient: (SIMD3<Float>, SIMD3<Float>, SIMD2<Float>)
  }

  /// An ellipsoid or capsule before the face, in window units: 1 is the window's side, the origin its centre, y up.
  struct Occluder {
    var from: SIMD2<Float>
    var to: SIMD2<Float>
    var radius: Float
    var colour: SIMD3<Float>
  }

  /// Something held, worn or put before the face, where and how in `Thing.Kind`'s own terms.
  struct Thing {
    enum Kind: CaseIterable {
      case handOnChin, fistUnderChin, handOnCheek, handOnForehead, handOnMouth, handOnEye, handWaving
      case cup, phone, microphone, headphones, headset, mask

      var isHand: Bool {
        switch self {
        case .handOnChin, .fistUnderChin, .handOnCheek, .handOnForehead, .handOnMouth, .handOnEye, .handWaving: true
        case .cup, .phone, .microphone, .headphones, .headset, .mask: false
        }
      }
    }

    var kind: Kind
    /// On the subject's left; what has no side ignores it.
    var isLeft: Bool
    /// Added to its usual place, cm, head frame for the left side.
    var shift: SIMD3<Float>
    /// A small turn about its own middle.
    var turn: Quaternion
    /// Factor on its usual size.
    var scale: Float
    /// Of a thing, or of the sleeve behind a hand.
    var colour: SIMD3<Float>
    /// How far fingers are bent beyond the pose, radians a joint, and spread, radians a finger.
    var curl: Float
    var spread: Float
  }

  struct Finish {
    /// Gaussian defocus, pixels of the patch.
    var blur: Float
    /// Darkening in the corners, 0…1.
    var vignette: Float
    /// Exponent on the shown picture.
    var gamma: Float
    /// Deviation of the sensor's noise, levels of 255.
    var noise: Float = 0
  }

  var person: Person
  var weights: BlendshapeWeights
  var gaze: Gaze
  var cheekRaise: Float
  /// Relative to the view ray.
  var facing: Quaternion
  /// Direction of the anchor from the camera, tangents; and its depth in cm.
  var ray: SIMD2<Float>
  var depth: Float
  /// The share of the head's turn that the body follows, and a turn of its own about y.
  var bodyFollow: Float
  var bodyYaw: Float
  /// The window's centre and side in the picture, pixels.
  var windowCentre: SIMD2<Float>
  var windowSide: Float
  var light: Light
  var background: Background
  var occluders: [Occluder]
  var finish: Finish
  var things: [Thing] = []
  /// False for scenes without a person, which serve as negatives; occluders are still drawn.
  var hasHead = true
}

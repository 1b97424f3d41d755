import FaceCore
import Foundation

/// Draws random scenes by the recipe of the training data.
struct FaceSceneSampler {
  /// What it needs to know of the assets.
  struct Stock: Sendable {
    /// Names and linear skin colours of the texture layers; fitted identities (40 coefficients) where there are.
    var skins: [SkinTexture]
    /// Spherical harmonics of the panoramas, nine of red, green, blue each.
    var harmonics: [[SIMD3<Float>]]
    /// The second head model, nil without, and its share of the scenes, 0…1.
    var makeHuman: MakeHumanStock?
    var makeHumanShare: Float = 0
    /// How often each meshed hair style is drawn, relative to the others; and how many brow cards there are.
    var hairStyles: [Float] = []
    var browStyles = 0

    /// The same with people on ICT's rig only, unless there is but MakeHuman's.
    var ofOneRig: Stock {
      var stock = self
      if makeHumanShare < 1 { stock.makeHumanShare = 0 }
      return stock
    }
  }

  let stock: Stock
  /// The textures that people are drawn from, indices into `stock.skins`.
  private let skins: [Int]
  private let prior = ExpressionPrior()

  /// Draws people with any of the textures, or only with those.
  init(stock: Stock, skins: [Int]? = nil) {
    self.stock = stock
    self.skins = skins ?? Array(stock.skins.indices)
  }

  /// One scene for a square picture of `size` pixels.
  func scene(size: Int, _ random: inout RandomSource) -> FaceScene {
    let draw = prior.draw(&random)
    let kind = lightKind(&random)
    let light = light(kind, &random)
    let isNear = random.chance(0.25)
    let isWild = random.chance(0.2)
    let degree: Float = .pi / 180
    let yaw = isWild ? random.uniform(-65, 65) : random.normal(0, 22, limit: 65)
    let pitch = isWild ? random.uniform(-42, 42) : random.normal(0, 14, limit: 42)
    let roll = isWild ? random.uniform(-40, 40) : random.normal(0, 12, limit: 40)
    let middle = Float(size) / 2
    let scale = Float(size) / 288
    var scene = FaceScene(
      person: person(&random), weights: draw.weights, gaze: draw.gaze,
      cheekRaise: random.chance(0.3)
        ? random.unit() * max(draw.weights[.mouthSmileLeft], draw.weights[.mouthSmileRight]) * 0.6 : 0,
      facing: Quaternion(yaw: yaw * degree, pitch: pitch * degree, roll: roll * degree),
      // Who sits close fills more of a wide lens: up to 75° across.
      ray: SIMD2(
        tan(random.normal(0, isNear ? 14 : 11, limit: isNear ? 36 : 27) * degree),
        tan(random.normal(0, 8, limit: 20) * degree)),
      depth: isNear ? random.uniform(28, 45) : random.uniform(40, 120),
      bodyFollow: random.uniform(0.1, 0.6), bodyYaw: random.normal(0, 10, limit: 30) * degree,
      windowCentre: SIMD2(middle + random.uniform(-6, 6) * scale, middle + random.uniform(-6, 6) * scale),
      windowSide: random.uniform(176, 208) * scale, light: light, background: background(light, &random),
      occluders: random.chance(0.008) ? occluders(&random) : [],
      finish: .init(
        blur: (random.chance(0.35) ? random.uniform(0.6, 1.5) : random.uniform(0.4, 0.6)) * scale,
        vignette: random.chance(0.3) ? random.uniform(0, 0.5) : 0, gamma: exp(random.normal(0, 0.15)),
        noise: kind == .dim ? random.uniform(2, 9) : 0),
      things: things(&random))
    cast(&scene.person, random)
    return scene
  }

  /// One person on one of the rigs.
  func someone(_ random: inout RandomSource) -> FaceScene.Person {
    var drawn = person(&random)
    cast(&drawn, random)
    return drawn
  }

  func person(_ random: inout RandomSource) -> FaceScene.Person {
    let (first, second) = (skin(&random), skin(&random))
    let share = random.chance(0.5) ? random.uniform(0.15, 0.6) : 0
    let gain = exp(random.normal(0, 0.18)) * (random.chance(0.12) ? random.uniform(0.35, 0.8) : 1)
    let skinLight = stock.skins[first].colour.sum() / 3
    let hair = hairColour(onSkin: skinLight, &random)
    let hasCover = random.chance(0.1)
    let isHood = random.chance(0.4)
    let isBald = random.chance(0.12)
    let fringe = random.chance(0.22)
    let beardKind = random.unit()
    let beardStrength: Float =
      beardKind < 0.62 ? 0 : beardKind < 0.85 ? random.uniform(0.1, 0.5) : random.uniform(0.5, 1)
    let irises: [SIMD3<Float>] = [
      [0.04, 0.018, 0.008], [0.07, 0.03, 0.012], [0.015, 0.008, 0.005], [0.10, 0.16, 0.22], [0.12, 0.15, 0.09],
      [0.16, 0.21, 0.25],
    ]
    return FaceScene.Person(
      identity: .ict(identity(first, &random)),
      skinLayers: (first, second, share),
      skinGain: SIMD3(gain * exp(random.normal(0, 0.04)), gain, gain * exp(random.normal(0, 0.05))),
      skinContrast: random.uniform(0.85, 1.2),
      skinColour: stock.skins[first].colour * (1 - share) + stock.skins[second].colour * share,
      brow: [
        random.uniform(-0.5, 0.5), random.chance(0.85) ? random.uniform(0.3, 1) : 0, random.uniform(0.007, 0.017),
        random.normal(0, 0.004),
      ],
      browColour: hair * random.uniform(0.4, 0.9) + 0.003, creaseDepth: random.uniform(0, 1),
      reach: .init(
        raisedBrows: random.uniform(0.8, 2.2), loweredBrows: random.uniform(0.8, 1.8),
        roundedLips: random.uniform(0.8, 1.7)),
      beard: [
        beardStrength, random.chance(0.3) ? 1 : 0, beardStrength > 0 && random.chance(0.75) ? beardStrength : 0,
        random.uniform(0, 50),
      ],
      hairColour: hair,
      hairLine: [
        fringe ? random.uniform(5.3, 7.3) : random.uniform(7.3, 11), random.uniform(-0.45, 0.25),
        random.uniform(-4, 3), random.chance(0.3) ? random.uniform(1, 3) : random.uniform(0.1, 1.2),
      ],
      isBald: isBald,
      coverLine: !hasCover
        ? [0, 0, 0, 0]
        : isHood
          ? [random.uniform(8, 11), random.uniform(-0.6, -0.2), -12, random.uniform(0.8, 2)]
          : [random.uniform(6.5, 9.5), random.uniform(-0.1, 0.1), random.uniform(4.5, 7), random.uniform(0.6, 1.5)],
      coverColour: cloth(&random),
      lipTint: [random.uniform(0.75, 1.1), random.uniform(0.55, 1.05), random.uniform(0.55, 1.05)],
      shine: random.uniform(0, 0.14), irisColour: random.pick(irises) * random.uniform(0.6, 1.4),
      irisSize: [
        random.uniform(0.41, 0.5), random.uniform(0.12, 0.24),
        random.uniform(0.6, 1) * (0.7 + 0.3 * min(1, skinLight * gain * 3)), random.uniform(0.3, 0.65),
      ],
      mouth: [random.uniform(0.6, 1.1), random.uniform(0.5, 1), random.uniform(0.7, 1.3), 0],
      clothColour: cloth(&random), shoulders: random.uniform(17, 23),
      glasses: random.chance(0.25) ? glasses(&random) : nil,
      longHair: !isBald && random.chance(0.3) ? random.uniform(4, 22) : 0)
  }

  private func skin(_ random: inout RandomSource) -> Int {
    // Half the draws go over four groups evenly: most of the people photographed are white.
    let groups = ["white", "black", "west_asian", "east_asian"]
    let wanted = random.pick(groups)
    let candidates = skins.filter { stock.skins[$0].group == wanted }
    return random.chance(0.5) || candidates.isEmpty ? random.pick(skins) : random.pick(candidates)
  }

  private func identity(_ skin: Int, _ random: inout RandomSource) -> [Float] {
    let fitted = stock.skins[skin].identity
    if !fitted.isEmpty && random.chance(0.5) {
      return (0..<FaceRigFile.identityModes).map {
        let base = $0 < fitted.count ? max(-2.5, min(2.5, fitted[$0])) : 0
        return base + random.normal(0, $0 < fitted.count ? 0.4 : 0.8)
      }
    }
    return (0..<FaceRigFile.identityModes).map { _ in random.normal(0, 0.95, limit: 2.5) }
  }

  func hairColour(onSkin light: Float, _ random: inout RandomSource) -> SIMD3<Float> {
    let colours: [SIMD3<Float>] = [
      [0.008, 0.006, 0.005], [0.012, 0.009, 0.007], [0.03, 0.018, 0.01], [0.06, 0.033, 0.016], [0.12, 0.07, 0.035],
      [0.26, 0.17, 0.08], [0.2, 0.07, 0.03], [0.3, 0.29, 0.28], [0.55, 0.54, 0.52],
    ]
    // Fair hair on dark skin is rare.
    let isDark = light < 0.2 && random.chance(0.85)
    return (isDark ? colours[random.below(3)] : random.pick(colours)) * random.uniform(0.7, 1.3)
  }

  func cloth(_ random: inout RandomSource) -> SIMD3<Float> {
    let value = pow(random.uniform(0.1, 0.95), 2)
    return SIMD3(value * random.uniform(0.5, 1), value * random.uniform(0.5, 1), value * random.uniform(0.5, 1))
  }

  private func glasses(_ random: inout RandomSource) -> FaceScene.Glasses {
    let dark = random.chance(0.06)
    let shade = random.chance(0.75) ? random.uniform(0.005, 0.06) : random.uniform(0.1, 0.6)
    let tinted = dark || random.chance(0.4)
    return FaceScene.Glasses(
      lens: [random.uniform(2.1, 2.9), random.uniform(1.5, 2.4)], boxiness: random.uniform(2, 5),
      rim: random.chance(0.4) ? random.uniform(0.05, 0.1) : random.uniform(0.12, 0.3),
      colour: [shade, shade * random.uniform(0.6, 1), shade * random.uniform(0.5, 1)],
      tint: dark
        ? [0.01, 0.01, 0.012, random.uniform(0.75, 0.95)]
        : tinted
          ? [random.uniform(0.1, 0.9), random.uniform(0.1, 0.9), random.uniform(0.2, 1), random.uniform(0.03, 0.25)]
          : .zero,
      isFullRim: random.chance(0.8))
  }

  func background(_ light: FaceScene.Light, _ random: inout RandomSource) -> FaceScene.Background {
    let shade = { (random: inout RandomSource) -> SIMD3<Float> in
      let v = random.unit()
      return SIMD3(v * v * random.uniform(0.7, 1), v * v, v * v * random.uniform(0.7, 1))
    }
    return FaceScene.Background(
      panorama: random.chance(0.15) ? nil : random.chance(0.6) ? light.panorama : random.below(stock.harmonics.count),
      yaw: random.uniform(0, 2 * .pi), pitch: random.normal(0, 0.2, limit: 0.6), tangent: random.uniform(0.25, 1.1),
      blurLevel: random.chance(0.4) ? 0 : random.uniform(0, 3),
      gain: random.uniform(0.3, 1.6) * light.exposure * light.surround,
      gradient: (
        shade(&random), shade(&random),
        [random.uniform(1, 60), random.chance(0.5) ? 0 : random.uniform(0, 1.2)]
      ))
  }
}

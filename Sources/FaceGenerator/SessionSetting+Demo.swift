import FaceCore

extension SessionSetting {
  /// The plain person of the demo: a webcam's 62° across, half a metre away, even light, no glasses, no beard.
  static func demo(_ assets: FaceAssets, seed: UInt64) throws(GeneratorError) -> SessionSetting {
    let composites = assets.stock.skins.indices.filter { assets.stock.skins[$0].isComposite }
    guard composites.count > 1 else {
      throw GeneratorError.badRequest("a session needs two composite textures (f_*, m_*), found \(composites.count)")
    }
    var random = RandomSource(seed: seed)
    return SessionSetting(
      scene: demoScene(assets, composites, &random), halfView: 31 * .pi / 180, neck: [0, -7.5, -50], camera: .clean,
      light: .even)
  }

  private static func demoScene(_ assets: FaceAssets, _ composites: [Int], _ random: inout RandomSource) -> FaceScene {
    let sampler = FaceSceneSampler(stock: assets.stock.ofOneRig)
    var scene = sampler.scene(size: 288, &random)
    let (first, second) = (random.pick(composites), random.pick(composites))
    let share = random.uniform(0.25, 0.5)
    let skins = assets.stock.skins
    // A MakeHuman face is nobody's and stays as it was drawn.
    if scene.person.identity.kind == .ict {
      scene.person.skinLayers = (first, second, share)
      scene.person.skinColour = skins[first].colour * (1 - share) + skins[second].colour * share
      scene.person.identity = .ict(
        (0..<FaceRigFile.identityModes).map { index in
          let (a, b) = (skins[first].identity, skins[second].identity)
          return index < min(a.count, b.count) ? 0.5 * (a[index] + b[index]) : random.normal(0, 0.4)
        })
      scene.person.hairStyle = nil
      scene.person.browStyle = nil
    }
    scene.person.skinGain = [1, 1, 1]
    scene.person.skinContrast = 1
    scene.person.brow = [-0.25, 0.35, 0.011, 0]
    scene.person.creaseDepth = 0.4
    scene.person.reach = .rig
    scene.person.beard = [0, 0, 0, random.uniform(0, 50)]
    scene.person.isBald = false
    scene.person.coverLine = .zero
    scene.person.glasses = nil
    scene.person.hairLine = [random.uniform(9.3, 10), random.uniform(-0.3, -0.1), 1.5, 1.0]
    scene.person.hairColour = [0.035, 0.02, 0.012]
    scene.person.browColour = [0.02, 0.012, 0.008]
    scene.person.longHair = 0
    scene.person.clothColour = pointwiseMin(scene.person.clothColour, [0.3, 0.3, 0.3])
    scene.person.lipTint = [1, 0.85, 0.85]
    scene.person.shine = 0.05
    scene.person.irisColour = [0.07, 0.035, 0.016]
    scene.person.irisSize = [0.46, 0.18, 0.75, 0.45]
    scene.person.mouth = [0.9, 1, 1, 0]
    scene.cheekRaise = 0
    scene.bodyFollow = 0.12
    scene.bodyYaw = 0
    scene.occluders = []
    scene.things = []
    scene.light.exposure = 1.1
    scene.light.harmonics = scene.light.harmonics.map {
      $0 * (0.55 / max(0.05, scene.light.harmonics[0].sum() / 3 * 0.2821))
    }
    scene.light.directions = [SIMD3(-0.6, 0.5, 0.7).unit, SIMD3(0.8, 0.1, 0.4).unit]
    scene.light.colours = [[0.55, 0.52, 0.47], [0.12, 0.13, 0.16]]
    scene.background.panorama = scene.light.panorama
    scene.background.pitch = 0
    scene.background.tangent = 0.6
    scene.background.blurLevel = 2.4
    scene.background.gain = 0.8
    return scene
  }
}

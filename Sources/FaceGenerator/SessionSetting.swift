import FaceCore
import Foundation

/// Everything about a session that stays: the person, the room, the light, the seat, the camera.
struct SessionSetting {
  /// The scene that every frame starts from.
  var scene: FaceScene
  /// Half the camera's view across, radians.
  var halfView: Float
  /// The joint of head and body in the camera's axes, centimetres.
  var neck: SIMD3<Float>
  var camera: SessionCamera.Configuration
  /// The light's kind.
  var light: SessionLight

  /// What the window of this identity is measured by.
  func measure(_ assets: FaceAssets) -> FaceMeasure {
    let rig = assets.rig(of: scene.person.identity)
    let neutral = rig.neutralFace(identity: scene.person.identity.coefficients)
    return FaceMeasure(
      landmarks: rig.landmarks.map { SIMD3(neutral[3 * $0], neutral[3 * $0 + 1], neutral[3 * $0 + 2]) })
  }

  /// A person with textures that no training sees, and a seat, light and camera drawn from the plan's seed.
  static func drawn(_ assets: FaceAssets, plan: SessionPlan, width: Int) throws(GeneratorError) -> SessionSetting {
    let skins = HeldOutSkins.sessions(assets.stock.skins)
    guard skins.count > 1 else {
      throw .badRequest("a session needs two textures that are held out (f_*, m_*), found \(skins.count)")
    }
    // Seeds of sessions live in a space of their own: no training sample has the same identity.
    var random = RandomSource(seed: plan.seed ^ 0x7365_7373_696F_6E73, index: 0)
    let first = plan.skin.map { skins[$0 % skins.count] } ?? random.pick(skins)
    let sampler = FaceSceneSampler(stock: assets.stock.ofOneRig, skins: [first])
    var scene = sampler.scene(size: 288, &random)
    let second = random.pick(skins)
    let share = random.uniform(0.1, 0.45)
    let colours = (assets.stock.skins[first].colour, assets.stock.skins[second].colour)
    // A MakeHuman face is nobody's and keeps its skin.
    if scene.person.identity.kind == .ict {
      scene.person.skinLayers = (first, second, share)
      scene.person.skinColour = colours.0 * (1 - share) + colours.1 * share
    }
    let glasses = plan.glasses ?? random.chance(0.3)
    if !glasses { scene.person.glasses = nil }
    while glasses, scene.person.glasses == nil { scene.person.glasses = sampler.person(&random).glasses }
    // Sunglasses hide what is to be measured.
    if let tint = scene.person.glasses?.tint.w, tint > 0.3 { scene.person.glasses?.tint = .zero }
    scene.cheekRaise = 0
    scene.occluders = []
    scene.things = []
    let light = plan.light ?? random.pick(SessionLight.allCases)
    light.apply(to: &scene.light, &random)
    scene.background.panorama = scene.light.panorama
    scene.background.gain = light.backgroundGain * scene.light.exposure * random.uniform(0.7, 1.1)

    var setting = SessionSetting(
      scene: scene, halfView: random.uniform(26, 38) * .pi / 180, neck: .zero,
      camera: .init(
        blur: random.chance(0.4) ? random.uniform(0.4, 1.1) : 0, noise: light.noise * random.uniform(0.5, 1.5),
        gamma: exp(random.normal(0, 0.1)), quality: 22 + random.below(9)),
      light: light)
    let measure = setting.measure(assets)
    let focalLength = Float(width) / (2 * tan(setting.halfView))
    let side = plan.windowSide ?? random.uniform(90, 300)
    let depth = 1.75 * measure.height * focalLength / side
    let anchor = SIMD3(random.uniform(-0.15, 0.15) * depth, random.uniform(-0.06, 0.08) * depth, -depth)
    setting.neck = anchor - (measure.anchor - SceneGeometry.neck)
    return setting
  }
}

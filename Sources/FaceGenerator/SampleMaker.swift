import FaceCore
import GLES

/// Makes training samples: sample `index` of a seed is always the same. One thread: the one that made it.
package final class SampleMaker {
  package let size: Int
  /// Pixels of the renderer on a patch's edge.
  private let renderSize: Int
  private let seed: UInt64
  private let assets: FaceAssets
  private let sampler: FaceSceneSampler
  private let renderer: FaceRenderer

  /// `size` is the patch's edge in pixels, a multiple of 6; the true window's side is about two thirds of it.
  ///
  /// `isSmooth` renders 1.5 times as large and averages: edges lose their steps, at 1.7 times the cost.
  package init(assets: FaceAssets, size: Int, seed: UInt64, isSmooth: Bool = false) throws {
    guard size >= Self.negativeSize, size <= 1024, size % 6 == 0 else {
      throw GeneratorError.badRequest("size \(size): a multiple of 6 from \(Self.negativeSize) to 1020 is needed")
    }
    renderSize = isSmooth ? size * 3 / 2 : size
    self.size = size
    self.seed = seed
    self.assets = assets
    sampler = FaceSceneSampler(stock: assets.stock, skins: HeldOutSkins.training(assets.stock.skins))
    renderer = try FaceRenderer(assets: assets, context: GLContext(), width: renderSize, height: renderSize)
  }

  /// So many samples in a row show one person: what a network says of them may differ by an expression, not by a face.
  package static let samplesOfPerson = 8

  /// Renders sample `index`.
  package func sample(_ index: Int) throws -> FaceSample {
    var random = RandomSource(seed: seed, index: UInt64(index))
    var scene = sampler.scene(size: renderSize, &random)
    let person = index / Self.samplesOfPerson
    var personal = RandomSource(seed: seed ^ 0x7065_7273_6F6E, index: UInt64(person))
    scene.person = sampler.someone(&personal)
    FaceSceneSampler.expose(&scene)
    var sample = try sample(scene)
    sample.person = person
    return sample
  }

  /// The same person in even light, looking at the camera with only these weights: for looking at single channels.
  package func plainSample(_ index: Int, weights: BlendshapeWeights) throws -> FaceSample {
    var random = RandomSource(seed: seed, index: UInt64(index))
    var scene = sampler.scene(size: renderSize, &random)
    scene.weights = weights
    ExpressionPrior.constrain(&scene.weights)
    let w = scene.weights
    scene.gaze = Gaze(
      leftYaw: (w[.eyeLookOutLeft] - w[.eyeLookInLeft]) * ExpressionPrior.gazeYawAtOne,
      leftPitch: (w[.eyeLookUpLeft] - w[.eyeLookDownLeft]) * ExpressionPrior.gazePitchAtOne,
      rightYaw: (w[.eyeLookInRight] - w[.eyeLookOutRight]) * ExpressionPrior.gazeYawAtOne,
      rightPitch: (w[.eyeLookUpRight] - w[.eyeLookDownRight]) * ExpressionPrior.gazePitchAtOne)
    scene.facing = .identity
    scene.ray = .zero
    scene.depth = 70
    scene.windowSide = Float(renderSize) * 0.72
    scene.cheekRaise = 0
    scene.occluders = []
    scene.things = []
    scene.finish = .init(blur: 0, vignette: 0, gamma: 1)
    scene.light = sampler.light(.even, &random)
    scene.light.exposure = 1
    return try sample(scene)
  }

  /// Edge of a negative, pixels.
  package static let negativeSize = 192

  /// A picture without a face: the middle of what the patch would be, luma, ``negativeSize`` pixels square.
  package func negative(_ index: Int) throws -> [UInt8] {
    var random = RandomSource(seed: seed ^ 0x6E65_6761_7469_7665, index: UInt64(index))
    let kind = sampler.negativeKind(&random)
    var patch = try sample(sampler.scene(negative: kind, size: renderSize, &random)).patch
    switch kind {
    case .text: StripePattern.draw(on: &patch, size: size, &random)
    case .fabric: FabricPattern.draw(on: &patch, size: size, &random)
    case .cartoon: CartoonNegatives.draw(.cartoon, on: &patch, size: size, &random)
    case .animal: CartoonNegatives.draw(.animal, on: &patch, size: size, &random)
    case .doll: CartoonNegatives.draw(.doll, on: &patch, size: size, &random)
    case .room, .pattern, .hands, .backOfHead, .hairOnly, .cutOff: break
    }
    let edge = Self.negativeSize
    let margin = (size - edge) / 2
    var crop: [UInt8] = []
    for row in margin..<margin + edge {
      let start = row * size + margin
      crop += patch[start..<start + edge]
    }
    return crop
  }

  private func sample(_ scene: FaceScene) throws -> FaceSample {
    let geometry = SceneGeometry(scene, rig: assets.rig(of: scene.person.identity))
    var rgba = try renderer.render(scene, geometry)
    var window = geometry.measure.window(geometry.camera)
    var landmarks = geometry.pictureLandmarks()
    var blur = scene.finish.blur
    if renderSize != size {
      let scale = Float(size) / Float(renderSize)
      rgba = PictureFinish.twoThirds(rgba, size: renderSize)
      window.centre *= scale
      window.side *= scale
      landmarks = landmarks.map { $0 * scale }
      blur *= scale
    }
    var patch = PictureFinish.blur(PictureFinish.luma(rgba), width: size, height: size, sigma: blur)
    PictureFinish.tone(
      &patch, width: size, height: size, gamma: scene.finish.gamma, vignette: scene.finish.vignette)
    var grain = RandomSource(seed: UInt64(scene.finish.noise.bitPattern))
    PictureFinish.addNoise(&patch, deviation: scene.finish.noise, &grain)
    return FaceSample(
      patch: patch, alpha: PictureFinish.coverage(rgba, size: size), weights: scene.weights,
      rotation: geometry.camera.facingRotation, landmarks: landmarks, window: window, gaze: scene.gaze, person: 0)
  }
}
